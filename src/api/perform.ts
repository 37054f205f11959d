// Runs any method against a house for a caller, and turns everything that may go wrong into a refusal.
import type { House } from '../core/ports/house.ts'
import { RepositoryTrouble, SandboxMissing, StoreFailed } from '../core/ports.ts'
import { type Refusal, type RefusalKind, Refused, refuse } from '../core/refusals.ts'
import { quoted } from '../core/text/neutral.ts'
import { scrub } from '../core/text/secrets.ts'
import { wantOf } from '../core/wants.ts'
import { filledIn, notGiven } from './bound.ts'
import { confined } from './confined.ts'
import type { AnyMethod, Caller } from './method.ts'
import { isRefusal } from './refusal.ts'
import { ofAttempt } from './scopes.ts'

export type Performed =
  | { readonly ok: true; readonly result: unknown }
  | { readonly ok: false; readonly refusal: Refusal }

/** Shapes with one answer; `stream` is for those with many. */
export async function perform(method: AnyMethod, house: House, caller: Caller, given: unknown): Promise<Performed> {
  try {
    const params = admitted(method, house, caller, given)
    const result = await run(method, reachOf(house, caller), caller, params)
    return isRefusal(result) ? { ok: false, refusal: result } : { ok: true, result }
  } catch (error) {
    return { ok: false, refusal: refusalFrom(error, method.name) }
  }
}

async function run(method: AnyMethod, house: House, caller: Caller, params: unknown): Promise<unknown> {
  switch (method.shape) {
    case 'wish': {
      const answer = await house.submit(method.wish(params, caller))
      return answer.ok ? method.result(answer, params) : answer.refusal
    }
    case 'view': {
      const at = method.at?.(params)
      if (at === undefined) return method.view(house.state, house.now(), params)
      const past = await pastOf(house, at)
      return isRefusal(past) ? past : method.view(past, past.at, params)
    }
    case 'read':
      return method.read(house, params, caller)
    case 'deed':
      return method.act(house, params, caller)
    default:
      return refuse('invalid', `method ${method.name}`, 'it gives many values, not one answer', 'call it as a stream')
  }
}

export async function pastOf(house: House, at: number): Promise<House['state'] | Refusal> {
  const head = house.state.seq
  if (at <= head) return house.stateAt(at)
  return refuse('not-found', `entry ${at}`, `the record ends at ${head}`, `give a number from 0 to ${head}`)
}

/** Many values: entries for ever (`follow`) or a series with an end. Throws `Refused`; the one who reads turns it into a value. */
export async function* stream(
  method: AnyMethod,
  house: House,
  caller: Caller,
  given: unknown,
): AsyncGenerator<unknown> {
  const params = admitted(method, house, caller, given)
  if (method.shape === 'series') yield* method.series(house, params)
  else if (method.shape === 'follow') {
    const wanted = method.wants(params)
    for await (const entry of house.follow(method.from(params))) if (wanted(entry)) yield entry
  } else
    throw new Refused(refuse('invalid', `method ${method.name}`, 'it gives one answer', 'call it without a stream'))
}

/** Rights come first: whoever may not use a method learns nothing about its parameters. */
function admitted(method: AnyMethod, house: House, caller: Caller, given: unknown): unknown {
  if (!caller.may.has(method.needs)) {
    const why = `it needs the right "${method.needs}", which ${quoted(caller.name)} does not have`
    throw new Refused(refuse('auth', `method ${method.name}`, why, 'use a key that has it; docs/server.md shows how'))
  }
  if (caller.attempt !== undefined && method.about === undefined) throw notIts(method, caller.attempt)
  const kept = notGiven(method, caller, house.state)
  if (kept !== undefined) throw new Refused(kept)
  const params = checked(method, method.forAgents === true ? cleaned(filledIn(method, caller, given), house) : given)
  if (caller.attempt !== undefined && !ofAttempt(caller.attempt, method.about?.(params) ?? ''))
    throw notIts(method, caller.attempt)
  return params
}

/** What an agent says may go into the record, where no secret may ever be. */
function cleaned(value: unknown, house: House): unknown {
  if (typeof value === 'string') return house.clean?.(value) ?? scrub(value, [])
  if (Array.isArray(value)) return value.map((one) => cleaned(one, house))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, cleaned(one, house)]))
}

function notIts(method: AnyMethod, attempt: string): Refused {
  const why = `this key is bound to attempt ${attempt}, and may ask about that attempt and its step only`
  return new Refused(refuse('auth', `method ${method.name}`, why, 'ask about your own step'))
}

/** Only the owner's own callers may name folders that this house does not work for. */
function reachOf(house: House, caller: Caller): House {
  return caller.may.has('admin') ? house : confined(house)
}

/** The remedy for parameters that do not fit; a face may say it in its own words. */
export const seeDocs = 'see the method in docs/api.md'

function checked(method: AnyMethod, given: unknown): unknown {
  const parsed = method.params.safeParse(given)
  if (parsed.success) return parsed.data
  const issues = parsed.error.issues.slice(0, 5).map((issue) => {
    const where = issue.path.map(String).join('.')
    return where === '' ? issue.message : `${quoted(where)}: ${quoted(issue.message, 200)}`
  })
  throw new Refused(refuse('invalid', method.name, issues.join('; '), seeDocs))
}

const troubles: Readonly<Record<string, RefusalKind>> = {
  name: 'invalid',
  missing: 'not-found',
  locked: 'busy',
  elsewhere: 'conflict',
  taken: 'conflict',
  twin: 'conflict',
  'too-large': 'invalid',
  unfit: 'policy',
  machine: 'busy',
  timeout: 'busy',
  closed: 'cancelled',
}

const failures: Readonly<Record<StoreFailed['kind'], [RefusalKind, string]>> = {
  full: ['busy', 'free some room on the disk and try again'],
  'read-only': ['policy', 'make the home writable, or use another BATON_HOME'],
  busy: ['busy', 'try again when the other process is done'],
  broken: ['conflict', 'run baton audit verify, and restore a backup if it says so'],
  refused: ['defect', 'please report it with baton doctor --bundle'],
}

/** What a thrown error says to a person; anything unknown is a defect of ours. */
export function refusalFrom(error: unknown, what: string): Refusal {
  if (error instanceof Refused) return error.refusal
  if (error instanceof RepositoryTrouble) {
    const why = error.message.endsWith(error.remedy)
      ? error.message.slice(0, -error.remedy.length).trim()
      : error.message
    return refuse(troubles[error.kind] ?? 'defect', what, why, error.remedy)
  }
  if (error instanceof StoreFailed) {
    const [kind, remedy] = failures[error.kind]
    return refuse(kind, what, error.message, remedy)
  }
  if (error instanceof SandboxMissing) return refuse('policy', what, error.message, 'run baton doctor')
  const said = error instanceof Error ? error.message : String(error)
  const want = wantOf(said)
  if (want !== undefined)
    return refuse('busy', what, `this machine has no more ${want.of} to give: ${said}`, want.remedy)
  return refuse('defect', what, said || 'something unexpected happened', 'please report it with baton doctor --bundle')
}
