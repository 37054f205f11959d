// What an agent asks while it works: whether it may do something, or what somebody wants.
import type { ToolKind } from './update.ts'

export type AnswerKind = 'allow-once' | 'allow-always' | 'reject-once' | 'reject-always' | 'other'

export interface Question {
  /** Unique within its attempt. */
  readonly id: string
  readonly about: 'permission' | 'question'
  /** One sentence for a person. */
  readonly asks: string
  /** Of a permission: what kind of tool wants to be used. */
  readonly tool?: ToolKind
  /** What must be seen to answer: a command, a diff. Bounded. */
  readonly shows?: string
  /** Chosen by kind, never by id: ids differ from agent to agent. Empty: any text answers. */
  readonly options: readonly { readonly id: string; readonly kind: AnswerKind; readonly label: string }[]
}

export type Verdict = 'allow' | 'ask' | 'deny'

/** What an agent may do without a person being asked, by kind of tool; `*` is every other kind. */
export type Permissions = { readonly [K in ToolKind | '*']?: Verdict }

/** In its own clone, inside a sandbox, an agent may do what it is for; what reaches further is asked. */
export const usualPermissions: Permissions = {
  read: 'allow',
  search: 'allow',
  edit: 'allow',
  move: 'allow',
  delete: 'allow',
  execute: 'allow',
  think: 'allow',
  switch_mode: 'deny',
  fetch: 'ask',
  other: 'ask',
  '*': 'ask',
}

export function permitted(permissions: Permissions | undefined, tool: ToolKind): Verdict {
  const own = permissions ?? usualPermissions
  return own[tool] ?? own['*'] ?? 'ask'
}

/** The id of the option that says this, once rather than for ever; undefined when the agent offers none. */
export function optionFor(question: Question, verdict: 'allow' | 'deny'): string | undefined {
  const wanted: readonly AnswerKind[] =
    verdict === 'allow' ? ['allow-once', 'allow-always'] : ['reject-once', 'reject-always']
  for (const kind of wanted) {
    const option = question.options.find((one) => one.kind === kind)
    if (option !== undefined) return option.id
  }
  return undefined
}
