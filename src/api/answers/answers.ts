// What every method answers, as a schema under its name; of a stream, what each of its values is.
import type { z } from 'zod'
import type { CallName, Result, StreamName, Value } from '../asked.ts'
import { agentAnswers } from './agents.ts'
import { attemptAnswers } from './attempts.ts'
import { auditAnswers } from './audits.ts'
import { costAnswers } from './costs.ts'
import { countAnswers } from './counts.ts'
import { crewAnswers } from './crew.ts'
import { gateAnswers } from './gates.ts'
import { handoffAnswers } from './handoffs.ts'
import { leadAnswers } from './leads.ts'
import { metricAnswers } from './metrics.ts'
import { outsideAnswers } from './outside.ts'
import { planAnswers } from './plans.ts'
import { recordAnswers } from './record.ts'
import { runAnswers } from './runs.ts'
import { stateAnswers } from './states.ts'
import { workflowAnswers } from './workflows.ts'
import { workspaceAnswers } from './workspaces.ts'

type Name = CallName | StreamName
type Answer<N extends Name> = N extends CallName ? Result<N> : N extends StreamName ? Value<N> : never

/** The compiler refuses a method without a schema here, and a schema that may give what its method never answers. */
export const answers = {
  ...planAnswers,
  ...runAnswers,
  ...stateAnswers,
  ...gateAnswers,
  ...leadAnswers,
  ...outsideAnswers,
  ...attemptAnswers,
  ...agentAnswers,
  ...workspaceAnswers,
  ...countAnswers,
  ...costAnswers,
  ...metricAnswers,
  ...crewAnswers,
  ...auditAnswers,
  ...handoffAnswers,
  ...recordAnswers,
  ...workflowAnswers,
} satisfies { readonly [N in Name]: z.ZodType<Answer<N>> }

/** The same fields, whether they may be written to or not, and however the type was put together. */
type Plain<T> = T extends readonly (infer E)[]
  ? Plain<E>[]
  : T extends object
    ? { -readonly [K in keyof T]: Plain<T[K]> }
    : T
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
type Known = typeof answers
type Unlike = {
  [N in keyof Known]: N extends Name ? (Same<Plain<Answer<N>>, Plain<z.output<Known[N]>>> extends true ? never : N) : N
}[keyof Known]

/** And the other way round: an optional field that is forgotten, or one too many, has its method's name in this error. */
true satisfies [Unlike] extends [never] ? true : Unlike
