// Who can do steps: a profile under a name, and what each may do.
import type { Network } from './isolation.ts'

export interface AgentProfile {
  readonly name: string
  readonly executor: string
  /** For the shell executor: the argv to run, from trusted configuration only. */
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly network: Network
  readonly seats: number
  readonly roles: readonly string[]
  readonly timeoutMs: number
}
