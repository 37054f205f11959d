// Shows with what each kind of model a known program is started: its vendor's with a login or key, or a server of one's own.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import type { Network } from '../../core/nouns/isolation.ts'
import type { ModelSpec } from '../../core/nouns/model.ts'
import type { Assignment } from '../../core/ports.ts'
import { type Launch, prepare } from './launch.ts'

const root = mkdtempSync(join(tmpdir(), 'baton-launch-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const bin = join(root, 'bin')
for (const name of ['gemini', 'copilot', 'codex-acp', 'opencode', 'pi', 'pi-acp']) {
  mkdirSync(bin, { recursive: true })
  writeFileSync(join(bin, name), '#!/usr/bin/env node\n', { mode: 0o755 })
}
const person = join(root, 'person')
mkdirSync(join(person, '.gemini'), { recursive: true })
writeFileSync(join(person, '.gemini/oauth_creds.json'), 'login')

const spec: ModelSpec = {
  name: 'm',
  id: 'mouse',
  provider: 'lm-studio',
  endpoint: 'http://127.0.0.1:1234/v1/',
  dialect: 'auto',
  tier: 'small',
  local: true,
  tools: 'native',
  account: 'mine',
}

interface Asked extends Partial<Assignment> {
  readonly network?: Network
  readonly keys?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
}

async function launch(
  program: string,
  { keys = {}, env = {}, network = 'model', ...more }: Asked = {},
): Promise<Launch> {
  const agent = {
    name: 'a',
    executor: 'acp',
    program,
    argv: [],
    env,
    network,
    seats: 1,
    roles: [],
    timeoutMs: 1,
  } as const
  const find = { agentsFolder: join(root, 'none'), path: bin, node: '/opt/node/bin/node' }
  const given = {
    attempt: 'i/s/1',
    item: 'i',
    step: { key: 's' },
    agent,
    folder: '/clone',
    isolation: 'basic',
    readsOnly: false,
    tools: [],
    home: join(root, 'home', program),
    ...more,
  }
  const never = { start: () => Promise.reject(new Error('nothing is started here')) }
  return prepare(
    { spawner: never, environment: { PATH: '/usr/bin', LANG: 'C' }, find, person, key: async (name) => keys[name] },
    given as unknown as Assignment,
  )
}

it("asks a server of one's own with its key, and gives none of the vendor's", async () => {
  const tools = [{ name: 'baton', url: 'http://127.0.0.1:4100/mcp', token: 't' }]
  const keys = { GEMINI_API_KEY: 'vendors', MINE: 'mine-0123456789' }
  const { order, folder } = await launch('gemini', { model: { ...spec, keyName: 'MINE' }, keys, tools })
  expect(order.env).toMatchObject({
    GEMINI_API_KEY: 'mine-0123456789',
    GOOGLE_GEMINI_BASE_URL: 'http://127.0.0.1:1234',
    LANG: 'C',
  })
  expect(order.env.PATH).toBe('/opt/node/bin:/usr/bin')
  expect(order.argv).toEqual(['/opt/node/bin/node', join(bin, 'gemini'), '--acp', '--skip-trust', '-m', 'mouse'])
  expect(order.reach).toEqual(['127.0.0.1:1234', '127.0.0.1:4100'])
  expect([folder, order.folder]).toEqual(['/baton/work', '/clone'])
  expect(existsSync(join(root, 'home/gemini/.gemini/oauth_creds.json'))).toBe(false)
})

it("has a long key for a server that wants none, and not the vendor's", async () => {
  const { order } = await launch('copilot', { model: spec, keys: { COPILOT_GITHUB_TOKEN: 'vendors' } })
  expect(JSON.stringify(order.env)).not.toContain('vendors')
  expect(order.env.COPILOT_PROVIDER_API_KEY?.length).toBeGreaterThan(15)
})

it("asks its vendor with a person's login when there is no key, and with the key when there is one", async () => {
  const home = join(root, 'home', 'own')
  const lent = await launch('gemini', { home })
  expect(readFileSync(join(home, '.gemini/oauth_creds.json'), 'utf8')).toBe('login')
  expect(readFileSync(join(home, '.gemini/settings.json'), 'utf8')).toContain('oauth-personal')
  expect(lent.order.env).not.toHaveProperty('GEMINI_API_KEY')
  expect(lent.order.reach).toContain('generativelanguage.googleapis.com:443')
  const { order } = await launch('gemini', { home, keys: { GEMINI_API_KEY: 'k', OTHER: 'o' } })
  expect(order.env.GEMINI_API_KEY).toBe('k')
  expect(JSON.stringify(order.env)).not.toContain('OTHER')
  expect(readFileSync(join(home, '.gemini/settings.json'), 'utf8')).toContain('gemini-api-key')
})

it("takes a registry's entry at the vendor's own place for the vendor, with the key that it names", async () => {
  const model = { ...spec, id: 'gpt-9', provider: 'openai', endpoint: 'https://api.openai.com/v1', keyName: 'WORK_KEY' }
  const { order, vendors } = await launch('codex-acp', { model, keys: { WORK_KEY: 'w', OPENAI_API_KEY: 'private' } })
  expect(vendors).toBe(true)
  expect(order.env.CODEX_API_KEY).toBe('w')
  expect(order.env.DEFAULT_AUTH_REQUEST).toBe('{"methodId":"api-key"}')
  expect(JSON.stringify(order.env)).not.toContain('private')
  expect(JSON.parse(order.env.CODEX_CONFIG ?? '')).toMatchObject({ model: 'gpt-9', features: { multi_agent: false } })
  expect(order.env).not.toHaveProperty('MODEL_PROVIDER')
})

it('refuses a model of which nobody knows the id', async () => {
  await expect(launch('opencode', { model: { ...spec, id: '' } })).rejects.toThrow(/says no id.*LM_STUDIO_MODEL/)
})

it('puts what a program looks for on its PATH, and lets a profile neither move its HOME nor speak as us', async () => {
  const env = { HOME: '/elsewhere', PATH: '/evil', BATON_HOME: 'x', OWN: 'mine' }
  const { order } = await launch('pi', { model: spec, env, isolation: 'none' })
  expect(order.env.PATH?.split(':')).toContain(bin)
  expect(order.env).toMatchObject({ HOME: join(root, 'home/pi'), OWN: 'mine' })
  expect(JSON.stringify(order.env)).not.toMatch(/evil|elsewhere|BATON_/)
  expect(JSON.parse(readFileSync(join(root, 'home/pi/.pi/agent/models.json'), 'utf8')).providers.baton.baseUrl).toBe(
    'http://127.0.0.1:1234/v1',
  )
})

it('leaves no key in a HOME that is kept, and the rest of what it laid out there', async () => {
  const mine = { model: { ...spec, keyName: 'MINE' }, keys: { MINE: 'mine-"0123456789' } }
  const { release } = await launch('pi', mine)
  const [models, settings] = ['models.json', 'settings.json'].map((name) => join(root, 'home/pi/.pi/agent', name))
  expect(readFileSync(models ?? '', 'utf8')).toContain('0123456789')
  await release()
  expect([existsSync(models ?? ''), existsSync(settings ?? '')]).toEqual([false, true])
})

it("leads an agent without a network to Baton's own tools and to nothing else", async () => {
  const tools = [{ name: 'baton', url: 'http://127.0.0.1:4100/mcp', token: 't' }]
  const { order } = await launch('gemini', { model: spec, tools, network: 'none' })
  expect([order.network, order.reach]).toEqual(['model', ['127.0.0.1:4100']])
  expect((await launch('gemini', { model: spec, network: 'none' })).order.network).toBe('none')
  expect((await launch('gemini', { model: spec, tools, network: 'all' })).order.network).toBe('all')
})

it('starts no program in a folder whose own files would turn it, and says which', async () => {
  const folder = mkdtempSync(join(root, 'work-'))
  await launch('gemini', { folder })
  for (const [program, path] of [
    ['gemini', '.env'],
    ['copilot', '.github/hooks'],
    ['codex', '.codex/config.toml'],
    ['opencode', '.opencode'],
  ] as const) {
    const there = mkdtempSync(join(root, 'work-'))
    mkdirSync(join(there, path, '..'), { recursive: true })
    writeFileSync(join(there, path), '')
    await expect(launch(program, { folder: there }), program).rejects.toThrow(`the repository holds ${path}`)
  }
})
