// Those who work outside a simulated house: they claim, hand in, hand in again, give back, forget, and take what is not theirs.
import { attemptComplete } from '../../src/api/attempt/complete.ts'
import { attemptJudged } from '../../src/api/attempt/judged.ts'
import { attemptRelease } from '../../src/api/attempt/release.ts'
import type { AnyMethod, Caller } from '../../src/api/method.ts'
import { type Performed, perform } from '../../src/api/perform.ts'
import { everything } from '../../src/api/scopes.ts'
import { type Claimed, stepClaim } from '../../src/api/step/claim.ts'
import type { House } from '../../src/core/ports/house.ts'
import { attemptOf } from '../../src/core/state.ts'
import { type Deed, nowAndThen } from './deeds.ts'
import type { Life } from './life.ts'
import { workspace } from './plot.ts'
import { handIn, type Work } from './work.ts'
import type { World } from './world.ts'

/** The word by which each claims, and the name that the record has of whoever says so. */
export const outsiders: Readonly<Record<string, string>> = { dora: 'Dora', egon: 'Egon', 'ci-7': 'a build server' }
export const owner = 'the owner'

/** What somebody outside believes to have: nobody tells them when it is over. */
export interface Claim {
  readonly attempt: string
  readonly by: string
  readonly step: string
  readonly base: string
  readonly branch: string
  /** What they handed in last: whoever is interrupted says the same again. */
  last?: Work
}

/** Each with its weight. */
const deeds: readonly (readonly [number, Deed])[] = [
  [6, claim],
  [2, race],
  [7, complete],
  [1, givenUp],
  [2, release],
  [2, meddle],
  [1, askAfter],
]

const gap = 90_000

/** By a chance of its own: what else a seed gives stays what it was. */
export function outside(world: World): void {
  nowAndThen(world, { chance: world.outer, share: world.plot.knobs.outside, gap, deeds })
}

function caller(by: string, may: Caller['may'] = new Set(['read', 'run'])): Caller {
  return { name: by, folder: workspace, may }
}

/** The house as they see it: every wish of theirs is held against the disk like any other. */
function seen(life: Life, house: House): House {
  return new Proxy(house, {
    get: (target, name) => {
      if (name === 'submit') return async (asked: Parameters<House['submit']>[0]) => (await life.ask(asked)) ?? gone()
      const own: unknown = Reflect.get(target, name, target)
      return typeof own === 'function' ? own.bind(target) : own
    },
  })
}

/** A new one each time: whatever waits for one that is shared is kept for ever. */
const gone = (): Promise<never> => new Promise<never>(() => {})

async function ask(world: World, life: Life, method: AnyMethod, by: Caller, given: object): Promise<Performed> {
  if (life.house === undefined) return gone()
  const done = await perform(method, seen(life, life.house), by, given)
  if (!life.alive) return gone()
  const how = done.ok ? 'yes' : done.refusal.kind
  world.tell(
    `outside: ${method.name} ${how} (${by.name}, ${JSON.stringify(given)}${done.ok ? '' : `: ${done.refusal.why}`})`,
  )
  // What the weather does to git and to the disk is told as a defect of what was asked.
  const trouble = done.ok || done.refusal.kind !== 'defect' ? '' : `${done.refusal.what}: ${done.refusal.why}`
  if (trouble !== '' && !/ failed\.|^the journal: /.test(trouble))
    world.witness.breaks('sound', `${method.name} for ${by.name}: ${trouble}`)
  return done
}

/** A step that is free, mostly; sometimes any. */
function wanted({ outer }: World, life: Life): string | undefined {
  const steps = [...(life.house?.state.items.values() ?? [])].flatMap((item) => item.steps)
  const free = steps.filter(({ phase, retired, unmet }) => phase === 'waiting' && !retired && unmet === 0)
  const some = free.length > 0 && outer.is(0.85) ? free : steps
  return some.length === 0 ? undefined : outer.pick(some).id
}

async function claim(world: World, life: Life, step = wanted(world, life)): Promise<void> {
  if (step === undefined) return
  const by = world.outer.pick(Object.keys(outsiders))
  await claimAs(world, life, step, by)
  if (world.outer.is(0.1)) await claimAs(world, life, step, by)
}

async function claimAs(world: World, life: Life, step: string, by: string): Promise<void> {
  const { outer } = world
  const number = outer.is(0.1) ? { attempt: outer.from(1, 3) } : {}
  const asked = { step, executor: by, displayName: outsiders[by], ...number }
  const done = await ask(world, life, stepClaim, caller(outsiders[by] ?? ''), asked)
  if (!done.ok) return
  const { attemptId: attempt, executor, base, branch } = done.result as Claimed
  world.witness.claims.told(attempt, by, executor.id)
  if (!world.claims.some((one) => one.attempt === attempt)) world.claims.push({ attempt, by, step, base, branch })
}

/** Two at once: one of them gets it, or neither. */
async function race(world: World, life: Life): Promise<void> {
  const step = wanted(world, life)
  if (step === undefined) return
  const two = world.outer.is(0.5) ? ['dora', 'egon'] : ['egon', 'dora']
  await Promise.all(two.map((by) => claimAs(world, life, step, by)))
}

/** One of theirs, open as far as they know or long over. */
function held({ outer, claims, witness }: World): Claim | undefined {
  const open = claims.filter(({ attempt }) => attemptOf(witness.state, attempt)?.attempt.endedAt === undefined)
  const some = open.length > 0 && outer.is(0.8) ? open : claims
  return some.length === 0 ? undefined : outer.pick(some)
}

async function complete(world: World, life: Life): Promise<void> {
  const one = held(world)
  if (one === undefined) return
  const { outer } = world
  const again = one.last !== undefined && outer.is(0.5)
  const work = again && one.last !== undefined ? one.last : await handIn(world, one)
  one.last = work
  const by = outer.is(0.85) ? caller(outsiders[one.by] ?? '') : caller(owner, everything)
  await completeAs(world, life, one, by, work)
  if (outer.is(0.15)) await completeAs(world, life, one, by, work)
}

async function completeAs(world: World, life: Life, one: Claim, by: Caller, work: Work): Promise<void> {
  const { attempt } = one
  const said = { outcome: `${attempt} by hand`, nextAction: 'go on', ...(world.outer.is(0.3) ? { actor: 'Fay' } : {}) }
  const executor = by.name === owner ? {} : { executor: one.by }
  world.witness.claims.handedIn(attempt, work)
  const given = { attempt, ...executor, ...said, commit: work.commit }
  const done = await ask(world, life, attemptComplete, by, given)
  if (done.ok) world.witness.claims.taken(attempt, work)
}

async function givenUp(world: World, life: Life): Promise<void> {
  const one = held(world)
  if (one === undefined) return
  const event = world.outer.pick(['attempt-failed', 'attempt-rejected'])
  const given = { attempt: one.attempt, executor: one.by, event, outcome: 'it came to nothing' }
  const done = await ask(world, life, attemptComplete, caller(outsiders[one.by] ?? ''), given)
  if (done.ok) world.witness.claims.over(one.attempt, 'said to have failed')
}

async function release(world: World, life: Life): Promise<void> {
  const one = held(world)
  if (one === undefined) return
  const ruled = world.outer.is(0.3)
  const given = { attempt: one.attempt, why: 'no time for it', ...(ruled ? {} : { executor: one.by }) }
  const by = ruled ? caller(owner, everything) : caller(outsiders[one.by] ?? '')
  const done = await ask(world, life, attemptRelease, by, given)
  if (!done.ok) return
  world.witness.claims.over(one.attempt, 'given back')
  if (world.outer.is(0.3)) await claim(world, life, one.step)
}

/** Ends what another has, or what nobody outside has. */
async function meddle(world: World, life: Life): Promise<void> {
  const { outer, witness } = world
  const attempts = [...witness.book.attempts.values()]
  if (attempts.length === 0) return
  const { id, agent } = outer.pick(attempts)
  const by = outer.pick(Object.keys(outsiders).filter((one) => one !== agent))
  const me = caller(outsiders[by] ?? '')
  const { commit } = outer.pick(attempts)
  const given = { attempt: id, executor: by }
  const done = outer.is(0.5)
    ? await ask(world, life, attemptRelease, me, { ...given, why: 'it is mine' })
    : await ask(world, life, attemptComplete, me, { ...given, ...(commit === undefined ? {} : { commit }) })
  if (done.ok) witness.breaks('claimed', `${by} ends ${id}, which ${agent} has`)
}

async function askAfter(world: World, life: Life): Promise<void> {
  const one = held(world)
  if (one === undefined) return
  const given = { attempt: one.attempt, atMostMs: world.outer.pick([0, 20_000]) }
  await ask(world, life, attemptJudged, caller(outsiders[one.by] ?? ''), given)
}

/** Once the weather is clear nobody outside moves by themselves: the owner of the home hands in what is still theirs, or gives it back. */
export async function settle(world: World, life: Life, attempt: string): Promise<boolean> {
  const one = world.claims.find((each) => each.attempt === attempt)
  if (one !== undefined && world.outer.is(0.5)) {
    const work = await handIn(world, one)
    world.witness.claims.handedIn(attempt, work)
    const given = { attempt, outcome: 'done at last', commit: work.commit }
    const done = await ask(world, life, attemptComplete, caller(owner, everything), given)
    if (done.ok) return true
  }
  return (await ask(world, life, attemptRelease, caller(owner, everything), { attempt, why: 'nobody does it' })).ok
}
