// What befalls a simulated world from outside: crashes, strangers, clocks, twins, held branches and ghosts.
import type { Facts } from '../../src/core/facts.ts'
import { nothingUsed } from '../../src/core/nouns/attempt.ts'
import { type Wishes, wish } from '../../src/core/wishes.ts'
import type { Life } from './life.ts'
import { pool } from './plot.ts'
import { ghostly } from './witness.ts'
import type { World } from './world.ts'

const days = 86_400_000

/** Every kind comes again at random moments until the world is healed. */
export function brew(world: World): void {
  const { knobs } = world.plot
  recur(world, 1, 600_000, () => crash(world))
  recur(world, knobs.disk * 10, 1_800_000, () => fill(world))
  recur(world, knobs.strangers, 300_000, () => stranger(world))
  recur(world, knobs.clockFaults, 900_000, () => clockFault(world))
  recur(world, knobs.twins, 1_200_000, () => world.twin())
  recur(world, knobs.held, 600_000, () => hold(world))
  recur(world, knobs.ghosts, 300_000, () => ghost(world))
}

function recur(world: World, share: number, every: number, befall: () => unknown): void {
  const { chance, clock } = world
  if (share <= 0) return
  const once = (): void => {
    if (world.healed || world.over) return
    if (chance.is(share)) void befall()
    clock.after(chance.from(1, every), once)
  }
  clock.after(chance.from(1, every), once)
}

function crash(world: World): void {
  if (world.crashesLeft > 0) world.life?.crash('at rest')
}

/** Somebody else fills the disk for a while. */
function fill(world: World): void {
  world.nearlyFull = true
  world.clock.after(world.chance.from(1, 900_000), () => {
    world.nearlyFull = false
  })
}

/** Somebody works in the same repository. */
async function stranger(world: World): Promise<void> {
  const { chance, repository, witness } = world
  const items = [...witness.state.items.values()]
  const item = items.length === 0 ? undefined : chance.pick(items)
  const ref = item === undefined || chance.is(0.3) ? 'refs/heads/main' : `refs/heads/${item.branch}`
  const tip = await repository.tip(ref)
  if (tip === null) return
  if (chance.is(0.1)) return witness.stranger(`refs/heads/own-${chance.word(3)}`, tip)
  if (chance.is(0.15) && ref !== 'refs/heads/main') return world.meddled(ref, null)
  if (chance.is(0.2) && item !== undefined && ref !== 'refs/heads/main') return world.meddled(ref, item.base)
  await commitTo(world, ref)
}

/** Adds a commit of somebody else, if the branch is there. */
export async function commitTo(world: World, ref: string): Promise<void> {
  const { chance, repository, witness } = world
  const tip = await repository.tip(ref)
  if (tip === null) return
  const path = chance.is(0.5) ? chance.pick(pool) : `theirs/${chance.word(4)}.txt`
  const content = Buffer.from(`theirs ${chance.word(4)}\n`)
  const tree = await repository.writeTree(tip, [{ path, kind: 'added', mode: '100644', content }])
  const at = world.clock.monotonic()
  const by = { authorName: 'Somebody', authorEmail: 'somebody@localhost' }
  const commit = await repository.commit({ tree, parents: [tip], message: 'Theirs', ...by, at })
  if ((await repository.tip(ref)) === tip) witness.stranger(ref, commit)
}

function clockFault(world: World): void {
  const { chance, clock } = world
  if (chance.is(0.3)) {
    clock.freeze(true)
    clock.after(chance.from(1, 1_800_000), () => clock.freeze(false))
    return
  }
  clock.jump(chance.is(0.5) ? chance.from(-3 * days, 3 * days) : chance.from(-5000, 5000))
}

/** A person has an item's branch checked out, with work of their own in the way. */
function hold(world: World): void {
  const { chance, clock, repository, witness } = world
  const items = [...witness.state.items.values()]
  if (items.length === 0) return
  repository.checkout(`refs/heads/${chance.pick(items).branch}`)
  repository.dirty(chance.some([...pool, 'tasks.md', ...witness.state.items.keys()], 0.5))
  clock.after(chance.from(1, 1_200_000), () => {
    repository.dirty([])
    if (chance.is(0.5)) repository.checkout('refs/heads/main')
  })
}

/** A report of an attempt that is long over, or of a claim that nobody holds. */
function ghost(world: World): void {
  const { chance, witness, life } = world
  const attempts = [...witness.book.attempts.values()]
  if (attempts.length === 0 || life === undefined) return
  const attempt = chance.pick(attempts)
  const fence = attempt.ended && chance.is(0.7) ? attempt.fence : attempt.fence + chance.pick([-1, 1])
  const begins = chance.is(0.3)
  const about = { attempt: attempt.id, fence }
  const outcome = { kind: 'succeeded', why: ghostly } as const
  if (begins)
    void life.submit(wish('attempt.begin', 'baton', { ...about, clone: 'memory', isolation: 'none', inputs: '' }))
  else void haunt(world, life, { ...about, outcome, used: nothingUsed, changed: true, ...left })
}

const left = { tree: 'a tree', commit: 'a commit', transcript: 'words' }

/** Finished work is never lost: however late it is told of, and whatever became of its item, the record names what it left. */
async function haunt(world: World, life: Life, data: Wishes['attempt.end']): Promise<void> {
  const answer = await life.ask(wish('attempt.end', 'baton', data))
  const said = answer?.ok === true ? (answer.facts[0]?.data as Facts['attempt.late'] | undefined) : undefined
  const turnedAway = answer?.ok === false && answer.refusal.kind === 'not-found'
  const kept = Object.entries(left).every(([name, what]) => said?.[name as keyof typeof left] === what)
  if (turnedAway || (answer?.ok === true && !kept))
    world.witness.breaks('late', `what ${data.attempt} left is not kept: ${JSON.stringify(answer)}`)
}
