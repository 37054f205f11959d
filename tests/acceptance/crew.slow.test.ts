// Agents and models as the command line shows them: what is known, what answers, what a repository cannot say, and what trust covers.
import { spawn } from 'node:child_process'
import { hash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { finishes, type Served, says, serve, sse, streams, usage } from '../models/stage.ts'
import { type Json, type Stage, stage } from './stage.ts'

beforeEach(() => {
  for (const name of ['OPENAI_API_BASE', 'OPENAI_API_KEY', 'LM_STUDIO_MODEL', 'ORCH_MODEL']) vi.stubEnv(name, '')
  // Nobody listens there.
  vi.stubEnv('OPENAI_API_BASE', 'http://127.0.0.1:9/v1')
})
afterEach(() => {
  vi.unstubAllEnvs()
})

const listed = { object: 'list', data: [{ id: 'mouse-1' }, { id: 'mouse-2' }] }

/** Lists two models and answers every prompt with a few words. */
function server(): Promise<Served> {
  return serve((response, request, nth) => {
    if (request.method === 'POST')
      return streams(sse(says('one two '), says('three'), finishes('stop'), usage(9, 3)))(response, request, nth)
    response.setHeader('content-type', 'application/json')
    return response.end(request.url === '/v1/models' ? JSON.stringify(listed) : '{}')
  })
}

function own(made: Stage, text: string): void {
  mkdirSync(made.home, { recursive: true, mode: 0o700 })
  writeFileSync(join(made.home, 'model_registry.yaml'), text)
}

const named = (list: readonly Json[], name: string): Json => list.find((one) => one.name === name)

it('baton models lists what is known, from whom, and what its server offers', async () => {
  const { base, requests } = await server()
  const made = stage()
  own(
    made,
    `models:
  mouse: {id: mouse-1, endpoint: "${base}", context: 8000, price_in: 0.5}
  ghost: {id: ghost-1, endpoint: "${base}"}
  shut: {endpoint: "http://127.0.0.1:9/v1"}
roles: {coder: mouse}
`,
  )
  const { models, notes } = await made.must('models')
  expect(notes).toEqual([])
  expect(named(models, 'mouse')).toMatchObject({
    ok: true,
    from: 'person',
    roles: ['coder'],
    context: 8000,
    local: true,
  })
  expect(named(models, 'mouse').price).toEqual({ input: 0.5 })
  expect(named(models, 'ghost')).toMatchObject({ ok: false, why: 'its server offers mouse-1, mouse-2' })
  expect(named(models, 'shut')).toMatchObject({ ok: false, why: expect.stringContaining('127.0.0.1:9') })
  expect(named(models, 'default')).toMatchObject({ ok: false, id: '', endpoint: '' })
  expect(requests.filter(({ path }) => path === '/v1/models')).toHaveLength(1)
  expect((await made.baton('models')).out).toMatch(/ok +mouse +mouse-1 .*\$0\.5 in/)
})

it('baton models check asks something trivial, prints how fast and how much, and ends with 8 when one does not answer', async () => {
  const { base, requests } = await server()
  const made = stage()
  own(made, `models: {mouse: {endpoint: "${base}", id: mouse-1}, shut: {endpoint: "http://127.0.0.1:9/v1"}}`)
  vi.stubEnv('OPENAI_API_BASE', base)
  const { ok, models } = await made.must('models', 'check', 'mouse')
  expect(ok).toBe(true)
  expect(models).toMatchObject([{ name: 'mouse', ok: true, why: '', tokensOut: 3, bytes: 13 }])
  expect(models[0].ms).toBeGreaterThanOrEqual(models[0].firstMs)
  expect(models[0].tokensPerSecond).toBeGreaterThan(0)
  const told = await made.baton('models', 'check', 'mouse')
  expect([told.code, told.out]).toEqual([
    0,
    expect.stringMatching(/first part after .* tokens a second .*3 tokens, 13 B/),
  ])
  const all = await made.baton('models', 'check', '--json')
  expect(all.code).toBe(8)
  expect(all.json.models.map((one: Json) => [one.name, one.ok, one.reason])).toEqual([
    ['mouse', true, undefined],
    ['shut', false, 'network'],
    ['default', true, undefined],
  ])
  const bodies = requests.filter(({ body }) => body !== '').map(({ body }) => JSON.parse(body).model)
  expect(bodies).toEqual(['mouse-1', 'mouse-1', 'mouse-1', 'mouse-1'])
  expect((await made.baton('models', 'check', 'nobody')).code).toBe(5)
  // Nor is a repository needed to know whether a model answers.
  expect((await made.in(made.root).baton('models', 'check', 'mouse')).code).toBe(0)
})

it('a command that waits between two requests does not end before it has said what came of them', async () => {
  const made = stage()
  const env = { ...process.env, BATON_HOME: made.home, NO_COLOR: '1', NODE_NO_WARNINGS: '1' }
  const argv = [join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts'), 'models', 'check', '--json']
  const child = spawn(process.execPath, argv, { cwd: made.root, env, stdio: ['ignore', 'pipe', 'inherit'] })
  let out = ''
  child.stdout.on('data', (more) => (out += more))
  const code = await new Promise((resolve) => child.on('close', resolve))
  expect(code).toBe(8)
  expect(JSON.parse(out).models).toMatchObject([{ name: 'default', ok: false, reason: 'network' }])
})

it('a registry with a fault is told with its line, and nothing of it holds', async () => {
  const made = stage({ 'baton.yaml': 'agents: {codex: {model: mouse}}\n' })
  own(made, 'models:\n  mouse: {tir: small}\n')
  const { models, notes } = await made.must('models')
  expect(models.map((one: Json) => one.name)).toEqual(['default'])
  expect(notes).toMatchObject([{ line: 2, kind: 'unknown-key', remedy: 'Did you mean tier?' }])
  const shown = await made.must('trust', '--show')
  expect(shown.notes[0]).toMatchObject({ file: join(made.home, 'model_registry.yaml'), line: 2, level: 'error' })
  expect((await made.baton('trust', '--digest', shown.digest)).code).toBe(2)
})

it("a repository's registry is shown, trusted with its baton.yaml, and does not say where or with which key", async () => {
  const { base } = await server()
  const made = stage({
    'baton.yaml': 'agents: {codex: {model: theirs}, model: {model: known}}\n',
    'model_registry.yaml': `models:\n  theirs: {endpoint: "http://evil.example/v1", key: GITHUB_TOKEN}\n  known: {id: mouse-2, endpoint: "${base}/"}\n`,
  })
  own(made, `models: {mine: {endpoint: "${base}"}}`)
  const shown = await made.must('trust', '--show')
  const told = shown.sentences.join('\n')
  expect(told).toContain('Model theirs is theirs of openai-compatible at the usual place of your own (OPENAI_API_BASE)')
  expect(told).toContain(
    `known of its model_registry.yaml is asked at ${base}, because your own registry names that server`,
  )
  expect(shown.notes.map((one: Json) => [one.level, one.kind, one.line])).toEqual([
    ['warning', 'endpoint-ignored', 2],
    ['warning', 'key-ignored', 2],
  ])
  await made.ready()
  expect((await made.must('trust', '--show')).trusted).toBe(true)
  const { models } = await made.must('models')
  expect(named(models, 'theirs')).toMatchObject({ from: 'repository', endpoint: '' })
  expect(named(models, 'theirs')).not.toHaveProperty('keyName')
  expect(named(models, 'known')).toMatchObject({ from: 'repository', endpoint: base, ok: true })

  const before = made.read('model_registry.yaml')
  made.write('model_registry.yaml', before.replace('mouse-2', 'mouse-1'))
  expect((await made.must('trust', '--show')).trusted).toBe(false)
  made.write('model_registry.yaml', before)
  expect((await made.must('trust', '--show')).trusted).toBe(true)
  own(made, 'models: {mine: {endpoint: "http://127.0.0.1:9/v1"}}')
  expect((await made.must('trust', '--show')).trusted).toBe(false)
})

it('what no model has a part in keeps the digest of baton.yaml alone, whatever a person’s registry says', async () => {
  const made = stage({ 'baton.yaml': 'agents: {codex: {}, model: {}}\n' })
  const digest = async (): Promise<string> => (await made.must('trust', '--show')).digest
  const plain = hash('sha256', made.read('baton.yaml'))
  expect(await digest()).toBe(plain)
  own(made, 'models: {mine: {endpoint: "http://127.0.0.1:9/v1"}}')
  expect(await digest()).toBe(plain)
  // But where the usual model is asked is no longer a machine of one's own.
  vi.stubEnv('OPENAI_API_BASE', 'https://api.example.com/v1')
  expect(await digest()).not.toBe(plain)
})

it('baton agents lists those in force, those nobody trusted, and those that only need their name', async () => {
  const made = stage({
    'baton.yaml':
      'agents: {shell: {command: ["true"]}, odd: {executor: nobody, command: ["true"]}, claude: {}}\nmode: offline\n',
  })
  const before = await made.must('agents')
  expect(named(before.agents, 'shell')).toMatchObject({
    from: 'shown',
    ok: false,
    why: expect.stringContaining('baton trust'),
  })
  await made.ready()
  const { mode, agents } = await made.must('agents')
  expect(mode).toBe('offline')
  expect(named(agents, 'shell')).toMatchObject({ from: 'trusted', ok: true, seats: 4, busy: 0, local: true })
  expect(named(agents, 'odd')).toMatchObject({ ok: false, why: 'no executor "nobody" is here' })
  expect(named(agents, 'claude')).toMatchObject({ from: 'trusted', ok: false, why: expect.stringContaining('offline') })
  expect(named(agents, 'codex')).toMatchObject({
    from: 'shipped',
    ok: false,
    account: 'openai',
    why: expect.stringContaining('offline'),
  })
  expect(agents.filter((one: Json) => one.name === 'claude')).toHaveLength(1)
  const elsewhere = await made.in(made.root).baton('agents', '--json')
  expect(new Set(elsewhere.json.agents.map((one: Json) => one.from))).toEqual(new Set(['shipped']))
  expect((await made.baton('agents')).out).toContain('offline: only what runs on machines of your own is used')
})

it('a key goes out by its name, and is in nothing that is printed', async () => {
  const key = 'sk-canary-0123456789abcdef'
  const { base, requests } = await server()
  const made = stage()
  vi.stubEnv('MOUSE_KEY', key)
  own(made, `models: {mouse: {endpoint: "${base}", key: MOUSE_KEY}}`)
  const said = [
    await made.baton('models'),
    await made.baton('models', '--json'),
    await made.baton('models', 'check', 'mouse', '--json'),
  ]
  expect(requests.some(({ headers }) => headers.authorization === `Bearer ${key}`)).toBe(true)
  expect(said.map(({ out, err }) => out + err).join('')).not.toContain(key)
  expect(said[1]?.json.models[0]).toMatchObject({ keyName: 'MOUSE_KEY' })
})
