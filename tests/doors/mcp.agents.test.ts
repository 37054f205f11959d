// What an agent at work may do through this door: its own attempt, with the tools of its role, and nothing else.
import { expect, it } from 'vitest'
import type { Update } from '../../src/core/nouns/update.ts'
import type { House } from '../../src/core/ports/house.ts'
import { type WishType, wish } from '../../src/core/wishes.ts'
import { busyHouse, type PaperHouse } from '../cli/testing.ts'
import { attempt, keys, modern, peer, serve } from './mcp.stage.ts'

const item = '001-photo-albums'
type Peer = Awaited<ReturnType<typeof peer>>['client']
// biome-ignore lint/suspicious/noExplicitAny: tests say what they expect by expecting it.
const call = async (client: Peer, name: string, given: object = {}): Promise<any> =>
  client.callTool({ name, arguments: given as Record<string, unknown> })

/** A house whose agent of T001 runs, whose gates can be answered, and who hears what agents say. */
function working(role = 'coder') {
  const paper = busyHouse()
  const heard: { attempt: string; update: Update }[] = []
  const looks = new Set<() => void>()
  const step = paper.state.items.get(item)?.steps[0]
  if (step === undefined) throw new Error('no step')
  step.spec = { ...step.spec, role }
  const house: House = {
    ...paper,
    submit: async (asked) => {
      const answer = paper.say(asked)
      for (const look of looks) look()
      return answer
    },
    tell: async (of, update) => {
      heard.push({ attempt: of, update })
      return of === attempt
    },
    until: (come, atMostMs) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!come(paper.state)) return
          looks.delete(look)
          resolve(true)
        }
        looks.add(look)
        setTimeout(() => resolve(come(paper.state)), atMostMs)
        look()
      }),
  }
  return { paper, house, heard }
}

const facts = (paper: PaperHouse, type: string) => paper.entries.filter((entry) => entry.type === type)

it.each([{}, modern])('tells an agent what its step is, without being told which', async (options) => {
  const { house } = working()
  const { url } = await serve(house)
  const { client } = await peer(url, 'agent', options)
  expect(client.getInstructions()).toContain('Baton has given you one step')
  const { tools } = await client.listTools()
  for (const { inputSchema, description } of tools) {
    expect(JSON.stringify(inputSchema)).not.toContain('"attempt"')
    expect(description).not.toContain('Needs the right')
  }
  const said = await call(client, 'get_step')
  expect(said.structuredContent).toMatchObject({
    attempt,
    step: `${item}/T001`,
    role: 'coder',
    parts: [],
    questions: [],
  })
  expect(said.content[0].text).not.toContain('never an instruction')
})

it('keeps what an agent says of its progress in its transcript, and out of the record', async () => {
  const { paper, house, heard } = working()
  const { url } = await serve(house)
  const { client } = await peer(url, 'agent')
  const before = paper.state.seq
  const todo = [{ text: 'look', status: 'done' }]
  expect((await call(client, 'report_progress', { says: 'half way', todo })).structuredContent).toEqual({ heard: true })
  expect(heard).toEqual([
    { attempt, update: { kind: 'notice', text: 'half way\n' } },
    { attempt, update: { kind: 'plan', entries: todo } },
  ])
  expect(paper.state.seq).toBe(before)
})

it('waits for what a person answers, gives it by the question’s name, and puts no question twice', async () => {
  const { paper, house } = working()
  const { url } = await serve(house)
  const { client } = await peer(url, 'agent')
  const given = { asks: 'Which port?', options: ['4100', 'Port 80, as ever'] }
  const first = await call(client, 'ask', { ...given, atMostMs: 0 })
  const { question } = first.structuredContent
  expect(first.structuredContent).toMatchObject({ answered: false, next: expect.stringContaining(question) })
  expect((await call(client, 'ask', { ...given, atMostMs: 0 })).structuredContent.question).toBe(question)
  expect(facts(paper, 'gate.opened')).toHaveLength(1)
  const waiting = call(client, 'ask', { question, atMostMs: 20_000 })
  await house.submit(wish('gate.answer', 'ann', { gate: question, answer: '4100', reasons: ['it is free'] }))
  expect((await waiting).structuredContent).toMatchObject({ answered: true, answer: '4100', reasons: ['it is free'] })
  expect((await call(client, 'ask', given)).structuredContent).toMatchObject({ answered: true, answer: '4100' })
  expect((await call(client, 'get_step')).structuredContent.questions).toMatchObject([{ question, answer: '4100' }])
  expect(facts(paper, 'gate.opened')).toHaveLength(1)
  for (const bad of [{}, { ...given, question }]) expect((await call(client, 'ask', bad)).isError).toBe(true)
})

it('declares what stands in the way, once, and not without end', async () => {
  const { paper, house } = working()
  const { url } = await serve(house)
  const { client } = await peer(url, 'agent')
  const given = { kind: 'access', notes: 'the registry wants a login', owner: 'ops' }
  const said = await call(client, 'declare_blocker', given)
  expect((await call(client, 'declare_blocker', given)).structuredContent).toEqual(said.structuredContent)
  expect(facts(paper, 'blocker.raised')).toMatchObject([
    { by: `agent of ${attempt}`, data: { step: `${item}/T001`, kind: 'access', owner: 'ops' } },
  ])
  for (let number = 0; number < 20; number++) await call(client, 'declare_blocker', { notes: `and ${number}` })
  expect(facts(paper, 'blocker.raised')).toHaveLength(10)
})

it('lets only a manager split its step, and asks a person first', async () => {
  const coder = working()
  const { client: other } = await peer((await serve(coder.house)).url, 'agent')
  const steps = [
    { title: 'first', exitCriteria: ['it is there'] },
    { title: 'second', after: [1], writes: ['src/a.ts'] },
  ]
  expect((await other.listTools()).tools.map(({ name }) => name)).not.toContain('propose_steps')
  const refused = await call(other, 'propose_steps', { steps })
  expect(refused).toMatchObject({ isError: true, structuredContent: { refusal: { kind: 'policy' } } })
  const { paper, house } = working('manager')
  const { client } = await peer((await serve(house)).url, 'agent')
  expect((await client.listTools()).tools.map(({ name }) => name)).toContain('propose_steps')
  const said = await call(client, 'propose_steps', { steps })
  expect(said.structuredContent).toMatchObject({
    keys: ['T001.1', 'T001.2'],
    question: expect.stringMatching(/^gate-/),
  })
  expect(facts(paper, 'steps.added').length).toBe(1)
  await house.submit(
    wish('gate.answer', 'ann', { gate: said.structuredContent.question, answer: 'approve', reasons: [] }),
  )
  expect(facts(paper, 'steps.added').length).toBe(2)
  expect((await call(client, 'get_step')).structuredContent.parts).toMatchObject([{ key: 'T001.1' }, { key: 'T001.2' }])
  for (const path of ['/etc/passwd', '../x', 'a/../../x', './a', '-rf'])
    expect((await call(client, 'propose_steps', { steps: [{ title: 'x', writes: [path] }] })).isError, path).toBe(true)
})

it('never writes down a secret that an agent says', async () => {
  const { paper, house, heard } = working('manager')
  const { url } = await serve({ ...house, clean: (text) => text.replaceAll('hunter2', '***') })
  const { client } = await peer(url, 'agent')
  await call(client, 'report_progress', { says: 'the password is hunter2' })
  await call(client, 'ask', { asks: 'is hunter2 right?', options: ['hunter2'], atMostMs: 0 })
  await call(client, 'declare_blocker', { notes: 'hunter2 is refused' })
  await call(client, 'propose_steps', {
    steps: [{ title: 'use hunter2', brief: 'hunter2', exitCriteria: ['hunter2'] }],
  })
  expect(JSON.stringify([heard, paper.entries])).not.toContain('hunter2')
  expect(JSON.stringify([heard, paper.entries])).toContain('***')
})

const everyTool: Readonly<Record<string, object>> = {
  get_step: {},
  report_progress: { says: 'x' },
  ask: { asks: 'x', atMostMs: 0 },
  declare_blocker: { notes: 'x' },
  propose_steps: { steps: [{ title: 'x' }] },
}

it('touches no other attempt, step or question, however it names them', async () => {
  const { paper, house, heard } = working('manager')
  const other = paper.state.items.get(item)?.steps[1]
  if (other === undefined) throw new Error('no step')
  const { url } = await serve(house)
  const { client } = await peer(url, 'agent')
  const before = paper.state.seq
  for (const [name, given] of Object.entries(everyTool)) {
    for (const of of [`${item}/T002/1`, `${item}/T001/2`, `${item}/T001`, 'x/y/1', '', null, 1, {}, [attempt]]) {
      const said = await call(client, name, { ...given, attempt: of })
      expect([name, of, said.isError]).toEqual([name, of, true])
    }
  }
  for (const [name, given] of [
    ['status_list', {}],
    ['why', { step: `${item}/T001` }],
    ['attempt_log', { attempt }],
    ['answer_question', { gate: 'gate-1', answer: 'approve' }],
    ['cancel', { item }],
  ] as const)
    await expect(call(client, name, given)).rejects.toThrow('Unknown tool')
  const foreign = paper.say(wish('blocker.raise', 'ann', { on: item, kind: 'x', owner: 'x', notes: 'x' }))
  expect(foreign.ok).toBe(true)
  const plan = { gate: 'gate-99', kind: 'question', item, attempt: `${item}/T002/1` } as const
  paper.state.gates.set('gate-99', {
    ...plan,
    id: 'gate-99',
    asks: 'x',
    options: [],
    usual: '',
    openedAt: 1,
    reviews: [],
    phase: 'open',
  })
  expect(await call(client, 'ask', { question: 'gate-99', atMostMs: 0 })).toMatchObject({
    isError: true,
    structuredContent: { refusal: { kind: 'not-found' } },
  })
  expect(paper.state.seq).toBe(before + 1)
  expect(heard).toEqual([])
})

it('does nothing any more for an attempt that has ended', async () => {
  const { paper, house } = working('manager')
  paper.say(wish('step.cancel' satisfies WishType, 'ann', { step: `${item}/T001`, why: 'enough' }))
  const { url } = await serve({ ...house, tell: async () => false })
  const { client } = await peer(url, 'agent')
  const before = paper.state.seq
  for (const [name, given] of Object.entries(everyTool)) {
    if (name === 'get_step') continue
    expect(await call(client, name, given), name).toMatchObject({
      isError: true,
      structuredContent: { refusal: { kind: 'conflict' } },
    })
  }
  expect(paper.state.seq).toBe(before)
})

it('is for agents alone: a person, whatever they may do, neither sees these tools nor speaks for an agent', async () => {
  const { paper, house } = working('manager')
  const { url } = await serve(house)
  expect(Object.keys(keys)).toContain('owner')
  for (const key of ['reader', 'runner', 'approver', 'owner']) {
    const { client } = await peer(url, key)
    const names = (await client.listTools()).tools.map(({ name }) => name)
    for (const [name, given] of Object.entries(everyTool)) {
      expect(names).not.toContain(name)
      await expect(call(client, name, { ...given, attempt })).rejects.toThrow('Unknown tool')
    }
  }
  expect(facts(paper, 'gate.opened')).toEqual([])
})
