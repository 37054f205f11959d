// The sample project of the demo: a small tea book, its spec-kit feature, its checks, and the script that plays the agent.

const tasks = `# Tasks: A tea book

**Input**: Design documents from \`specs/001-tea-book/\`

## Phase 1: Setup (Shared Infrastructure)

- [ ] T001 Create the book's cover in book/cover.md
- [ ] T002 [P] Write the list of tools in book/tools.md
- [ ] T003 [P] Write the glossary in book/glossary.md

## Phase 2: Foundational (Blocking Prerequisites)

- [ ] T004 Write the recipe form that every chapter follows in book/form.md

## Phase 3: User Story 1 - Brew a green tea (Priority: P1)

- [ ] T005 [P] [US1] Write the recipe for sencha in book/green/sencha.md
- [ ] T006 [P] [US1] Write the recipe for gyokuro in book/green/gyokuro.md
- [ ] T007 [P] [US1] Write the recipe for genmaicha in book/green/genmaicha.md
- [ ] T008 [US1] Open the green chapter in book/green/chapter.md (depends on T005, T006, T007)

## Phase 4: User Story 2 - Brew a black tea (Priority: P2)

- [ ] T009 [P] [US2] Write the recipe for assam in book/black/assam.md
- [ ] T010 [P] [US2] Write the recipe for keemun in book/black/keemun.md
- [ ] T011 [US2] Open the black chapter in book/black/chapter.md (depends on T009, T010)

## Phase 5: Polish & Cross-Cutting Concerns

- [ ] T012 Write the table of contents in book/contents.md (depends on T008, T011)
- [ ] T013 Write the licence of the book in LICENSE.md (depends on T012)

## Dependencies & Execution Order

- T001 blocks T004
- T004 blocks T005, T006, T007, T009, T010
`

const spec = `# Feature Specification: A tea book

### User Story 1 - Brew a green tea (Priority: P1)

A reader finds a recipe for a green tea and brews it.

### User Story 2 - Brew a black tea (Priority: P2)

A reader finds a recipe for a black tea and brews it.
`

/** T005 forgets the temperature until the check tells it; T009 and T010 both write into book/index.md, which the plan does not say. */
const agent = `#!/bin/sh
# Plays a coding agent for the demo. Baton gives it its step in BATON_* variables; what it leaves in the folder is its result.
set -eu
say() { printf '%s\\n' "$*"; }
recipe() {
  mkdir -p "$(dirname "$2")"
  printf '# %s\\n\\n- leaf: %s g\\n- water: %s ml\\n' "$1" "$3" "$4" > "$2"
  [ -z "$5" ] || printf -- '- temperature: %s C\\n' "$5" >> "$2"
}
index() { printf '%s\\n' "- $1" >> book/index.md; }

say "$BATON_KEY: $BATON_TITLE"
[ -z "\${BATON_FEEDBACK:-}" ] || say "the last try was turned down: $BATON_FEEDBACK"
sleep 0.5
mkdir -p book
case "$BATON_KEY" in
  T001) printf '# A tea book\\n' > book/cover.md ;;
  T002) printf '# Tools\\n\\nA kettle, a pot, a cup, a clock.\\n' > book/tools.md ;;
  T003) printf '# Glossary\\n\\nSteep: to leave in hot water.\\n' > book/glossary.md ;;
  T004) printf '# Form\\n\\nleaf, water, temperature\\n' > book/form.md; printf '# Index\\n\\n' > book/index.md ;;
  T005) if [ -n "\${BATON_FEEDBACK:-}" ]; then recipe Sencha book/green/sencha.md 4 200 75; else recipe Sencha book/green/sencha.md 4 200 ''; fi ;;
  T006) recipe Gyokuro book/green/gyokuro.md 6 120 55 ;;
  T007) recipe Genmaicha book/green/genmaicha.md 4 250 85 ;;
  T008) printf '# Green\\n\\nSencha, gyokuro, genmaicha.\\n' > book/green/chapter.md ;;
  T009) recipe Assam book/black/assam.md 3 250 95; index Assam ;;
  T010) recipe Keemun book/black/keemun.md 3 250 90; index Keemun ;;
  T011) printf '# Black\\n\\nAssam, keemun.\\n' > book/black/chapter.md ;;
  T012) ls book/*.md book/*/*.md > book/contents.md ;;
  T013) printf 'Copy it, change it, share it.\\n' > LICENSE.md ;;
  *) say "I do not know this step"; exit 1 ;;
esac
say "done"
`

const check = `#!/bin/sh
# Every recipe names a leaf, an amount of water and a temperature.
bad=0
for recipe in book/green/*.md book/black/*.md; do
  case "$recipe" in *chapter.md|*'*'*) continue ;; esac
  for word in leaf water temperature; do
    grep -q "^- $word: [0-9]" "$recipe" || { echo "$recipe does not say the $word"; bad=1; }
  done
done
[ "$bad" = 0 ] && echo "every recipe is whole"
exit "$bad"
`

const configuration = `# What Baton may run here. It takes effect only after: baton trust
agents:
  shell:
    command: ["sh", "scripts/agent.sh"]
    network: none
    seats: 4
    timeout: 1m
default-agent: shell
checks:
  - name: recipes
    command: ["sh", "checks/recipes.sh"]
    timeout: 30s
steps:
  T013:
    gate: licence
protect: ["checks/**", "scripts/**"]
desired: 4
tries: 3
`

export const demoFeature = 'specs/001-tea-book'

export const demoFiles: Readonly<Record<string, string>> = {
  [`${demoFeature}/tasks.md`]: tasks,
  [`${demoFeature}/spec.md`]: spec,
  'scripts/agent.sh': agent,
  'checks/recipes.sh': check,
  'baton.yaml': configuration,
  'README.md': '# A tea book\n\nA sample for Baton.\n',
}
