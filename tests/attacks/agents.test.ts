// What an agent can do with the key of its attempt, tried from inside a run: its own step, and nothing else on this machine.
import { hash } from 'node:crypto'
import { networkInterfaces } from 'node:os'
import { expect, it } from 'vitest'
import { stage } from '../acceptance/stage.ts'
import { until } from '../acceptance/until.ts'
import { type Asking, asking } from '../api/conforming.ts'
import { clientOf, type Part, type Talking, talker } from './talking.ts'
import { ask, json } from './wire.ts'

const yaml = (more = ''): string =>
  `agents:\n  talker: {executor: talker, command: [talker], roles: [coder, manager], seats: 8}\nchecks:\n  - {name: written, command: ["sh", "-c", "ls out/*.txt"]}\n${more}`

interface StepLine {
  readonly key: string
  readonly role?: string
  readonly after?: readonly string[]
}

const workflow = (steps: readonly StepLine[]): string => {
  const lines = steps.map(({ key, role = 'coder', after = [] }, at) =>
    JSON.stringify({
      ...{
        key,
        title: `Write ${key}`,
        order: at + 1,
        parallelizable: true,
        entryCriteria: [],
        exitCriteria: ['it is there'],
      },
      ...{ responsibleRole: role, dependsOn: after },
    }),
  )
  return `id: wf\nname: wf\nversion: "1.0"\nsteps:\n${lines.map((line) => `  - ${line}\n`).join('')}`
}

async function play(steps: readonly StepLine[], parts: Readonly<Record<string, Part>>, more = ''): Promise<Asking> {
  const made = stage({ 'wf.yaml': workflow(steps), 'baton.yaml': yaml(more) })
  const played = await asking(made, { mode: 'work', executors: [talker(parts)], secrets: ['hunter2hunter2'] })
  await played.ask.call('workspace/init', { isolation: 'none', clones: 'shared' })
  await played.ask.call('workspace/trust', { digest: hash('sha256', made.read('baton.yaml')) })
  await played.ask.call('run/start', { plan: 'wf.yaml' })
  return played
}

const phaseOf = ({ house }: Asking, key: string) =>
  house.state.items.get('wf')?.steps.find(({ spec }) => spec.key === key)?.phase
const over = (one: Asking) =>
  until('the run to end', async () => (await one.ask.call('run/wait', { item: 'wf', atMostMs: 500 })).over)

/** Two agents that work at the same time; the first attacks when both are there. */
async function together(attack: (own: Talking, other: Talking) => Promise<void>) {
  const [a, b] = [Promise.withResolvers<Talking>(), Promise.withResolvers<Talking>()]
  const done = Promise.withResolvers<void>()
  const played = await play([{ key: 'a' }, { key: 'b' }], {
    a: async (own) => {
      a.resolve(own)
      try {
        await attack(own, await b.promise)
        done.resolve()
      } catch (error) {
        done.reject(error)
      }
    },
    b: async (own) => {
      b.resolve(own)
      await done.promise.catch(() => undefined)
    },
  })
  await done.promise
  await over(played)
  return { played, own: await a.promise, other: await b.promise }
}

it('an agent sees its own step, and no word of it is written down that is a secret', async () => {
  let own: Talking | undefined
  const played = await play([{ key: 'a' }], {
    a: async (talking) => {
      own = talking
      const { structuredContent } = await talking.call('get_step')
      expect(structuredContent).toMatchObject({ attempt: 'wf/a/1', title: 'Write a', checks: ['written'] })
      await talking.call('report_progress', { says: `my key is ${talking.token}, the password hunter2hunter2` })
      await talking.call('declare_blocker', { notes: `${talking.token} and hunter2hunter2` })
    },
  })
  await until('a to land', () => phaseOf(played, 'a') === 'done')
  const { parts } = await played.ask.call('attempt/log', { attempt: 'wf/a/1' })
  expect(JSON.stringify(parts)).toContain('my key is')
  const { entries } = await played.ask.call('journal/read', { limit: 1000 })
  for (const secret of [own?.token ?? 'none', 'hunter2hunter2'])
    expect(JSON.stringify([parts, entries])).not.toContain(secret)
})

it('one attempt’s key touches nothing of another attempt', async () => {
  const { played, own } = await together(async (mine, theirs) => {
    const asked = await theirs.call('ask', { asks: 'What may b do?', atMostMs: 0 })
    const { question } = asked.structuredContent
    const tries: readonly [string, object][] = [
      ['get_step', { attempt: theirs.assignment.attempt }],
      ['report_progress', { says: 'x', attempt: theirs.assignment.attempt }],
      ['ask', { question }],
      ['ask', { asks: 'x', attempt: theirs.assignment.attempt }],
      ['declare_blocker', { notes: 'x', attempt: theirs.assignment.attempt }],
      ['declare_blocker', { notes: 'x', on: 'wf' }],
      ['propose_steps', { steps: [{ title: 'x' }], attempt: theirs.assignment.attempt }],
    ]
    for (const [name, given] of tries) expect((await mine.call(name, given)).isError, name).toBe(true)
    for (const name of ['answer_question', 'cancel', 'run', 'attempt_log', 'state_read', 'status_list'])
      await expect(mine.call(name, { gate: question, answer: 'yes', item: 'wf' }), name).rejects.toThrow('Unknown tool')
  })
  const { parts } = await played.ask.call('attempt/log', { attempt: 'wf/b/1' })
  expect(JSON.stringify(parts)).not.toContain('"x')
  expect((await played.ask.call('blocker/list', { all: true })).blockers).toEqual([])
  expect(own.assignment.attempt).toBe('wf/a/1')
})

it('another’s session is not there, and a key that was dismissed opens nothing', async () => {
  const seen: Talking[] = []
  const { own, other } = await together(async (mine, theirs) => {
    seen.push(mine, theirs)
    const session = (theirs.client.transport as { sessionId?: string }).sessionId ?? ''
    expect(session).not.toBe('')
    const headers = { authorization: `Bearer ${mine.token}`, 'mcp-session-id': session, ...json }
    const accept = { accept: 'application/json, text/event-stream' }
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' })
    const port = Number(new URL(mine.url).port)
    expect((await ask(port, 'POST', '/mcp', { headers: { ...headers, ...accept }, body })).status).toBe(404)
    expect((await ask(port, 'DELETE', '/mcp', { headers })).status).toBe(404)
    expect(mine.token).not.toBe(theirs.token)
    expect((await theirs.call('get_step')).structuredContent.attempt).toBe('wf/b/1')
  })
  for (const { url, token } of [own, other]) await expect(clientOf(url, token)).rejects.toThrow()
})

it('the door of agents has one address, on this machine alone, and speaks to nobody else', async () => {
  await together(async ({ url, token }) => {
    const port = Number(new URL(url).port)
    expect(new URL(url).hostname).toBe('127.0.0.1')
    const key = { authorization: `Bearer ${token}` }
    for (const path of [
      '/',
      '/api/state/read',
      '/api/attempt/brief',
      '/rpc',
      '/events',
      '/metrics',
      '/health',
      '/openapi.json',
      '/orchestration/sessions',
      '/session',
      '/nothing',
    ])
      for (const method of ['GET', 'POST']) {
        const given = method === 'POST' ? { body: '{}', headers: { ...key, ...json } } : { headers: key }
        expect([path, (await ask(port, method, path, given)).status]).toEqual([path, 404])
      }
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' })
    const knock = async (headers: Record<string, string>) => (await ask(port, 'POST', '/mcp', { headers, body })).status
    expect(await knock({ ...json })).toBe(401)
    expect(await knock({ ...json, authorization: 'Bearer attempt-guessed' })).toBe(401)
    expect(await knock({ ...json, ...key, origin: 'http://evil.test' })).toBe(403)
    expect(await knock({ ...json, ...key, 'sec-fetch-site': 'cross-site' })).toBe(403)
    expect(await knock({ ...json, ...key, host: `evil.test:${port}` })).toBe(421)
    expect(await knock({ 'content-type': 'text/plain', ...key })).toBe(415)
    for (const addresses of Object.values(networkInterfaces()))
      for (const { address, internal, family } of addresses ?? [])
        if (!internal && family === 'IPv4') await expect(fetch(`http://${address}:${port}/mcp`)).rejects.toThrow()
  })
})

it('guesses lock nobody out who has a key', async () => {
  await together(async ({ url, call }) => {
    const port = Number(new URL(url).port)
    for (let guess = 0; guess < 30; guess++)
      await ask(port, 'POST', '/mcp', { headers: { ...json, authorization: `Bearer attempt-${guess}` }, body: '{}' })
    expect((await call('get_step')).isError).toBeUndefined()
  })
})

it('a person’s answer reaches the agent that waits for it', async () => {
  let answer: unknown
  const played = await play([{ key: 'a' }], {
    a: async ({ call }) => {
      const first = await call('ask', { asks: 'Which colour?', options: ['Blue, as the sky', 'red'], atMostMs: 10 })
      for (
        let said = first;
        ;
        said = await call('ask', { question: first.structuredContent.question, atMostMs: 500 })
      ) {
        answer = said.structuredContent.answer
        if (said.structuredContent.answered === true) break
      }
    },
  })
  await until('a question', () => [...played.house.state.gates.values()].some(({ kind }) => kind === 'question'))
  const [gate] = [...played.house.state.gates.values()]
  expect(gate).toMatchObject({ asks: 'Which colour?', options: ['Blue, as the sky', 'red'], attempt: 'wf/a/1' })
  await played.ask.call('gate/answer', { gate: gate?.id, answer: 'Blue, as the sky' })
  await until('a to land', () => phaseOf(played, 'a') === 'done')
  expect(answer).toBe('Blue, as the sky')
})

it('a manager splits its step; the parts are done, and whoever waited for it waits for them', async () => {
  const order: string[] = []
  const does =
    (key: string): Part =>
    async () =>
      void order.push(key)
  const parts = { 'm.1': does('m.1'), 'm.2': does('m.2'), after: does('after') }
  const steps = [
    { key: 'm', role: 'manager' },
    { key: 'after', after: ['m'] },
  ]
  const played = await play(steps, {
    ...parts,
    m: async ({ call }) => {
      const said = await call('propose_steps', { steps: [{ title: 'One' }, { title: 'Two', after: [1] }] })
      expect(said.structuredContent).toMatchObject({ keys: ['m.1', 'm.2'] })
    },
  })
  await until('m to wait for the answer', () => phaseOf(played, 'm') === 'gated')
  const [gate] = [...played.house.state.gates.values()]
  expect(gate).toMatchObject({ kind: 'approval', proposes: { by: 'wf/m/1' } })
  expect(phaseOf(played, 'after')).toBe('waiting')
  await played.ask.call('gate/answer', { gate: gate?.id, answer: 'approve' })
  await over(played)
  expect(order).toEqual(['m.1', 'm.2', 'after'])
  for (const key of ['m', 'm.1', 'm.2', 'after']) expect([key, phaseOf(played, key)]).toEqual([key, 'done'])
})
