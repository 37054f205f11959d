// What a house finds out about agents and models when programs are slow, servers odd, and answers empty.
import { describe, expect, it } from 'vitest'
import type { ModelSpec } from '../../src/core/nouns/model.ts'
import { noPolicy } from '../../src/core/nouns/workspace.ts'
import { type Clock, ModelFailed, type ModelPart, type Models } from '../../src/core/ports.ts'
import { emptyState } from '../../src/core/state.ts'
import { Crew } from '../../src/engine/crew.ts'
import { checkModel } from '../../src/engine/model-check.ts'
import type { HouseParts } from '../../src/engine/parts.ts'
import { naming } from '../../src/models/registry/index.ts'
import { readPolicy } from '../../src/policies/index.ts'

const spec = (name: string, more: Partial<ModelSpec> = {}): ModelSpec => ({
  name,
  id: name,
  provider: 'test',
  endpoint: 'http://127.0.0.1:1/v1',
  dialect: 'auto',
  tier: 'small',
  local: true,
  tools: 'native',
  account: 'test',
  ...more,
})

/** Stands still; whatever waits is called when the test says so. */
function standing() {
  const waiting = new Set<() => void>()
  let at = 0
  const clock: Clock = {
    now: () => at,
    monotonic: () => at,
    after: (_, then) => {
      waiting.add(then)
      return () => void waiting.delete(then)
    },
    chance: () => '8',
  }
  const ring = () => {
    for (const then of [...waiting]) then()
  }
  return { clock, ring, waiting, wait: (ms: number) => (at += ms) }
}

const used = (tokensOut: number) => ({ tokensIn: 1, tokensOut, cachedIn: 0, cost: 0, ms: 0 })
const end = (tokensOut: number): ModelPart => ({ kind: 'end', finish: 'stop', used: used(tokensOut) })
const none = () => Promise.reject(new ModelFailed('defect', 'not asked for'))

function voice(parts: () => AsyncIterable<ModelPart>, list: Models['list'] = none): Models {
  return { complete: parts, embed: none, list, close: async () => undefined }
}

function house(text: string, parts: Partial<HouseParts>) {
  const { policy, notes } = readPolicy(new TextEncoder().encode(text), {
    models: [spec('afar', { local: false })],
    roles: {},
  })
  expect(notes).toEqual([])
  const state = emptyState()
  const workspace = { path: '/w', clones: '', baseBranch: 'main', trusted: 'x', policy, desired: 1, running: 0 }
  state.workspaces.set('/w', workspace)
  const time = standing()
  const all = { clock: time.clock, executors: [], configuration: async () => undefined, ...parts }
  const repository = () => ({ look: async () => ({ root: '/w' }) })
  return { crew: new Crew({ ...all, repository } as unknown as HouseParts, state), state, ...time }
}

describe('agents', () => {
  it('that do not say in time are not there, and nothing waits on', async () => {
    const slow = { name: 'acp', start: () => undefined as never, available: () => new Promise<never>(() => undefined) }
    const { crew, ring, waiting } = house('agents: {gemini: {}, s: {command: [x]}}', { executors: [slow] })
    const asked = crew.agents('/w')
    await expect.poll(() => waiting.size).toBe(1)
    ring()
    const { agents } = await asked
    expect(agents.map(({ profile, available }) => [profile.name, available])).toEqual([
      ['gemini', { ok: false, why: 'it did not say within 15 s' }],
      ['s', { ok: false, why: 'no executor "shell" is here' }],
    ])
    expect(waiting.size).toBe(0)
  })

  it('of a configuration that nobody has trusted are shown, and nothing of it is tried', async () => {
    const asked: string[] = []
    const acp = {
      name: 'acp',
      start: () => undefined as never,
      available: async ({ name }: { name: string }) => {
        asked.push(name)
        return { ok: true, why: '1.0' }
      },
    }
    const { policy } = readPolicy(new TextEncoder().encode('agents: {gemini: {}}'))
    const found = { file: 'baton.yaml', digest: 'd', policy, notes: [], sentences: [], scripts: [] }
    const { crew, state } = house('agents: {qwen: {}}', { executors: [acp], configuration: async () => found })
    expect((await crew.agents('/w')).agents).toMatchObject([{ from: 'trusted', available: { ok: true, why: '1.0' } }])
    const { trusted: _, ...plain } = state.workspaces.get('/w') ?? { path: '/w', policy: noPolicy }
    state.workspaces.set('/w', { clones: '', baseBranch: 'main', desired: 1, running: 0, ...plain })
    expect((await crew.agents('/w')).agents).toMatchObject([
      { from: 'shown', profile: { name: 'gemini' }, available: { ok: false } },
    ])
    expect(asked).toEqual(['qwen'])
  })

  it('whose model does not answer cannot work, and its server is asked once for all of them', async () => {
    let asked = 0
    const models = voice(
      async function* () {},
      async () => {
        asked += 1
        return { dialect: 'openai', models: [{ id: 'other' }] }
      },
    )
    const acp = { name: 'acp', start: () => undefined as never, available: async () => ({ ok: true, why: '1.0' }) }
    const { crew } = house('agents: {gemini: {model: afar}, qwen: {model: afar}, pi: {}}', { executors: [acp], models })
    const why = 'its model does not answer: its server offers other'
    expect((await crew.agents('/w')).agents.map(({ available }) => available)).toEqual([
      { ok: false, why },
      { ok: false, why },
      { ok: true, why: '1.0' },
    ])
    expect(asked).toBe(1)
  })

  it('in force are lines for doctor, where their program can be looked for', async () => {
    const available = async () => ({ ok: false, why: 'gemini is not installed' })
    const acp = { name: 'acp', start: () => undefined as never, available }
    const { crew } = house('agents: {gemini: {}, s: {command: [x]}}', { executors: [acp] })
    expect(await crew.doctor('/w')).toEqual([
      { what: 'agent gemini', ok: false, detail: 'gemini is not installed', remedy: 'see baton agents' },
    ])
    expect(await crew.doctor(undefined)).toEqual([])
  })

  it('and models elsewhere are not asked while the repository is offline', async () => {
    let asked = 0
    const models = voice(
      async function* () {},
      async () => {
        asked += 1
        return { dialect: 'openai', models: [] }
      },
    )
    const registry = async () => ({ registry: { models: [spec('far', { local: false })], roles: {} }, notes: [] })
    const { crew } = house('agents: {codex: {}, claude: {model: afar}}\nmode: offline', { models, registry })
    for (const { available } of (await crew.agents('/w')).agents) expect(available.why).toContain('offline')
    const found = await crew.models('/w')
    expect(found.models.map((one) => [one.spec.name, one.from, one.available.ok])).toEqual([
      ['far', 'person', false],
      ['afar', 'repository', false],
    ])
    expect(await crew.check('far', '/w')).toMatchObject({ ok: false, why: expect.stringContaining('offline') })
    expect(await crew.check('nobody', '/w')).toBeUndefined()
    expect(asked).toBe(0)
  })
})

describe('a trivial prompt', () => {
  it('is measured: first part, speed without the wait for it, size', async () => {
    const { clock, wait, waiting } = standing()
    const models = voice(async function* () {
      wait(400)
      yield { kind: 'thought', text: 'hm' }
      wait(1000)
      yield { kind: 'text', text: 'zwölf' }
      yield end(20)
    })
    expect(await checkModel(models, spec('a'), clock)).toEqual({
      name: 'a',
      ok: true,
      why: '',
      ms: 1400,
      firstMs: 400,
      tokensOut: 20,
      tokensPerSecond: 20,
      bytes: 8,
    })
    expect(waiting.size).toBe(0)
  })

  it('that nobody counted is guessed, and said to be', async () => {
    const { clock, wait } = standing()
    const models = voice(async function* () {
      wait(1000)
      yield { kind: 'text', text: 'x'.repeat(40) }
      yield end(0)
    })
    expect(await checkModel(models, spec('a'), clock)).toMatchObject({
      tokensOut: 10,
      tokensPerSecond: 10,
      guessed: true,
    })
  })

  it('that is answered with nothing, or with a failure halfway, has failed', async () => {
    const { clock } = standing()
    const empty = voice(async function* () {
      yield end(5)
    })
    expect(await checkModel(empty, spec('a'), clock)).toMatchObject({ ok: false, reason: 'bad-output' })
    const broken = voice(async function* () {
      yield { kind: 'text', text: 'one' }
      throw new ModelFailed('network', 'it hung up')
    })
    expect(await checkModel(broken, spec('a'), clock)).toMatchObject({
      ok: false,
      reason: 'network',
      why: 'it hung up',
      bytes: 3,
    })
  })

  it('is given up after ten minutes', async () => {
    const { clock, ring } = standing()
    const models: Models = {
      ...voice(async function* () {}),
      complete: async function* ({ stop }) {
        await new Promise<void>((done) => stop?.addEventListener('abort', done))
        if (stop?.aborted === true) throw new ModelFailed('cancelled', 'nobody wants it')
        yield end(0)
      },
    }
    const asked = checkModel(models, spec('a'), clock)
    ring()
    expect(await asked).toMatchObject({ ok: false, reason: 'cancelled' })
  })
})

describe('a model without an id', () => {
  const offers = (...models: { id: string; loaded?: boolean }[]) => {
    const seen: string[] = []
    let listed = 0
    const inner: Models = {
      ...voice(async function* () {}),
      complete: async function* ({ model }) {
        seen.push(model.id)
        yield end(1)
      },
      list: async () => {
        listed += 1
        return { dialect: 'lm-studio', models }
      },
    }
    let at = 0
    const ask = async (id: string): Promise<void> => {
      const request = { model: spec('default', { id }), messages: [] }
      for await (const _ of naming(inner, () => at).complete(request)) at += 0
    }
    const named = naming(inner, () => at)
    const again = async (ms: number): Promise<void> => {
      at += ms
      for await (const _ of named.complete({ model: spec('default', { id: '' }), messages: [] })) at += 0
    }
    return { ask, again, seen, listed: () => listed }
  }

  it('is what is loaded, else what is listed first; one with an id is left alone', async () => {
    const loaded = offers({ id: 'a' }, { id: 'b', loaded: true })
    await loaded.ask('')
    await loaded.ask('mine')
    expect(loaded.seen).toEqual(['b', 'mine'])
    const first = offers({ id: 'a' }, { id: 'b' })
    await first.ask('')
    expect(first.seen).toEqual(['a'])
  })

  it('is asked for once a minute', async () => {
    const one = offers({ id: 'a' })
    for (const ms of [0, 10, 59_000, 2000]) await one.again(ms)
    expect([one.seen.length, one.listed()]).toEqual([4, 2])
  })

  it('is nothing where nothing is offered, in a sentence that says what to do', async () => {
    await expect(offers().ask('')).rejects.toThrow(/Load one, or name it in LM_STUDIO_MODEL/)
  })
})
