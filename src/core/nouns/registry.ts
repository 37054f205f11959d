// The models that are known, and which of them each role is given.
import type { ModelSpec } from './model.ts'

export interface Registry {
  readonly models: readonly ModelSpec[]
  /** Names of models by role, the first the one that is asked first. */
  readonly roles: Readonly<Record<string, readonly string[]>>
}

export const noRegistry: Registry = { models: [], roles: {} }

/** The model that is asked when nobody has described one: what the usual place offers. */
export const usualModel = 'default'
