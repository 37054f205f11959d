// What the executor for the agent client protocol is given by whoever sets it up.
import type { Clock, Spawner } from '../../core/ports.ts'
import type { FindOptions } from '../programs/index.ts'

export interface AcpOptions {
  readonly spawner: Pick<Spawner, 'start'>
  /** What the machine gives every agent: PATH and the like, from an allow-list. */
  readonly environment: Readonly<Record<string, string>>
  readonly clock?: Pick<Clock, 'after' | 'monotonic' | 'now'>
  /** A key by its name, from the environment or the keychain; it reaches the agent that needs it and nobody else. */
  key?(name: string): Promise<string | undefined>
  /** Known secrets of the house, which stay in no file of a HOME that is kept. */
  readonly secrets?: readonly string[]
  /** Where models are asked that name no place of their own. */
  readonly usualEndpoint?: string
  /** Where programs are looked for. */
  readonly find?: FindOptions
  /** The HOME of the person whose logins the agents may use; absent: nobody's. */
  readonly person?: string
  /** Where a HOME is made for an attempt that is given none; outside every clone. */
  readonly scratch?: string
  readonly version?: string
  /** How long an agent that is told to stop has to end its turn. */
  readonly graceMs?: number
  /** How long it may take to start and to open a session. */
  readonly startMs?: number
}
