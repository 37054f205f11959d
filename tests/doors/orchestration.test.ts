// Document 003's addresses on a real house: its own checklist, its shapes, and what it says about restarts, paths and sums.
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { agent, policy, workflow } from '../acceptance/plans.ts'
import { stage } from '../acceptance/stage.ts'
import { until } from '../acceptance/until.ts'
import { keys, pathOf, type Served, serve } from './orchestration.stage.ts'

function emptyHome(): string {
  const root = mkdtempSync(join(tmpdir(), 'baton-counts-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  return join(root, 'home')
}

const sums = async ({ ask }: Served) => (await ask('GET', '/api/orchestration/global')).body

it("passes document 003's checklist, with a client in each workspace and an agent of Baton's own in A", async () => {
  const made = stage()
  const steps = [{ key: 'a', order: 1 }]
  const keysOf = { a: 'wait_for tea; write a' }
  made.commit({ 'wf.yaml': workflow('wf', steps), 'agent.sh': agent(made, keysOf), 'baton.yaml': policy() })
  await made.ready()
  const served = await serve(made.home)
  const [a, b] = [made.path, join(made.root, 'elsewhere')]
  expect((await served.put(a, 3)).workspace).toEqual({ id: a, workspace_id: a, running: 0, desired: 3 })
  expect((await served.put(b, 2)).global).toEqual({ running: 0, desired: 5 })
  const [inA, inB] = [await served.listen(), await served.listen()]
  for (const [ear, workspaceId] of [[inA, a] as const, [inB, b] as const]) {
    expect(await ear.next('orchestration.global')).toEqual({ running: 0, desired: 5 })
    ear.say('subscribe', { workspaceId })
    expect(await ear.next('subscribed')).toEqual({ workspaceId })
  }
  const of = (id: string, running: number, desired: number) => ({ workspaceId: id, workspace_id: id, running, desired })
  expect(await inA.next('orchestration.workspace')).toEqual(of(a, 0, 3))
  expect(await inB.next('orchestration.workspace')).toEqual(of(b, 0, 2))

  const begun = await served.ask('POST', '/api/run/start', { plan: 'wf.yaml' }, keys.owner)
  expect(begun.status).toBe(200)
  await made.logged('start a 1')
  expect(await inA.next('orchestration.workspace')).toEqual(of(a, 1, 3))
  for (const ear of [inA, inB]) expect(await ear.next('orchestration.global')).toEqual({ running: 1, desired: 5 })

  await served.report(b, 1)
  for (const ear of [inA, inB]) expect(await ear.next('orchestration.global')).toEqual({ running: 2, desired: 5 })
  expect(await inB.next('orchestration.workspace')).toEqual(of(b, 1, 2))

  expect(await served.put(a, 5)).toEqual({
    workspace: { id: a, workspace_id: a, running: 1, desired: 5 },
    global: { running: 2, desired: 7 },
  })
  for (const ear of [inA, inB]) expect(await ear.next('orchestration.global')).toEqual({ running: 2, desired: 7 })
  expect(await inA.next('orchestration.workspace')).toEqual(of(a, 1, 5))

  made.say('tea')
  expect(await inA.next('orchestration.workspace')).toEqual(of(a, 0, 5))
  for (const ear of [inA, inB]) expect(await ear.next('orchestration.global')).toEqual({ running: 1, desired: 7 })
  expect([inA.of('orchestration.workspace').length, inB.of('orchestration.workspace').length]).toEqual([4, 2])
  expect([inA.of('error'), inB.of('error')]).toEqual([[], []])
})

it("starts no more agents than are wanted by document 003's field", async () => {
  const made = stage()
  const steps = ['a', 'b', 'c'].map((key, at) => ({ key, order: at + 1, parallel: true }))
  made.commit({ 'wf.yaml': workflow('wf', steps), 'agent.sh': agent(made, {}), 'baton.yaml': policy() })
  await made.ready()
  const served = await serve(made.home)
  await served.put(made.path, 0)
  expect((await served.ask('POST', '/api/run/start', { plan: 'wf.yaml' }, keys.owner)).status).toBe(200)
  expect(made.log()).toEqual([])
  await served.put(made.path, 1)
  await until('all to land', () => served.house.state.items.get('wf')?.steps.every((one) => one.phase === 'done'))
  const begun = made.log().flatMap((line) => /^(start|end) /.exec(line)?.[1] ?? [])
  expect(begun.join(' ')).not.toContain('start start')
})

describe('by HTTP', () => {
  it('answers in the shapes of the document', async () => {
    const served = await serve(emptyHome())
    const { ask } = served
    const zeros = {
      workspace: { id: '/a', workspace_id: '/a', running: 0, desired: 0 },
      global: { running: 0, desired: 0 },
    }
    expect(await ask('GET', pathOf('/a'))).toEqual({ status: 200, body: zeros })
    expect((await ask('GET', '/api/orchestration/workspaces')).body).toEqual({ workspaces: [], global: zeros.global })
    for (const [at, end] of ['', '/desired'].entries())
      expect((await ask('PUT', `${pathOf('/a')}${end}`, { desired: at + 3 })).body).toEqual({
        workspace: { id: '/a', workspace_id: '/a', running: 0, desired: at + 3 },
        global: { running: 0, desired: at + 3 },
      })
    const reported = await ask('PUT', `${pathOf('/b')}/running`, { running: 2 })
    expect(reported.body.workspace).toEqual({ id: '/b', workspace_id: '/b', running: 2, desired: 0 })
    expect(await sums(served)).toEqual({ running: 2, desired: 4 })
    expect((await ask('GET', '/api/orchestration/workspaces')).body).toEqual({
      workspaces: [
        { id: '/a', workspace_id: '/a', running: 0, desired: 4 },
        { id: '/b', workspace_id: '/b', running: 2, desired: 0 },
      ],
      global: { running: 2, desired: 4 },
    })
  })

  it.each([
    ['{"desired":1.5}', /whole|int/u],
    ['{"desired":-1}', /0/u],
    ['{"desired":1025}', /1024/u],
    ['{"desired":"3"}', /desired/u],
    ['{"desired":null}', /desired/u],
    ['{}', /desired/u],
    ['{"desired":3,"running":1}', /running/u],
    ['{"desired":3,"workspace":"/other"}', /workspace/u],
    ['{"desired":3,"__proto__":{}}', /__proto__/u],
    ['[3]', /object/u],
    ['3', /object/u],
    ['{', /JSON/u],
  ])('refuses the body %s', async (body, why) => {
    const served = await serve(emptyHome())
    const got = await served.ask('PUT', pathOf('/a'), body)
    expect([got.status, got.body.error]).toEqual([400, 'validation_error'])
    expect(got.body.message).toMatch(why)
    expect((await served.ask('GET', '/api/orchestration/workspaces')).body.workspaces).toEqual([])
  })

  const corpus: readonly (readonly [string, string])[] = [
    ['/Users/username/projects/my-repo', '/Users/username/projects/my-repo'],
    ['/home/ada/100% tea', '/home/ada/100% tea'],
    ['/home/ada/a%2Fb', '/home/ada/a%2Fb'],
    ['/home/ada/%25', '/home/ada/%25'],
    ['/home/ada/50%', '/home/ada/50%'],
    ['/with space/and+plus', '/with space/and+plus'],
    ['/?a=b&c#d;e', '/?a=b&c#d;e'],
    ['/プロジェクト/zoë/🫖', '/プロジェクト/zoë/🫖'],
    ['/trailing/', '/trailing'],
    ['//double//slash/', '/double/slash'],
    ['/__proto__/constructor', '/__proto__/constructor'],
    ['/', '/'],
    ['c:\\Users\\Ann\\my repo', 'C:/Users/Ann/my repo'],
    ['C:/Users/Ann/my repo/', 'C:/Users/Ann/my repo'],
    [`/${'x/'.repeat(500)}y`, `/${'x/'.repeat(500)}y`],
  ]

  it('decodes a path exactly once, whatever is in it', async () => {
    const served = await serve(emptyHome())
    for (const [at, [given, path]] of corpus.entries()) {
      expect((await served.put(given, at + 1)).workspace).toMatchObject({
        id: path,
        workspace_id: path,
        desired: at + 1,
      })
      expect((await served.report(given, 1)).workspace).toMatchObject({ id: path, running: 1 })
      expect((await served.ask('GET', pathOf(path))).body.workspace).toMatchObject({ id: path, desired: at + 1 })
    }
    const { counts } = served.house.state
    expect([...counts.keys()].sort()).toEqual([...new Set(corpus.map(([, path]) => path))].sort())
  })

  it.each(['relative', './a', '../a', '/a/../b', 'C:a', '-rf', '~', '/nul\u0000byte', '/line\nfeed'])(
    'refuses the path %j',
    async (path) => {
      const served = await serve(emptyHome())
      for (const got of [
        await served.ask('GET', pathOf(path)),
        await served.ask('PUT', pathOf(path), { desired: 1 }),
        await served.ask('PUT', `${pathOf(path)}/running`, { running: 1 }),
      ]) {
        expect([got.status, got.body.error]).toEqual([400, 'validation_error'])
      }
      expect(served.house.state.counts.size).toBe(0)
    },
  )

  it('refuses what is no encoding, and no path', async () => {
    const served = await serve(emptyHome())
    for (const bad of ['%ZZ', '%', '%C3%28', '%ff'])
      expect((await served.ask('GET', `/api/orchestration/workspace/${bad}`)).status, bad).toBe(400)
    expect((await served.ask('GET', '/api/orchestration/workspace/')).status).toBe(400)
    expect((await served.ask('GET', '/api/orchestration/workspace/%2Fa/other')).status).toBe(404)
  })

  it('lets a key look and say what its rights allow, and nobody without a key', async () => {
    const served = await serve(emptyHome())
    expect((await served.ask('GET', pathOf('/a'), undefined, keys.reader)).status).toBe(200)
    expect((await served.ask('PUT', pathOf('/a'), { desired: 1 }, keys.reader)).body.error).toBe('forbidden')
    expect((await served.ask('PUT', pathOf('/a'), { desired: 1 }, 'not-a-key')).body.error).toBe('unauthorized')
    const bound = served.admit('wf/a/1')
    expect((await served.ask('GET', pathOf('/a'), undefined, bound)).body.error).toBe('forbidden')
    const bearer = { authorization: `Bearer ${keys.editor}` }
    expect((await fetch(`${served.urls[1]}${pathOf('/a')}`, { headers: bearer })).status).toBe(200)
    const plain = await fetch(`${served.urls[0]}${pathOf('/a')}`, {
      method: 'PUT',
      headers: { ...bearer, 'content-type': 'text/plain' },
      body: '{"desired":1}',
    })
    expect(plain.status).toBe(415)
  })

  it('never answers with a sum that is older than what was said: fifty at once', async () => {
    const served = await serve(emptyHome())
    const wanted = Array.from({ length: 50 }, (_, at) => ({ path: `/p${at % 10}`, desired: at + 1 }))
    const said = await Promise.all(wanted.map(({ path, desired }) => served.put(path, desired)))
    for (const { workspace, global } of said) expect(global.desired).toBeGreaterThanOrEqual(workspace.desired)
    const at = said.map(({ workspace, global }, index) => ({
      ...wanted[index],
      now: workspace.desired,
      sum: global.desired,
    }))
    // In one place the last word stands, and what is answered is that or a later one.
    for (const { path, desired, now } of at) {
      const possible = wanted.filter((one) => one.path === path).map((one) => one.desired)
      expect(possible.slice(possible.indexOf(desired ?? 0))).toContain(now)
    }
    const { workspaces, global } = (await served.ask('GET', '/api/orchestration/workspaces')).body
    expect(global.desired).toBe(workspaces.reduce((all: number, one: { desired: number }) => all + one.desired, 0))
    const others = Promise.all(Array.from({ length: 20 }, (_, one) => served.put(`/q${one}`, 1)))
    for (let round = 0; round < 20; round += 1) {
      const before = (await sums(served)).desired
      expect((await served.put(`/new${round}`, 7)).global.desired).toBeGreaterThanOrEqual(before + 7)
    }
    await others
  })

  it('keeps what is wanted over a restart, and what was reported as long as it is fresh', async () => {
    const home = emptyHome()
    const first = await serve(home)
    await first.put('/a', 3)
    await first.report('/a', 2)
    await first.close()
    const second = await serve(home)
    expect((await second.ask('GET', pathOf('/a'))).body).toEqual({
      workspace: { id: '/a', workspace_id: '/a', running: 2, desired: 3 },
      global: { running: 2, desired: 3 },
    })
  })
})

describe('by WebSocket', () => {
  it('tells changes only, in order, to whom they concern, on every port and path', async () => {
    const served = await serve(emptyHome())
    const ear = await served.listen({ url: served.urls[1] ?? '', headers: { authorization: `Bearer ${keys.reader}` } })
    const other = await served.listen({ path: '/orchestration/' })
    expect(await ear.next('orchestration.global')).toEqual({ running: 0, desired: 0 })
    ear.say('subscribe', { workspaceId: '/a/' })
    expect(await ear.next('subscribed')).toEqual({ workspaceId: '/a/' })
    expect(await ear.next('orchestration.workspace')).toEqual({
      ...{ workspaceId: '/a/', workspace_id: '/a', running: 0, desired: 0 },
    })
    for (const desired of [1, 1, 2, 2, 3]) await served.put('/a', desired)
    await served.put('/b', 9)
    await until('the last sum', () => other.of('orchestration.global').at(-1)?.desired === 12)
    await until('the last sum', () => ear.of('orchestration.global').at(-1)?.desired === 12)
    for (const { event, data } of [...ear.heard, ...other.heard])
      if (event === 'orchestration.workspace') expect(data).toMatchObject({ workspaceId: '/a/' })
    const told = ear.of('orchestration.workspace').map(({ desired }) => desired)
    expect(told).toEqual([...new Set(told)].sort())
    expect(told.at(-1)).toBe(3)
    expect(other.of('orchestration.workspace')).toEqual([])
    ear.say('unsubscribe', { workspaceId: '/a' })
    expect(await ear.next('unsubscribed')).toEqual({ workspaceId: '/a' })
    await served.put('/a', 4)
    await until('the sum', () => ear.of('orchestration.global').at(-1)?.desired === 13)
    expect(ear.of('orchestration.workspace').map(({ desired }) => desired)).toEqual(told)
    ear.say('subscribeProjects', { projectNumbers: [70, 72] })
    expect(await ear.next('subscribedProjects')).toEqual({ projectNumbers: [70, 72] })
  })

  it('answers what it cannot do by an error, and goes on', async () => {
    const served = await serve(emptyHome())
    const ear = await served.listen()
    const bad = [
      'nonsense',
      '[]',
      '{"event":"subscribe"}',
      '{"event":"subscribe","data":{}}',
      '{"event":"subscribe","data":{"workspaceId":7}}',
      '{"event":"subscribe","data":{"workspaceId":"relative"}}',
      '{"event":"subscribe","data":{"workspaceId":"/a\\u0000"}}',
      '{"event":"subscribe","data":{"workspaceId":"/\\ud800"}}',
      '{"event":"unsubscribe","data":{"workspaceId":"relative"}}',
      '{"event":"subscribeProjects","data":{"projectNumbers":[1.5]}}',
      '{"event":"orchestration.global","data":{"running":1}}',
      '{"event":"subscribe","data":{"workspaceId":"/a","__proto__":{}}}',
      `{"event":"subscribe","data":{"workspaceId":"/${'a'.repeat(70_000)}"}}`,
    ]
    for (const text of bad) {
      ear.socket.send(text)
      const { message } = await ear.next('error')
      expect(message.length, text).toBeGreaterThan(10)
    }
    ear.socket.send(Buffer.from('{"event":"subscribe","data":{"workspaceId":"/a"}}'))
    await ear.next('error')
    ear.socket.send(Buffer.from([0x22, 0xff, 0x22]), { binary: false })
    await ear.next('error')
    for (let at = 0; at < 257; at += 1) ear.say('subscribe', { workspaceId: `/${at}` })
    expect((await ear.next('error')).message).toContain('256')
    expect(ear.of('subscribed')).toHaveLength(256)
    expect(ear.socket.readyState).toBe(WebSocket.OPEN)
    expect(served.house.state.counts.size).toBe(0)
  })

  it('lets nobody in without a key, without the right, from another page, or by socket.io', async () => {
    const served = await serve(emptyHome())
    const key = { 'x-api-key': keys.editor }
    await expect(served.listen({ headers: {} })).rejects.toThrow(/401.*unauthorized/u)
    await expect(served.listen({ headers: { 'x-api-key': served.admit('wf/a/1') } })).rejects.toThrow(/403.*bound/u)
    await expect(served.listen({ headers: { ...key, origin: 'http://evil.example' } })).rejects.toThrow(/403/u)
    const io = '/orchestration/?EIO=4&transport=websocket'
    await expect(served.listen({ path: io })).rejects.toThrow(/501.*plain WebSocket/u)
    const polled = await served.ask('GET', '/orchestration/?EIO=4&transport=polling')
    expect([polled.status, polled.body.message]).toEqual([501, expect.stringContaining('socket.io is not served')])
    expect((await served.ask('GET', '/orchestration')).status).toBe(400)
  })

  it('says goodbye when the server closes', async () => {
    const served = await serve(emptyHome())
    const ear = await served.listen()
    await ear.next('orchestration.global')
    const gone = new Promise((resolve) => ear.socket.once('close', resolve))
    await served.close()
    expect(await gone).toBe(1001)
    expect((await ear.next('error')).message).toContain('closes')
  })
})

it('touches nothing on the disk of the folders that it counts', async () => {
  const asked: string[] = []
  const allowed = new Set(['state', 'submit', 'now', 'readOnly', 'steady', 'follow', 'record', 'home', 'audit'])
  const served = await serve(
    emptyHome(),
    (house) =>
      new Proxy(house, {
        get: (target, name) => {
          if (!allowed.has(String(name))) asked.push(String(name))
          const value: unknown = Reflect.get(target, name)
          return typeof value === 'function' ? value.bind(target) : value
        },
      }),
  )
  const there = mkdtempSync(join(tmpdir(), 'baton-counted-'))
  onTestFinished(() => rmSync(there, { recursive: true, force: true }))
  asked.length = 0
  const ear = await served.listen()
  for (const path of [there, join(there, 'not-there'), '/proc/self/fd', '/dev/tty']) {
    await served.put(path, 3)
    await served.report(path, 1)
    await served.ask('GET', pathOf(path))
    ear.say('subscribe', { workspaceId: path })
    await ear.next('orchestration.workspace')
  }
  // `confined` passes on what a view may ask; it asks for none of it.
  expect(asked.filter((name) => name !== 'serving')).toEqual([])
  expect(existsSync(join(there, 'not-there'))).toBe(false)
})
