// What befalls the record's own ref in a simulated world: strangers add to it, damage it, move it and take it away, and it cannot be written.
import type { Change } from '../../src/core/ports.ts'
import { recordRef } from './witness/papers.ts'
import type { World } from './world.ts'

const every = 900_000

export function vandalize(world: World): void {
  const { luck, clock, plot } = world
  if (plot.knobs.record <= 0) return
  const once = (): void => {
    if (world.healed || world.over) return
    if (luck.is(plot.knobs.record)) void luck.pick(harms)(world)
    clock.after(luck.from(1, every), once)
  }
  clock.after(luck.from(1, every), once)
}

const harms: readonly ((world: World) => unknown)[] = [add, damage, remove, moveBack, takeAway, hold, deny, forget]

type NewChange = Parameters<World['repository']['writeTree']>[1][number]

async function put(world: World, what: string, changes: readonly NewChange[]): Promise<void> {
  const { repository, clock } = world
  const tip = await repository.tip(recordRef)
  const tree = await repository.writeTree(tip ?? '', changes)
  const by = { authorName: 'Somebody', authorEmail: 'somebody@localhost', message: 'Theirs', at: clock.monotonic() }
  const commit = await repository.commit({ ...by, tree, parents: tip === null ? [] : [tip] })
  move(world, what, commit)
}

function move(world: World, what: string, to: string | null): void {
  world.tell(`somebody ${what} the record`)
  world.repository.foreign(recordRef, to)
}

function add(world: World): Promise<void> {
  const path = `handoff/theirs-${world.luck.word(4)}.json`
  world.witness.papers.foreign.add(path)
  return put(world, 'adds to', [{ path, kind: 'added', mode: '100644', content: Buffer.from('{}\n') }])
}

/** A file that lies there as it was named, of those that have been named. */
async function one(world: World): Promise<string | undefined> {
  const { luck, repository, witness } = world
  const paths = [...witness.papers.named.values()].map(({ path }) => path)
  const tip = await repository.tip(recordRef)
  if (paths.length === 0 || tip === null) return undefined
  const path = luck.pick(paths)
  if ((await repository.readFile(tip, path)) === null) return undefined
  witness.papers.harmed.add(path)
  return path
}

async function damage(world: World): Promise<void> {
  const path = await one(world)
  if (path === undefined) return
  await put(world, 'damages a file of', [{ path, kind: 'modified', mode: '100644', content: Buffer.from('{"no') }])
}

async function remove(world: World): Promise<void> {
  const path = await one(world)
  if (path === undefined) return
  await put(world, 'takes a file from', [{ path, kind: 'deleted' } as Change as NewChange])
}

/** All that lies there may be gone, also what no fact names yet: whoever put it there is about to say so. */
async function harmAll({ repository, witness }: World, tip: string): Promise<void> {
  const lying = (await repository.list(tip)).map(({ path }) => path)
  const named = [...witness.papers.named.values()].map(({ path }) => path)
  for (const path of [...named, ...lying]) witness.papers.harmed.add(path)
}

async function moveBack(world: World): Promise<void> {
  const tip = await world.repository.tip(recordRef)
  const back = world.recordWas.at(-2)
  if (tip === null || back === undefined) return
  await harmAll(world, tip)
  move(world, 'moves back', back)
}

async function takeAway(world: World): Promise<void> {
  const tip = await world.repository.tip(recordRef)
  if (tip === null) return
  await harmAll(world, tip)
  move(world, 'takes away', null)
}

function hold(world: World): void {
  world.recordIs = 'held'
  world.tell('somebody holds the record')
  later(world)
}

function deny(world: World): void {
  world.recordIs = 'denied'
  world.tell('nobody can write to the record')
  later(world)
}

function later(world: World): void {
  world.clock.after(world.luck.from(1, 600_000), () => {
    world.recordIs = 'free'
  })
}

/** A person has bytes forgotten: the fact stays, and what lies on the ref is then all that there is. */
async function forget(world: World): Promise<void> {
  const { luck, witness, disk } = world
  const digests = [...witness.papers.named.values()].map(({ digest }) => digest)
  if (digests.length === 0) return
  const digest = luck.pick(digests)
  world.tell('a person has bytes of the record forgotten')
  witness.papers.forgotten.add(digest)
  await disk.raw.forget(digest)
}
