// What a router may add to the rules: where a step begins, and why.
import type { Tier } from '../nouns/model.ts'
import type { Step } from '../nouns/step.ts'
import type { Workspace } from '../nouns/workspace.ts'
import type { Known } from './agents.ts'

/** `why` goes on from the name of an agent: "strong, for <why>". */
export type Advice = { readonly agent: string; readonly why: string } | { readonly tier: Tier; readonly why: string }

export interface AdviceAsked {
  readonly workspace: Workspace
  readonly step: Step
  /** Who may be advised, from cheap to strong: from where the rules begin upwards, without those that may not be used. */
  readonly rungs: readonly Known[]
}

/** Pure, and asked only where nobody names an agent; undefined: as the rules say. */
export type Router = (asked: AdviceAsked) => Advice | undefined
