// The mirror is the state of the house at every point, through cuts, repetitions, gaps, reloads and facts that it does not know.
import fc from 'fast-check'
import { afterEach, expect, it } from 'vitest'
import { methods } from '../../src/api/methods.ts'
import { perform } from '../../src/api/perform.ts'
import { everything } from '../../src/api/scopes.ts'
import type { Ask } from '../../src/client/events.ts'
import { events } from '../../src/client/events.ts'
import { overHttp } from '../../src/client/http.ts'
import { type Change, type Mirror, openMirror } from '../../src/client/mirror.ts'
import { mirrored } from '../../src/client/views.ts'
import { type Carried, evolve } from '../../src/core/evolve/index.ts'
import { Refused, refuse } from '../../src/core/refusals.ts'
import { freeze } from '../../src/core/snapshot.ts'
import { emptyState, type State } from '../../src/core/state.ts'
import { play, running, World } from '../../src/core/testing.ts'
import { live, life as lives } from '../oracle/random.ts'
import { entryOf, type Fault, json, Peer, reachOf, refused, swift } from './peer.ts'

const opened: { close(): void }[] = []
afterEach(() => {
  for (const one of opened.splice(0)) one.close()
})

async function mirrorOf(peer: Peer, pace = swift()): Promise<Mirror> {
  const reach = reachOf(peer, pace)
  const ask: Ask = overHttp(reach).ask
  const mirror = await openMirror({ ask, events: (options) => events(reach, ask, options), pace })
  opened.push(mirror)
  return mirror
}

const text = (state: State): string => JSON.stringify(freeze(state))

/** Full folds of what the record holds, one for each length, each entry as it comes from the disk. */
function foldsOf(entries: readonly Carried[], cap = emptyState().cap): string[] {
  const state = { ...emptyState(), cap }
  const texts = [text(state)]
  for (const entry of entries) {
    evolve(state, structuredClone(entry))
    texts.push(text(state))
  }
  return texts
}

function lived(): World {
  const world = running('A{a.ts} B!ok<A C+ D*#db')
  world.ask('blocker.raise', { on: 'i/D', kind: 'k', owner: 'o', notes: 'n' })
  play(world, 'tick; A done; tick; B began; B ended; B checked')
  return world
}

const fault: fc.Arbitrary<Fault> = fc.record(
  {
    cutAt: fc.nat(6000),
    breaks: fc.boolean(),
    twice: fc.boolean(),
    without: fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 6 }),
    reload: fc.boolean(),
    bye: fc.boolean(),
    piece: fc.integer({ min: 1, max: 900 }),
  },
  { requiredKeys: [] },
)

it('equals a full fold at every point, whatever happens on the way', async () => {
  let [told, reloads] = [0, 0]
  await fc.assert(
    fc.asyncProperty(
      lives(15),
      fc.array(fault, { maxLength: 6 }),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 8 }),
      async (life, faults, steps) => {
        const world = new World()
        live(world, life, () => undefined)
        const all = world.entries
        const folds = foldsOf(all, life.cap)
        const peer = new Peer()
        // Of the house's own configuration, and in no fact.
        peer.state.cap = life.cap
        peer.publish(...all.slice(0, steps[0]))
        // Nobody can know of an entry that is left out at the end, until another one follows.
        peer.faults = faults.map((one) => ({ ...one, without: (one.without ?? []).filter((seq) => seq < all.length) }))
        peer.batch = steps.at(-1) ?? 3
        const mirror = await mirrorOf(peer)
        mirror.subscribe(({ seq, entries, reloaded }) => {
          expect(text(mirror.state)).toBe(folds[seq])
          told += entries.length
          reloads += reloaded ? 1 : 0
        })
        for (let at = peer.head, n = 0; at < all.length; n += 1) {
          const next = all.slice(at, at + (steps[n % steps.length] ?? 1))
          peer.publish(...next)
          at += next.length
          if (n % 3 === 0) await new Promise((resolve) => setImmediate(resolve))
        }
        await mirror.caughtUp(all.length)
        expect(text(mirror.state)).toBe(text(world.state))
        mirror.close()
      },
    ),
    { numRuns: 50 },
  )
  expect(told).toBeGreaterThan(400)
  expect(reloads).toBeGreaterThan(5)
}, 120_000)

it('tells its listeners once for all that came together', async () => {
  const { entries } = lived()
  const peer = new Peer()
  peer.publish(...entries.slice(0, 5))
  peer.batch = 100
  const mirror = await mirrorOf(peer)
  const changes: Change[] = []
  const stop = mirror.subscribe((change) => changes.push(change))
  peer.publish(...entries.slice(5, 15))
  await mirror.caughtUp(15)
  expect(changes.map(({ seq, entries: all }) => [seq, all.length])).toEqual([[15, 10]])
  stop()
  peer.publish(...entries.slice(15))
  await mirror.caughtUp(entries.length)
  expect(changes).toHaveLength(1)
})

it('resolves what waits for an entry only when that is folded', async () => {
  const { entries } = lived()
  const peer = new Peer()
  peer.publish(...entries.slice(0, 5))
  const mirror = await mirrorOf(peer)
  await mirror.caughtUp(5)
  const seen: number[] = []
  const waits = [9, 7, 7].map((seq) => mirror.caughtUp(seq).then(() => seen.push(mirror.seq)))
  peer.publish(...entries.slice(5, 7))
  await Promise.all(waits.slice(1))
  expect(seen).toEqual([7, 7])
  peer.publish(...entries.slice(7, 9))
  await waits[0]
  expect(seen).toEqual([7, 7, 9])
  const never = mirror.caughtUp(1000)
  mirror.close()
  await expect(never).rejects.toThrow(/closed/)
  await expect(mirror.caughtUp(1000)).rejects.toThrow(/closed/)
  expect(peer.listening).toBe(0)
})

it('reads the state anew at a fact that it does not know, and folds nothing behind it meanwhile', async () => {
  const { entries } = lived()
  const known = entries.slice(0, 8)
  const strange = { ...(entries[8] as Carried), type: 'weather.changed', data: { rain: true } }
  for (const how of [strange, { ...(entries[8] as Carried), unknown: true }]) {
    const peer = new Peer()
    peer.publish(...known)
    const held = Promise.withResolvers<void>()
    const mirror = await mirrorOf(peer)
    peer.instead.set('state/read', async () => {
      await held.promise
      // What a newer house makes of the fact that we do not know.
      const newer = structuredClone(peer.state)
      newer.cap = 7
      return json({ record: peer.record, seq: newer.seq, frozen: freeze(newer) })
    })
    const changes: Change[] = []
    mirror.subscribe((change) => changes.push(change))
    peer.batch = 1
    peer.publish(how)
    peer.publish(...entries.slice(9, 12))
    while (mirror.status.is !== 'behind') await new Promise((resolve) => setImmediate(resolve))
    expect(mirror.status.why).toMatch(/entry 9 is of a kind that this client does not know/)
    expect(text(mirror.state)).toBe(foldsOf(known).at(-1))
    held.resolve()
    await mirror.caughtUp(12)
    expect(mirror.state.cap).toBe(7)
    expect(mirror.status.is).toBe('live')
    // What the stream still tells of the entries before is known already, and no reason to read anything again.
    peer.publish(...entries.slice(12, 13))
    await mirror.caughtUp(13)
    expect(changes.filter(({ reloaded }) => reloaded)).toHaveLength(1)
    mirror.close()
  }
})

it('takes no state that ends before what it lost', async () => {
  const { entries } = lived()
  const peer = new Peer()
  peer.publish(...entries.slice(0, 8))
  const mirror = await mirrorOf(peer)
  const old = { record: peer.record, seq: 8, frozen: JSON.parse(text(peer.state)) }
  let asked = 0
  const right = (): Response => json({ record: peer.record, seq: peer.head, frozen: freeze(peer.state) })
  peer.instead.set('state/read', () => (++asked < 3 ? json(old) : right()))
  peer.publish({ seq: 9, at: 1, type: 'weather.changed', data: {} })
  await mirror.caughtUp(9)
  expect(asked).toBe(3)
})

it('begins anew with another record', async () => {
  const peer = new Peer()
  peer.publish(...lived().entries)
  const mirror = await mirrorOf(peer)
  const lost = mirror.caughtUp(10_000)
  const other = running('X Y<X').entries
  peer.replace('record/two', other)
  await expect(lost).rejects.toThrow(/another one/)
  expect(mirror.record).toBe('record/two')
  expect(text(mirror.state)).toBe(text(peer.state))
})

it('is refused a state that it cannot read, and one that is none', async () => {
  const peer = new Peer()
  for (const frozen of [{ version: 99 }, null, { ...(freeze(emptyState()) as object), items: [null] }]) {
    peer.instead.set('state/read', () => json({ record: 'r', seq: 0, frozen }))
    await expect(mirrorOf(peer)).rejects.toThrow(/a shape that this client does not know/)
  }
  peer.instead.set('state/read', () => json('hello'))
  await expect(mirrorOf(peer)).rejects.toThrow(/holds no state/)
  peer.instead.set('state/read', () => refused(401, refuse('auth', 'state/read', 'no key', 'get one')))
  await expect(mirrorOf(peer)).rejects.toThrow(/no key/)
})

it('ends with the reason when its key is good no more', async () => {
  const peer = new Peer()
  peer.publish(...lived().entries)
  const refusal = refuse('auth', 'events', 'the key was taken back', 'get another')
  const mirror = await mirrorOf(peer)
  const lost = mirror.caughtUp(10_000)
  while (peer.listening === 0) await new Promise((resolve) => setImmediate(resolve))
  peer.faults = [{ answer: () => refused(401, refusal) }]
  peer.drop()
  await expect(lost).rejects.toThrow(/taken back/)
  expect(mirror.status).toMatchObject({ is: 'closed', why: expect.stringContaining('taken back') })
})

const questions: readonly (readonly [string, object])[] = [
  ['status/list', {}],
  ['status/item', { item: 'i' }],
  ['status/item', { item: 'i', limit: 1 }],
  ['status/item', { item: 'none' }],
  ['status/item', { item: '--bad' }],
  ['status/step', { step: 'i/B' }],
  ['status/step', { step: 'i/none' }],
  ['step/why', { step: 'i/D' }],
  ['step/ready', {}],
  ['gate/list', {}],
  ['blocker/list', {}],
  ['count/list', {}],
  ['count/show', { workspace: '/w' }],
  ['name/find', { name: 'D' }],
  ['name/find', { name: 'zzz' }],
]

it('answers every view as the server does, refusals too, and asks nobody', async () => {
  const world = lived()
  const peer = new Peer()
  peer.publish(...world.entries)
  const mirror = await mirrorOf(peer)
  const at = mirror.now
  mirror.now = () => peer.state.at
  const before = peer.asked.filter((one) => one.startsWith('POST')).length
  expect(new Set(questions.map(([name]) => name))).toEqual(new Set(mirrored))
  for (const [name, params] of questions) {
    const method = methods.find((one) => one.name === name)
    const caller = { name: 'ada', folder: '/w', may: everything }
    const served = await perform(method as never, peer.house(), caller, params)
    const mirrored = await mirror.view(name as 'status/list', params as never).then(
      (result) => ({ ok: true, result }),
      (error: Refused) => ({ ok: false, refusal: error.refusal }),
    )
    expect([name, JSON.stringify(mirrored)]).toEqual([name, JSON.stringify(served)])
    if (served.ok) expect(mirror.look(name as 'status/list', params)).toEqual(served.result)
    else expect(() => mirror.look(name as 'status/list', params)).toThrow(Refused)
  }
  expect(peer.asked.filter((one) => one.startsWith('POST'))).toHaveLength(before)
  mirror.now = at
})

it('asks about the past, and about what it does not mirror', async () => {
  const peer = new Peer()
  peer.publish(...lived().entries)
  const mirror = await mirrorOf(peer)
  peer.instead.set('status/list', (params) => json({ params }))
  peer.instead.set('server/show', () => json({ serving: true }))
  expect(await mirror.view('status/list', { at: 3 })).toEqual({ params: { at: 3 } })
  expect(await mirror.view('server/show', {})).toEqual({ serving: true })
  expect(() => mirror.look('status/list', { at: 3 } as object)).toThrow(/past/)
})

it('keeps no entries', async () => {
  const peer = new Peer()
  const mirror = await mirrorOf(peer)
  const marks: WeakRef<object>[] = []
  mirror.subscribe(({ entries }) => marks.push(...entries.map((entry) => new WeakRef(entry))))
  peer.publish(...Array.from({ length: 50 }, (_, n) => entryOf({ seq: n + 1, at: 1, type: 'disk.ran-low', data: {} })))
  await mirror.caughtUp(50)
  peer.publish(entryOf({ seq: 51, at: 1, type: 'disk.recovered', data: {} }))
  await mirror.caughtUp(51)
  const collect = (globalThis as { gc?: () => void }).gc ?? (await collector())
  for (let n = 0; n < 20 && marks.filter((one) => one.deref() !== undefined).length > 1; n += 1) {
    await new Promise((resolve) => setTimeout(resolve, 1))
    collect()
  }
  expect(marks).toHaveLength(51)
  expect(marks.filter((one) => one.deref() !== undefined).length).toBeLessThan(5)
})

async function collector(): Promise<() => void> {
  const [{ setFlagsFromString }, { runInNewContext }] = await Promise.all([import('node:v8'), import('node:vm')])
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as () => void
}
