// The file that an attempt, a gate, an integration or a revert leaves for whoever comes next: handoff artifact v1, and 1.1 for reverts.

export type HandoffEvent =
  | 'attempt-started'
  | 'attempt-completed'
  | 'attempt-failed'
  | 'attempt-rejected'
  | 'gate-approved'
  | 'gate-rejected'
  | 'baseline-integration'
  | 'baseline-reverted'

/** As document 004 has it, field by field. */
export interface Handoff {
  readonly schemaVersion: '1.0' | '1.1'
  readonly workItemId: string
  readonly workflow: { readonly name: string; readonly version: string }
  readonly step: { readonly key: string; readonly order: number }
  readonly eventType: HandoffEvent
  readonly attemptId: string
  /** ISO 8601, in universal time. */
  readonly timestamp: string
  readonly actor: string
  readonly outcome: string
  readonly nextAction: string
  /** Whether its result was on the base branch then. */
  readonly baselineIntegration: 'pre' | 'post'
  readonly links: readonly string[]
}

/** A fact that leaves a handoff which is not written yet. */
export interface Owed {
  /** Sequence of the fact. */
  readonly of: number
  readonly at: number
  readonly event: HandoffEvent
  readonly actor: string
  readonly outcome: string
  /** Id of the step, the attempt, the gate that it is about, as far as there is one. */
  readonly step?: string
  readonly attempt?: string
  readonly gate?: string
  readonly commit?: string
}

/** One that lies on `refs/baton/record`: under `path` of `commit`. Its bytes are also a blob under `digest`. */
export interface Written {
  readonly of: number
  readonly event: HandoffEvent
  readonly path: string
  readonly digest: string
  readonly attempt?: string
  readonly gate?: string
}

/** One of an item that is closed: made as it closed, for its steps are not in memory any more. */
export interface Due {
  readonly of: number
  readonly handoff: Handoff
}
