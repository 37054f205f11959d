// What this door needs of whoever opens it: a way to ask, what the caller may do, and the time.
import { filledIn } from '../../api/bound.ts'
import type { AnyMethod, Caller } from '../../api/method.ts'
import { ofAttempt } from '../../api/scopes.ts'
import type { Clock } from '../../core/ports.ts'
import { Refused, refuse } from '../../core/refusals.ts'
import { quoted } from '../../core/text/neutral.ts'
import type { Waits } from './waits.ts'

/** One caller's way to the house. */
export interface McpPort {
  readonly methods: readonly AnyMethod[]
  /** From the record of whoever opened the door. What it may not do is neither listed nor asked. */
  readonly caller: Pick<Caller, 'name' | 'may' | 'attempt'>
  /** Of a caller that is bound to an attempt: the tools that the role of its step is given. */
  readonly given?: ReadonlySet<string>
  /** Two calls are of one owner when they came with the same key. */
  readonly owner: string
  /** One answer; throws `Refused`. */
  ask(method: string, params: unknown): Promise<unknown>
  /** As of the house: why calls have to wait just now, and '' when they go on. */
  onWait?(told: (why: string) => void): () => void
}

/** What a client sees of Baton: one caller's port, and what all callers of this door have in common. */
export interface Desk {
  readonly port: McpPort
  readonly waits: Waits
  readonly clock: Pick<Clock, 'after' | 'monotonic'>
}

/** Asked of every call: the house may take this door for its owner, so the rights are kept here too. */
export function admit(method: AnyMethod, { caller }: McpPort, given: unknown): void {
  if (!caller.may.has(method.needs)) {
    const why = `it needs the right "${method.needs}", which ${quoted(caller.name)} does not have`
    throw new Refused(refuse('auth', `method ${method.name}`, why, 'ask the person you work for to do it'))
  }
  if (caller.attempt === undefined) return
  const params = method.params.safeParse(filledIn(method, caller, given))
  if (method.about !== undefined && (!params.success || ofAttempt(caller.attempt, method.about(params.data)))) return
  const why = `this key is bound to attempt ${caller.attempt}, and may ask about that attempt and its step only`
  throw new Refused(refuse('auth', `method ${method.name}`, why, 'ask about your own step'))
}

/** Asks by a method's name, with the caller's rights. */
export async function askOf(port: McpPort, name: string, params: unknown): Promise<unknown> {
  const method = port.methods.find((one) => one.name === name)
  if (method === undefined) throw new Refused(refuse('not-found', `method ${name}`, 'there is none', 'see docs/mcp.md'))
  admit(method, port, params)
  return port.ask(name, params)
}
