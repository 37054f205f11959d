// What acceptance tests put into their repositories: workflow files, spec-kit task lists, configurations and shell agents.
import type { Stage } from './ground.ts'

export interface StepText {
  readonly key: string
  readonly order: number
  readonly parallel?: boolean
  readonly entry?: readonly string[]
  readonly exit?: readonly string[]
  readonly gate?: string
  readonly after?: readonly string[]
  readonly locks?: readonly string[]
  readonly title?: string
}

/** A workflow file of document 004. */
export function workflow(id: string, steps: readonly StepText[]): string {
  const lines = steps.map((step) =>
    JSON.stringify({
      key: step.key,
      title: step.title ?? `Write ${step.key}`,
      order: step.order,
      parallelizable: step.parallel ?? false,
      entryCriteria: step.entry ?? [],
      exitCriteria: step.exit ?? [`out/${step.key}.txt is written`],
      responsibleRole: 'coder',
      ...(step.gate === undefined ? {} : { gateKey: step.gate }),
      ...(step.after === undefined ? {} : { dependsOn: step.after }),
      ...(step.locks === undefined ? {} : { constraintKeys: step.locks }),
    }),
  )
  return `id: ${id}\nname: The workflow ${id}\nversion: "1.0"\nsteps:\n${lines.map((line) => `  - ${line}\n`).join('')}`
}

/** A spec-kit feature in two phases, one step of it done. */
export const teaFeature = 'specs/001-tea'
export const teaTasks = `# Tasks: A tea book

## Phase 1: Setup

- [x] T001 Create the cover in book/cover.md
- [ ] T002 [P] Write the tools in book/tools.md
- [ ] T003 [P] Write the glossary in book/glossary.md

## Phase 2: Chapters

- [ ] T004 Write the form in book/form.md (depends on T002)
- [ ] T005 Write the contents in book/contents.md (depends on T004)
`

/** A, then B and C together, then D: document 004's own example. B and C have different orders. */
export const diamond: readonly StepText[] = [
  { key: 'a', order: 1 },
  { key: 'b', order: 2, parallel: true },
  { key: 'c', order: 3, parallel: true },
  { key: 'd', order: 4 },
]

export interface PolicyText {
  readonly agent?: string
  readonly checks?: string
  readonly more?: string
  readonly timeout?: string
}

/** `baton.yaml` with one shell agent; `checks: ''` leaves every check out. */
export function policy({ agent = 'agent.sh', checks, more = '', timeout = '60s' }: PolicyText = {}): string {
  const usual = 'checks:\n  - {name: written, command: ["sh", "-c", "ls out/*.txt"], timeout: 60s}\n'
  return `agents:\n  shell: {command: ["sh", "${agent}"], timeout: ${timeout}, seats: 8}\n${checks ?? usual}${more}`
}

/**
 * A shell agent that writes `out/<key>.txt`. Outside it logs `start <key> <attempt>` and `end <key> <attempt>`, and between
 * the two does what is given for its key: shell lines, in which `wait_for <word>` waits for `stage.say(word)`.
 */
export function agent(made: Stage, keys: Readonly<Record<string, string>> = {}): string {
  const cases = Object.entries(keys).map(([key, lines]) => `  ${key})\n${lines}\n  ;;`)
  return [
    'set -u',
    `OUT='${made.out}'`,
    'log() { printf "%s\\n" "$*" >> "$OUT/log"; }',
    'wait_for() { until [ -e "$OUT/$1" ]; do sleep 0.02; done; }',
    'wait_start() { until grep -q "^start $1 " "$OUT/log"; do sleep 0.02; done; }',
    'TRY=$(basename "$BATON_ATTEMPT")',
    'name="$BATON_KEY $TRY"',
    'write() { mkdir -p out; printf "%s\\n" "$1" > "out/$BATON_KEY.txt"; }',
    'log "start $name"',
    'case "$BATON_KEY" in',
    ...cases,
    '  *) write "$BATON_TITLE" ;;',
    'esac',
    'log "end $name"',
    '',
  ].join('\n')
}

export interface Play {
  readonly steps?: readonly StepText[]
  readonly keys?: Readonly<Record<string, string>>
  readonly policy?: PolicyText
  readonly files?: Readonly<Record<string, string>>
}

/** A stage with `wf.yaml` (item `wf`), its agent and its configuration, committed, set up and trusted. */
export async function play(made: Stage, given: Play = {}): Promise<Stage> {
  made.commit(
    {
      'wf.yaml': workflow('wf', given.steps ?? diamond),
      'agent.sh': agent(made, given.keys),
      'baton.yaml': policy(given.policy),
      ...given.files,
    },
    'plan',
  )
  return made.ready()
}
