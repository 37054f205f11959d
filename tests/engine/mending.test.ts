// An attempt that came to nothing is gone on with: the same session mends what the checks or a merge found, and a person is asked last.
import { expect, it } from 'vitest'
import type { AgentProfile } from '../../src/core/nouns/agent.ts'
import { noPolicy, type TrustedPolicy } from '../../src/core/nouns/workspace.ts'
import type { Assignment } from '../../src/core/ports.ts'
import { itemOf, planOf } from '../../src/core/testing.ts'
import { wish } from '../../src/core/wishes.ts'
import type { LocalHouse } from '../../src/engine/house.ts'
import { type Act, scriptedExecutor } from '../../src/executors/scripted.ts'
import { type SimulatedWorld, simulatedHouse, simulatedWorld } from '../../src/presets/simulated.ts'

const path = '/simulated/w'
const agent: AgentProfile = {
  name: 'ada',
  executor: 'scripted',
  argv: [],
  env: {},
  network: 'none',
  seats: 4,
  roles: ['coder'],
  timeoutMs: 3_600_000,
}
const check = { kind: 'command' as const, name: 'good', argv: ['true'] }

interface Set {
  readonly world: SimulatedWorld
  readonly house: LocalHouse
  readonly given: Assignment[]
}

async function set(
  steps: string,
  part: (assignment: Assignment, number: number) => readonly Act[],
  policy: Partial<TrustedPolicy> = {},
): Promise<Set> {
  const world = simulatedWorld({ files: { 'a.txt': 'first\n', 'b.txt': 'b\n' } })
  const given: Assignment[] = []
  const house = await simulatedHouse(world, {
    part: (assignment, number) => {
      given.push(assignment)
      return part(assignment, number)
    },
    judge: async ({ read }) => ((await read('a.txt'))?.includes('BAD') === true ? 'a.txt is bad' : undefined),
  })
  await settle(world, house, steps, policy)
  return { world, house, given }
}

async function settle(
  world: SimulatedWorld,
  house: LocalHouse,
  steps: string,
  policy: Partial<TrustedPolicy>,
): Promise<void> {
  const tip = (await world.repository.tip('refs/heads/main')) ?? ''
  const put = async (...wishes: Parameters<LocalHouse['submit']>[0][]): Promise<void> => {
    for (const one of wishes) {
      const answer = await world.clock.run(house.submit(one), one.type)
      if (!answer.ok) throw new Error(`${one.type}: ${answer.refusal.why}`)
    }
  }
  const trusted: TrustedPolicy = { ...noPolicy, agents: [agent], defaultAgent: 'ada', checks: [check], ...policy }
  await put(
    wish('workspace.open', 'ada', { path, baseBranch: 'main' }),
    wish('workspace.isolate', 'ada', { path, isolation: 'none', clones: 'memory', why: '' }),
    wish('workspace.trust', 'ada', { path, digest: 'd', policy: trusted }),
    wish('plan.import', 'ada', { ...planOf(itemOf(steps), path), tickFile: '', base: tip, tip }),
    wish('run.start', 'ada', { item: 'i', parallel: 4, include: [], exclude: [], force: false }),
  )
  await world.clock.run(Promise.race([house.quiet('i'), asked(house)]), 'quiet')
}

async function asked(house: LocalHouse): Promise<void> {
  for await (const { type } of house.follow(0)) if (type === 'gate.opened') return
}

const step = (house: LocalHouse, key: string) => house.state.items.get('i')?.steps.find((one) => one.spec.key === key)

it('goes on in the session and in the files of an attempt whose checks failed', async () => {
  const { house, given } = await set('A', (_, number) =>
    number === 1
      ? [
          { do: 'write', path: 'a.txt', text: 'BAD\n' },
          { do: 'write', path: 'kept.txt', text: 'kept\n' },
          { do: 'leave', session: 's-1', summary: 'I tried.' },
        ]
      : [{ do: 'write', path: 'a.txt', text: 'good\n' }],
  )
  expect(step(house, 'A')?.phase).toBe('done')
  expect(given.map((one) => one.resume)).toEqual([undefined, 's-1'])
  expect(given[1]?.feedback).toContain('a.txt is bad')
  expect(given[1]?.prompt).toContain('Mend it; do not begin again.')
  const item = house.state.items.get('i')
  const repository = house.repository(path)
  expect(new TextDecoder().decode((await repository.readFile(item?.tip ?? '', 'kept.txt')) ?? undefined)).toBe('kept\n')
})

it('begins anew where there was no session, or where policy wants no repair', async () => {
  const bad: readonly Act[] = [
    { do: 'write', path: 'a.txt', text: 'BAD\n' },
    { do: 'write', path: 'kept.txt', text: 'kept\n' },
  ]
  const good: readonly Act[] = [{ do: 'write', path: 'a.txt', text: 'good\n' }]
  const silent = await set('A', (_, number) => (number === 1 ? bad : good))
  const forbidden = await set('A', (_, number) => (number === 1 ? [...bad, { do: 'leave', session: 's' }] : good), {
    routing: { ...noPolicy.routing, repair: false },
  })
  for (const { house, given } of [silent, forbidden]) {
    expect(step(house, 'A')?.phase).toBe('done')
    expect(given[1]?.resume).toBeUndefined()
    const tip = house.state.items.get('i')?.tip ?? ''
    expect(await house.repository(path).readFile(tip, 'kept.txt')).toBeNull()
  }
})

/** Both begin together and write the same file; who lands second is in conflict. */
const clashing = (settle: string) => (assignment: Assignment, number: number) => {
  const own = `${assignment.step.key}\n`
  const wait: Act = { do: 'wait', ms: assignment.step.key === 'A' ? 1000 : 60_000 }
  const text = number === 1 ? own : settle
  const acts: readonly Act[] = [wait, { do: 'write', path: 'a.txt', text }, { do: 'leave', session: 's' }]
  return acts
}

it('gives the agent both sides of a conflict before it asks a person', async () => {
  const { house, given } = await set('A B', clashing('A\nB\n'))
  expect(step(house, 'B')?.phase).toBe('done')
  const mending = given.find((one) => one.attempt === 'i/B/2')
  expect(mending).toMatchObject({ resume: 's', feedback: expect.stringContaining("Git's marks stand in: a.txt") })
  expect(step(house, 'B')?.attempts[1]).toMatchObject({ mends: { attempt: 'i/B/1', what: 'conflict' } })
  expect([...house.state.gates.values()].filter((gate) => gate.kind === 'conflict')).toEqual([])
  const landed = await house.repository(path).readFile(house.state.items.get('i')?.tip ?? '', 'a.txt')
  expect(new TextDecoder().decode(landed ?? undefined)).toBe('A\nB\n')
})

it('takes no mark of git for a settled conflict, and asks a person in the end', async () => {
  const { house } = await set('A B', clashing('<<<<<<< ours\nA\n=======\nB\n>>>>>>> theirs\n'))
  const outcomes = step(house, 'B')?.attempts.map((one) => one.outcome)
  expect(outcomes?.[1]).toMatchObject({
    reason: 'bad-output',
    why: "the agent left git's marks of a conflict in a.txt",
  })
  expect(step(house, 'B')?.phase).toBe('failed')
})

it('tells the next agent what those before it said of their work', async () => {
  const { given } = await set('A B<A', (assignment) => [
    { do: 'write', path: `made-${assignment.step.key}.txt`, text: 'x\n' },
    { do: 'leave', summary: `I made ${assignment.step.key} and named it well.` },
  ])
  expect(given[1]?.prompt).toContain('- A A: I made A and named it well.')
  expect(given[0]?.prompt).not.toContain('What was done before')
})

it('puts a question to a person, and the answer to the agent', async () => {
  const question = {
    id: 'q',
    about: 'permission',
    asks: 'Fetch a page?',
    tool: 'fetch',
    options: [
      { id: 'x1', kind: 'allow-once', label: 'Yes' },
      { id: 'x2', kind: 'reject-once', label: 'No' },
    ],
  } as const
  const { world, house } = await set('A', () => [
    { do: 'ask', question },
    { do: 'write', path: 'n.txt', text: 'n\n' },
  ])
  const [gate] = [...house.state.gates.values()]
  expect(gate).toMatchObject({ kind: 'permission', asks: 'Fetch a page?', options: ['allow-once', 'reject-once'] })
  const answer = wish('gate.answer', 'ada', { gate: gate?.id ?? '', answer: 'reject-once', reasons: [] })
  await world.clock.run(house.submit(answer), 'answer')
  await world.clock.run(house.quiet('i'), 'quiet')
  expect(step(house, 'A')?.phase).toBe('done')
  const said = (await house.transcript('i/A/1', 0)).parts.map(({ text }) => text).join('')
  expect(said).toContain('answered: x2')
})

it('lets policy answer, by kind and never by id', async () => {
  const question = (kind: 'allow-always' | 'allow-once', id: string) =>
    ({
      id,
      about: 'permission',
      asks: 'Run?',
      tool: 'execute',
      options: [{ id: `the ${id}`, kind, label: '' }],
    }) as const
  const acts: readonly Act[] = [
    { do: 'ask', question: question('allow-once', 'one') },
    { do: 'ask', question: question('allow-always', 'two') },
    { do: 'write', path: 'n.txt', text: 'n\n' },
  ]
  const { house } = await set('A', () => acts)
  expect([...house.state.gates.values()]).toEqual([])
  const said = (await house.transcript('i/A/1', 0)).parts.map(({ text }) => text).join('')
  expect(said).toContain('answered: the one')
  expect(said).toContain('answered: the two')
  const denied = await set('A', () => acts, { agents: [{ ...agent, permissions: { '*': 'deny' } }] })
  const told = (await denied.house.transcript('i/A/1', 0)).parts.map(({ text }) => text).join('')
  expect(told).toContain('Refused by policy (execute): Run?')
  expect(told).toContain('answered: nothing')
})

it('stops what runs when its budget is used up, and counts what it cost', async () => {
  const model = {
    name: 'm',
    id: 'm',
    provider: 'p',
    endpoint: '',
    dialect: 'openai',
    price: { input: 1, output: 10 },
    tier: 'small',
    local: false,
    tools: 'native',
    account: 'p',
  } as const
  const { house } = await set(
    'A',
    () => [{ do: 'use', used: { tokensIn: 1_000_000, tokensOut: 100_000 } }, { do: 'hang' }],
    { agents: [{ ...agent, model: 'm' }], models: [model], budgets: { item: { costUsd: 1.5 } } },
  )
  expect(step(house, 'A')).toMatchObject({ phase: 'waiting', tries: 0 })
  expect(house.state.items.get('i')?.spent).toMatchObject({ costUsd: 2, tokens: 1_100_000 })
  expect(step(house, 'A')?.attempts).toHaveLength(1)
})

it('bars an agent whose program is not there once, without spending a try, and looks again when somebody says so', async () => {
  let there = false
  const world = simulatedWorld({})
  const scripted = scriptedExecutor({
    part: () => [{ do: 'write', path: 'n.txt', text: 'n\n' }],
    clock: world.clock,
    write: world.folders.write.bind(world.folders),
  })
  const available = async () => ({
    ok: there,
    why: there ? '1.0' : 'the program ada was not found; get it with: npm i ada',
  })
  const house = await simulatedHouse(world, { over: { executors: [{ ...scripted, available }] } })
  await settle(world, house, 'A B', { desired: 1 })
  expect(house.state.bars.get('agent ada')).toMatchObject({
    kind: 'missing',
    why: expect.stringContaining('npm i ada'),
  })
  expect(step(house, 'A')).toMatchObject({ phase: 'waiting', tries: 0 })
  expect(step(house, 'B')?.attempts).toEqual([])
  there = true
  await world.clock.run(house.submit(wish('step.retry', 'ada', { step: 'i/A', why: 'installed' })), 'retry')
  await world.clock.run(house.quiet('i'), 'quiet')
  expect([step(house, 'A')?.phase, step(house, 'B')?.phase]).toEqual(['done', 'done'])
})

it('forgets with an attempt what its agent said of it anywhere, and the audit stays whole', async () => {
  const question = { id: 'q', about: 'question', asks: 'Which?', shows: 'the private name Ada', options: [] } as const
  const { world, house } = await set('A', () => [
    { do: 'ask', question },
    { do: 'write', path: 'n.txt', text: 'n\n' },
    { do: 'leave', summary: 'I used the private name Ada.' },
  ])
  const [gate] = [...house.state.gates.values()]
  await world.clock.run(
    house.submit(wish('gate.answer', 'ada', { gate: gate?.id ?? '', answer: 'the first', reasons: [] })),
    'answer',
  )
  await world.clock.run(house.quiet('i'), 'quiet')
  const digests = [step(house, 'A')?.attempts[0]?.summary ?? '', gate?.shows ?? '']
  for (const digest of digests) expect(await house.words(digest)).toContain('private name')
  await world.clock.run(house.audit.forget('i/A/1', 'a name', 'ada'), 'forget')
  for (const digest of digests) expect(await house.words(digest)).toBeUndefined()
  const report = await world.clock.run(house.audit.verify({}), 'verify')
  expect(report).toMatchObject({ whole: true, sealed: { missing: [], changed: [] } })
})

it('tells an executor what the folder began with, which nobody but the spawner may see', async () => {
  const { given } = await set('A', () => [{ do: 'write', path: 'n.txt', text: 'n\n' }])
  const holds = given[0]?.holds
  expect(await Promise.all(['a.txt', 'nothing.txt', 'n.txt'].map((path) => holds?.(path)))).toEqual([
    true,
    false,
    false,
  ])
})
