// Who can do steps: a profile under a name, and what each may do.
import type { Limits } from '../spending/budget.ts'
import type { Network } from './isolation.ts'
import type { Price, Tier } from './model.ts'
import type { Permissions } from './question.ts'

export interface AgentProfile {
  readonly name: string
  /** How it is driven: shell, acp, codex, claude, model, … */
  readonly executor: string
  /** The argv to run, from trusted configuration only; empty for executors that know their program's own. */
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly network: Network
  readonly seats: number
  readonly roles: readonly string[]
  readonly timeoutMs: number
  // What follows is absent in records from before there was any.
  /** Which of the known programs this is (codex, claude, copilot, …), for executors that drive several. */
  readonly program?: string
  /** A model's name in the registry; absent: the program's own choice. */
  readonly model?: string
  /** How strong it is; absent: as its model is. */
  readonly tier?: Tier
  /** Nothing of it leaves machines of one's own; absent: as its model is. */
  readonly local?: boolean
  /** Whose quota it uses; absent: its model's, else its program's. */
  readonly account?: string
  readonly price?: Price
  readonly permissions?: Permissions
  /** Ended when nothing is heard of it for so long. */
  readonly silenceMs?: number
  readonly limits?: Limits
  /** Whether a vendor's program may start agents of its own; not unless this says so. */
  readonly subagents?: boolean
  /** May look and answer, and never write: the explore agent. */
  readonly readsOnly?: boolean
  /** Options of its session that its program knows (mode, effort), by name. */
  readonly options?: Readonly<Record<string, string>>
}
