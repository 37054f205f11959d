// What a client may offer its user by name: the template of a roadmap, and how it is handed over.

export interface Prompt {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly arguments: readonly { readonly name: string; readonly description: string; readonly required: boolean }[]
}

const handOver: Prompt = {
  name: 'hand-over',
  title: 'Hand a roadmap over to Baton',
  description: 'Drafts a roadmap that Baton can carry out, and hands it over once you agree.',
  arguments: [{ name: 'goal', description: 'What shall be true when everything is done.', required: false }],
}

export const prompts: readonly Prompt[] = [handOver]

/** The text of a prompt; undefined when there is none of this name. */
export function promptText(name: string, given: Readonly<Record<string, string>>): string | undefined {
  if (name !== handOver.name) return undefined
  const goal = given.goal?.trim().slice(0, 20_000) ?? ''
  return `Draft a roadmap for this repository that Baton can carry out${goal === '' ? '' : ', for this goal:\n\n'}${goal}

Look at the repository first. Write ROADMAP.md like this, and nothing else into it that begins with a box:

${template}
Rules: each entry is one piece of work for one agent, small enough to be checked alone. Give it an id, name the files it writes in \`backticks\`, and say below it what
must be true afterwards. Phases come one after the other. Within a phase entries follow each other unless dependencies are stated.

Then: plan_show { "plan": "ROADMAP.md" } and mend what it notes; show me the plan and wait for my word; commit ROADMAP.md; import_plan; and run only when I say so.`
}

export const template = `# Roadmap: <what this is about>

## Phase 1: <name>

- [ ] AUTH-1 Add the login form in \`src/login.ts\` (P1)
  Acceptance:
  - A wrong password is refused with a message that names no user.
- [ ] AUTH-2 Keep who is logged in, in \`src/session.ts\` (depends on AUTH-1)

## Phase 2: <name>

- [ ] SHOP-1 List what can be bought in \`src/shop.ts\` (depends on AUTH-2)
`
