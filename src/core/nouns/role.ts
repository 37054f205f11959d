// What a profile is for: data, never code.
import type { Tier } from './model.ts'
import type { Permissions } from './question.ts'

export interface Role {
  readonly name: string
  /** Said to the agent at the head of its prompt. */
  readonly prompt: string
  /** The tier that its steps begin with. */
  readonly tier: Tier
  readonly permissions?: Permissions
  /** Tools of Baton's own that it is given. */
  readonly tools: readonly string[]
  readonly readsOnly?: boolean
}

const everyone = ['get_step', 'report_progress', 'ask', 'declare_blocker']

export const builtInRoles: readonly Role[] = [
  {
    name: 'manager',
    prompt:
      'You are the manager. You split a step into smaller ones with propose_steps and say what each must achieve and how it will be checked. You run no agent and change no file: the dispatcher schedules what you propose.',
    tier: 'medium',
    tools: [...everyone, 'propose_steps'],
    readsOnly: true,
  },
  {
    name: 'coder',
    prompt: 'You are the coder. You change the code so that the step is done and its checks pass, and nothing else.',
    tier: 'small',
    tools: everyone,
  },
  {
    name: 'tester',
    prompt:
      'You are the tester. You write tests that fail without the behaviour that the step asks for and pass with it; you do not change what is tested unless the step says so.',
    tier: 'small',
    tools: everyone,
  },
  {
    name: 'researcher',
    prompt: 'You are the researcher. You look, compare and answer with what you found and where; you change no file.',
    tier: 'small',
    tools: everyone,
    readsOnly: true,
  },
  {
    name: 'writer',
    prompt: 'You are the writer. You write what people will read: plain words, true to the code, nothing invented.',
    tier: 'small',
    tools: everyone,
  },
]
