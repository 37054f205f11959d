// A reusable, versioned, ordered list of step patterns with entry and exit criteria and gates.

export interface StepPattern {
  readonly key: string
  readonly order: number
  readonly parallelizable: boolean
  readonly entryCriteria: readonly string[]
  readonly exitCriteria: readonly string[]
  readonly definitionOfDone: string
  readonly role: string
  readonly gate?: string
  /** What is asked for; absent in the built-in ones, whose plans say it. */
  readonly title?: string
  readonly brief?: string
  /** Keys of the steps that must come before, whatever their order. */
  readonly after?: readonly string[]
  /** Paths that it touches. */
  readonly writes?: readonly string[]
  readonly locks?: readonly string[]
}

export interface Workflow {
  readonly name: string
  readonly version: string
  readonly steps: readonly StepPattern[]
}

const landed = "its result has landed on the item's branch"
const checked = "its checks pass on the result merged with the item's branch"

function pattern(key: string, order: number, done: string, gate?: string): StepPattern {
  return {
    key,
    order,
    parallelizable: false,
    entryCriteria: ['every step before it has landed'],
    exitCriteria: [checked, landed],
    definitionOfDone: done,
    role: 'coder',
    ...(gate === undefined ? {} : { gate }),
  }
}

/** Each step of the plan as the plan states it. */
export const direct: Workflow = {
  name: 'direct',
  version: '1',
  steps: [pattern('*', 1, "what the step asks for is on the item's branch, checked by Baton")],
}

/** The ten spec-kit steps. */
export const speckit: Workflow = {
  name: 'speckit',
  version: '1',
  steps: [
    pattern('constitution', 1, "the project's principles are written down"),
    pattern('specify', 2, 'spec.md says what and why'),
    pattern('clarify', 3, 'no open question is left in spec.md', 'spec-approval'),
    pattern('plan', 4, 'plan.md says how'),
    pattern('tasks', 5, 'tasks.md lists every step', 'plan-approval'),
    pattern('analyze', 6, 'no critical finding is open'),
    pattern('checklist', 7, 'every checklist is ticked by a person'),
    pattern('implement', 8, 'every task is done'),
    pattern('converge', 9, 'nothing the spec asks for is missing'),
    pattern('integrate', 10, "the item's branch is merged to the base branch", 'release'),
  ],
}

export const builtInWorkflows: readonly Workflow[] = [direct, speckit]
