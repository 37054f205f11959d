// The socket for executors: what one is given for an attempt, what it reports, and how it is spoken to.
import type { AgentProfile } from '../nouns/agent.ts'
import type { Outcome, Used } from '../nouns/attempt.ts'
import type { Isolation } from '../nouns/isolation.ts'
import type { ModelSpec } from '../nouns/model.ts'
import type { Question } from '../nouns/question.ts'
import type { Role } from '../nouns/role.ts'
import type { StepSpec } from '../nouns/step.ts'
import type { Update } from '../nouns/update.ts'
import type { Limits } from '../spending/budget.ts'

/** A server of tools that an agent is given for one attempt. */
export interface ToolServer {
  readonly name: string
  readonly url: string
  /** Good for this attempt only; it is a secret. */
  readonly token: string
}

export interface Assignment {
  readonly attempt: string
  readonly fence: number
  readonly item: string
  readonly step: StepSpec
  readonly agent: AgentProfile
  readonly folder: string
  readonly base: string
  /** What it is told: first what stays the same for every attempt of the plan (`stable` letters), what is about this step last. */
  readonly prompt: string
  readonly stable: number
  /** What earlier attempts at this step were told by the checks; empty on the first. */
  readonly feedback: string
  readonly isolation: Isolation
  readonly timeoutMs: number
  /** The agent is ended when nothing is heard of it for so long; 0: never. */
  readonly silenceMs: number
  /** What its profile's model is; absent when the program chooses itself. */
  readonly model?: ModelSpec
  readonly limits: Limits
  readonly role: Role
  readonly readsOnly: boolean
  /** A folder that is HOME for this step and agent, from one attempt to the next; absent: a fresh one. */
  readonly home?: string
  /** The session to go on with, where the agent can; its work lies in the folder already. */
  readonly resume?: string
  readonly tools: readonly ToolServer[]
  /** Whether a file or folder is in what the folder began with; the folder itself may be seen by nobody but the spawner. */
  holds?(path: string): Promise<boolean>
}

export type Report =
  | { readonly kind: 'began'; readonly pid?: number; readonly session?: string }
  /** Bytes of a program, as they came. */
  | { readonly kind: 'said'; readonly from: 'out' | 'err' | 'agent' | 'tool'; readonly text: string }
  | { readonly kind: 'told'; readonly update: Update }
  /** The run waits for `answer` with this question's id, and goes on meanwhile where it can. */
  | { readonly kind: 'asked'; readonly question: Question }
  /** All that was used since it began. */
  | { readonly kind: 'used'; readonly used: Used }
  | {
      readonly kind: 'ended'
      readonly outcome: Outcome
      readonly used: Used
      /** Where a later attempt could go on. */
      readonly session?: string
      /** What it says of its work, at most a page. */
      readonly summary?: string
    }

/** One execution. Reports come in order: `began` first, exactly one `ended` last. A run never throws: failure is a report. */
export interface Run {
  readonly reports: AsyncIterable<Report>
  /** An option's id, or words; undefined: nobody will answer, and the question is withdrawn. Unknown and second answers change nothing. */
  answer(question: string, answer: string | undefined): void
  stop(why: string): Promise<void>
}

export interface Availability {
  readonly ok: boolean
  /** The version, or what is missing and how to get it. */
  readonly why: string
}

export interface Executor {
  readonly name: string
  /** It is given a HOME that stays from one attempt at a step to the next. */
  readonly keepsHome?: true
  /** Absent: what it drives can use a server of tools. */
  readonly takesTools?: false
  start(assignment: Assignment): Run
  /** Whether this profile could be started here now; takes seconds at most and throws nothing. Absent: it could. */
  available?(agent: AgentProfile): Promise<Availability>
}
