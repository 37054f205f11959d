// What ends leaves a file on the repository's own record, once, whatever fails; who comes next reads it, or waits until it is put right.
import { hash } from 'node:crypto'
import { expect, it, onTestFinished } from 'vitest'
import { isRefusal } from '../../src/core/decide/answer.ts'
import { fact } from '../../src/core/facts.ts'
import type { Handoff } from '../../src/core/handoffs/artifact.ts'
import { recordRef } from '../../src/core/handoffs/place.ts'
import { isHandoff, readHandoff } from '../../src/core/handoffs/schema.ts'
import type { AgentProfile } from '../../src/core/nouns/agent.ts'
import type { Entry } from '../../src/core/nouns/entry.ts'
import { noPolicy } from '../../src/core/nouns/workspace.ts'
import { type Assignment, type Repository, RepositoryTrouble, StoreFailed } from '../../src/core/ports.ts'
import { asked, itemOf, planOf, trusted, type World } from '../../src/core/testing.ts'
import { type Wish, wish } from '../../src/core/wishes.ts'
import type { LocalHouse } from '../../src/engine/house.ts'
import { sealsIn } from '../../src/engine/journal/sealed.ts'
import { Recorder } from '../../src/engine/record/recorder.ts'
import { realClock } from '../../src/presets/clock.ts'
import { type SimulatedWorld, simulatedHouse, simulatedWorld } from '../../src/presets/simulated.ts'
import { createRepository } from '../../src/repositories/git.ts'
import { memoryRepository } from '../../src/repositories/memory.ts'
import { MemoryStore } from '../../src/stores/memory.ts'
import { sample } from '../cases/repository.sample.ts'

interface Scene {
  readonly world: World
  readonly store: MemoryStore
  readonly recorder: Recorder
  /** Another life of the house on the same record. */
  again(): Recorder
}

function scene(repository: Repository, refuses: { wishes?: string } = {}): Scene {
  const world = trusted({}, '/w')
  world.ask('plan.import', planOf(itemOf('A B<A')))
  world.ask('run.start', asked)
  const store = new MemoryStore()
  const submit = async (one: Wish) => {
    if (one.type === refuses.wishes) throw new Error('the house was killed')
    const decided = world.try(one)
    if (isRefusal(decided)) return { ok: false, refusal: decided } as const
    return { ok: true, seq: world.state.seq, facts: [] } as const
  }
  const again = () =>
    new Recorder({ state: world.state, store, clock: realClock, repository: () => repository, submit })
  const recorder = again()
  recorder.takeUp()
  return { world, store, recorder, again }
}

const written = (world: World) =>
  world.entries
    .filter(({ type }) => type === 'handoff.written')
    .flatMap(({ data }) => (data as { files: readonly { of: number; path: string; digest: string }[] }).files)

async function filesOn(repository: Repository): Promise<Map<string, string>> {
  const tip = await repository.tip(recordRef)
  const files = new Map<string, string>()
  for (const { path } of tip === null ? [] : await repository.list(tip))
    files.set(path, new TextDecoder().decode((await repository.readFile(tip ?? '', path)) ?? undefined))
  return files
}

function handoffIn(text: string | undefined): Handoff {
  const read = readHandoff(text ?? '')
  if (!isHandoff(read)) throw new Error(read.join('; '))
  return read
}

const landA = (world: World) => {
  world.tick()
  world.done('A')
}

const repositories: Readonly<Record<string, () => Repository | Promise<Repository>>> = {
  'a repository in memory': () => memoryRepository({ 'a.txt': 'a\n' }),
  'a real git repository': async () => {
    const made = sample({ 'a.txt': 'a\n' })
    const opened = await createRepository(made.path)
    onTestFinished(async () => {
      await opened.close()
      made.remove()
    })
    return opened
  },
}

for (const [name, open] of Object.entries(repositories)) {
  it(`writes each file once, many in one commit, on ${name}`, async () => {
    const repository = await open()
    const { world, store, recorder, again } = scene(repository)
    expect(world.state.workspaces.get('/w')?.recorded).toBe(true)
    landA(world)
    world.tick()
    world.begin('B')
    world.fail('B', 'crashed')
    await again().flush()
    const files = await filesOn(repository)
    expect([...files.values()].map((text) => handoffIn(text).eventType).sort()).toEqual([
      'attempt-completed',
      'attempt-failed',
    ])
    for (const { path, digest } of written(world)) {
      expect(hash('sha256', files.get(path) ?? '', 'hex')).toBe(digest)
      expect(new TextDecoder().decode(await store.get(digest))).toBe(files.get(path))
    }
    const tip = await repository.tip(recordRef)
    await recorder.flush()
    await again().flush()
    expect(await repository.tip(recordRef)).toBe(tip)
    expect(written(world)).toHaveLength(2)
  })
}

it('writes nothing twice when it was killed between the file and the fact, and takes the file as it lies there', async () => {
  const repository = memoryRepository({ 'a.txt': 'a\n' })
  const refuses: { wishes?: string } = {}
  const { world, again } = scene(repository, refuses)
  landA(world)
  refuses.wishes = 'handoff.write'
  await again().flush()
  const before = await filesOn(repository)
  expect([before.size, written(world).length]).toEqual([1, 0])
  delete refuses.wishes
  world.tick()
  await again().flush()
  const after = await filesOn(repository)
  expect([...after]).toEqual([...before])
  expect(written(world)).toHaveLength(1)
  expect(written(world)[0]?.digest).toBe(hash('sha256', [...after.values()][0] ?? '', 'hex'))
})

it('writes over what lies in the place and is about something else', async () => {
  const repository = memoryRepository({ 'a.txt': 'a\n' })
  const { world, again } = scene(repository)
  const refuses = { wishes: 'handoff.write' }
  landA(world)
  const killed = new Recorder({
    ...{ state: world.state, store: new MemoryStore(), clock: realClock, repository: () => repository },
    submit: async ({ type }) => {
      if (type === refuses.wishes) throw new Error('killed')
      return { ok: true, seq: 0, facts: [] }
    },
  })
  await killed.flush()
  const [path = ''] = [...(await filesOn(repository)).keys()]
  await plant(repository, path, '{"odd": true}\n')
  await again().flush()
  expect(handoffIn((await filesOn(repository)).get(path)).eventType).toBe('attempt-completed')
})

async function plant(repository: Repository, path: string, text: string | undefined): Promise<void> {
  const tip = (await repository.tip(recordRef)) ?? ''
  const change =
    text === undefined
      ? { path, kind: 'deleted' as const }
      : { path, kind: 'modified' as const, mode: '100644', content: new TextEncoder().encode(text) }
  const tree = await repository.writeTree(tip, [change])
  const by = { authorName: 'Eve', authorEmail: 'eve@localhost', at: 1 }
  const commit = await repository.commit({ ...by, tree, parents: [tip], message: 'Somebody else\n' })
  expect(await repository.moveRef(recordRef, commit, tip, 'a test')).toEqual({ kind: 'moved' })
}

it('says that it could not write, keeps what is owed, and writes it when it can', async () => {
  const repository = memoryRepository({ 'a.txt': 'a\n' })
  const { world, again } = scene(repository)
  landA(world)
  repository.fail('moveRef', 'before', new Error('the disk is gone'), 1)
  await again().flush()
  const item = world.state.items.get('i')
  expect([item?.unwritten, item?.owes.length]).toEqual(['the disk is gone', 1])
  await again().flush()
  expect([item?.unwritten, item?.owes.length, written(world).length]).toEqual([undefined, 0, 1])
})

it('reads again when somebody else has moved the ref meanwhile, and loses nothing of theirs', async () => {
  const repository = memoryRepository({ 'a.txt': 'a\n' })
  const { world } = scene(repository)
  landA(world)
  const main = await repository.tip('refs/heads/main')
  const own = repository.moveRef.bind(repository)
  let times = 0
  const racing = new Proxy(repository, {
    get: (target, name: keyof Repository) => {
      if (name !== 'moveRef') return target[name].bind(target)
      if (times++ === 0) repository.foreign(recordRef, main)
      return own
    },
  })
  await new Recorder({
    ...{ state: world.state, store: new MemoryStore(), clock: realClock, repository: () => racing },
    submit: async (one) => {
      world.try(one)
      return { ok: true, seq: 0, facts: [] }
    },
  }).flush()
  expect([...(await filesOn(repository)).keys()]).toEqual(['a.txt', written(world)[0]?.path])
})

it('has the bytes of each file sealed, so that an audit misses them and a backup takes them along', () => {
  const digest = 'a'.repeat(64)
  const data = {
    item: 'i',
    commit: 'c',
    files: [{ of: 1, event: 'attempt-failed', path: 'handoff/a.json', digest }, 7],
  }
  expect(sealsIn({ seq: 9, type: 'handoff.written', data })).toEqual([
    { kind: 'blob', seq: 9, name: 'the kept copy of handoff/a.json', digest },
  ])
  expect(sealsIn({ seq: 9, type: 'handoff.written', data: null })).toEqual([])
})

it('writes what a closed item still owes', async () => {
  const repository = memoryRepository({ 'a.txt': 'a\n' })
  const { world, again } = scene(repository)
  landA(world)
  world.tell(fact('item.closed', 'i', { id: 'i', why: 'it is over' }))
  await again().flush()
  expect(written(world)).toHaveLength(1)
  expect(world.state.closed.get('i')?.owes).toEqual([])
})

const path = '/simulated/w'
const agent: AgentProfile = {
  ...{ name: 'ada', executor: 'scripted', argv: [], env: {}, network: 'none', seats: 4, roles: ['coder'] },
  timeoutMs: 3_600_000,
}

interface Played {
  readonly world: SimulatedWorld
  readonly house: LocalHouse
  readonly given: Assignment[]
  put(...wishes: readonly Wish[]): Promise<void>
}

async function played(run: readonly string[], plan = itemOf('A B<A')): Promise<Played> {
  const world = simulatedWorld({ files: { 'a.txt': 'a\n' } })
  const given: Assignment[] = []
  const house = await simulatedHouse(world, {
    recording: true,
    judge: async () => undefined,
    part: (assignment) => {
      given.push(assignment)
      return [{ do: 'write', path: `work/${assignment.step.key}.txt`, text: 'done\n' }]
    },
  })
  const put = async (...wishes: readonly Wish[]): Promise<void> => {
    for (const one of wishes) {
      const answer = await world.clock.run(house.submit(one), one.type)
      if (!answer.ok) throw new Error(`${one.type}: ${answer.refusal.why}`)
    }
  }
  const tip = (await world.repository.tip('refs/heads/main')) ?? ''
  const checks = [{ kind: 'command' as const, name: 'good', argv: ['true'] }]
  await put(
    wish('workspace.open', 'ada', { path, baseBranch: 'main' }),
    wish('workspace.isolate', 'ada', { path, isolation: 'none', clones: 'memory', why: '' }),
    wish('workspace.trust', 'ada', {
      path,
      digest: 'd',
      policy: { ...noPolicy, agents: [agent], defaultAgent: 'ada', checks },
    }),
    wish('plan.import', 'ada', { ...planOf(plan, path), tickFile: '', base: tip, tip }),
    wish('run.start', 'ada', { item: 'i', parallel: 4, include: run, exclude: [], force: false }),
  )
  await world.clock.run(house.quiet('i'), 'quiet')
  return { world, house, given, put }
}

const step = (house: LocalHouse, key: string) => house.state.items.get('i')?.steps.find((one) => one.spec.key === key)
const runB = wish('run.start', 'ada', { item: 'i', parallel: 4, include: ['B'], exclude: [], force: false })
const recordedA = ({ world, house }: Played) =>
  world.clock.run(
    house.until((state) => state.items.get('i')?.steps[0]?.attempts[0]?.handoff !== undefined, 60_000),
    'the handoff of A',
  )

it('gives the next agent the handoff of each predecessor, written or owed', async () => {
  const one = await played([])
  expect(one.given[1]?.prompt).toContain('Its handoff: attempt-completed (git:')
  const two = await played(['A'])
  expect(await recordedA(two)).toBe(true)
  await two.put(runB)
  await two.world.clock.run(two.house.quiet('i'), 'quiet')
  expect(two.given[1]?.prompt).toContain('Its handoff: attempt-completed (git:')
})

it('hands on in the order of the document too, without an edge', async () => {
  const { given } = await played([], itemOf('A B', { policy: 'document' }))
  expect(given[1]?.prompt).toContain('Its handoff: attempt-completed (git:')
})

it('gathers what ends while more goes on ending, and for no longer than five seconds', async () => {
  const repository = memoryRepository({ 'a.txt': 'a\n' })
  const { world, store } = scene(repository)
  const clock = simulatedWorld({ files: {} }).clock
  const submit = async (one: Wish) => {
    const decided = world.try(one)
    return isRefusal(decided)
      ? ({ ok: false, refusal: decided } as const)
      : ({ ok: true, seq: world.state.seq, facts: [] } as const)
  }
  const recorder = new Recorder({ state: world.state, store, clock, repository: () => repository, submit })
  landA(world)
  const tips: (string | null)[] = []
  for (let ms = 0; ms < 12_000; ms += 200) {
    recorder.saw([{ ...(world.entries.at(-1) as Entry), seq: world.state.seq, type: 'landing.done' }])
    await clock.run(new Promise<void>((then) => clock.after(200, then)), 'a while')
    tips.push(await repository.tip(recordRef))
    if (ms === 6000) world.tick()
    if (ms === 6200) world.fail('B', 'crashed')
  }
  await clock.run(recorder.close(), 'close')
  const moved = tips.flatMap((tip, at) => (tip === (tips[at - 1] ?? null) ? [] : [(at + 1) * 200]))
  expect(moved).toHaveLength(2)
  expect(moved[0]).toBeGreaterThan(4500)
  expect(moved[0]).toBeLessThan(5500)
})

it('writes everything that is owed before the house is closed', async () => {
  const { world, house } = await played([])
  await world.clock.run(house.close('drain'), 'close')
  expect((await filesOn(world.repository)).size).toBe(2)
})

for (const changed of [false, true]) {
  it(`holds a step whose predecessor's handoff is ${changed ? 'changed' : 'gone'}, charges nothing, and goes on once it is repaired`, async () => {
    const it = await played(['A'])
    const { world, house, given } = it
    expect(await recordedA(it)).toBe(true)
    const file = step(house, 'A')?.attempts[0]?.handoff?.path ?? ''
    const text = (await filesOn(world.repository)).get(file)?.replace('its result has landed', 'do as I say: it landed')
    await plant(world.repository, file, changed ? text : undefined)
    await it.put(runB)
    await world.clock.run(house.quiet('i'), 'quiet')
    const held = [...house.state.blockers.values()].find((one) => one.endAt === undefined)
    expect(held).toMatchObject({
      kind: 'handoff',
      step: 'i/B',
      notes: expect.stringContaining('baton handoff repair i'),
    })
    expect(held?.notes).toContain(file)
    expect([step(house, 'B')?.phase, step(house, 'B')?.tries, given.length]).toEqual(['waiting', 0, 1])
    expect(step(house, 'B')?.attempts.at(-1)?.outcome).toMatchObject({ kind: 'failed', reason: 'no-handoff' })
    expect(await world.clock.run(house.repairHandoffs('i'), 'repair')).toEqual({ written: [file], lost: [] })
    await world.clock.run(
      house.until(() => step(house, 'B')?.phase === 'done', 600_000),
      'B',
    )
    expect([step(house, 'B')?.phase, given.length]).toEqual(['done', 2])
    expect(await world.clock.run(house.repairHandoffs('i'), 'repair')).toEqual({ written: [], lost: [] })
  })
}

it('keeps its copy again when that is gone and the file is as recorded, and writes over what nobody can read', async () => {
  const it = await played(['A'])
  const { world, house } = it
  expect(await recordedA(it)).toBe(true)
  const { path: file = '', digest = '' } = step(house, 'A')?.attempts[0]?.handoff ?? {}
  const bytes = await world.store.get(digest)
  await world.store.forget(digest)
  expect(await world.clock.run(house.repairHandoffs('i'), 'repair')).toEqual({ written: [file], lost: [] })
  expect(await world.store.get(digest)).toEqual(bytes)
  const read = world.repository.readFile.bind(world.repository)
  world.repository.readFile = async (commit, path) => {
    if (path === file) throw new RepositoryTrouble('too-large', 'it is 1 GB.', 'Take it away.')
    return read(commit, path)
  }
  expect(await world.clock.run(house.repairHandoffs('i'), 'repair')).toEqual({ written: [file], lost: [] })
  const get = world.store.get.bind(world.store)
  world.store.get = async (name) => {
    if (name === digest) throw new StoreFailed('broken', 'its bytes hash to something else')
    return get(name)
  }
  expect(await world.clock.run(house.repairHandoffs('i'), 'repair')).toEqual({ written: [], lost: [file] })
})

it('says what is lost for good, and goes on without it when a person says so', async () => {
  const it = await played(['A'])
  const { world, house, given } = it
  expect(await recordedA(it)).toBe(true)
  const { path: file = '', digest = '' } = step(house, 'A')?.attempts[0]?.handoff ?? {}
  await plant(world.repository, file, undefined)
  await it.put(runB)
  await world.clock.run(house.quiet('i'), 'quiet')
  await world.store.forget(digest)
  expect(await world.clock.run(house.repairHandoffs('i'), 'repair')).toEqual({ written: [], lost: [file] })
  const held = [...house.state.blockers.values()].find((one) => one.endAt === undefined)
  expect(held?.kind).toBe('handoff')
  await it.put(wish('blocker.clear', 'ada', { blocker: held?.id ?? '', notes: 'B does not need it' }))
  await world.clock.run(
    house.until(() => step(house, 'B')?.phase === 'done', 600_000),
    'B',
  )
  expect(given.at(-1)?.prompt).toContain('Its handoff: gone; a person let the work go on without it')
})
