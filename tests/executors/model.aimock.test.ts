// The built-in agent over real HTTP: a task of three files from a scripted server through our own client, its hands at each isolation.
import { type ChatCompletionRequest, LLMock } from '@copilotkit/aimock'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ModelSpec } from '../../src/core/nouns/model.ts'
import type { Models } from '../../src/core/ports.ts'
import { createModels } from '../../src/models/index.ts'
import { contents, ran, spec, stage, started } from './model.stage.ts'

const on = stage()
const server = new LLMock({ port: 0, host: '127.0.0.1', strict: true })
const seen: ChatCompletionRequest[] = []
let models: Models
let model: ModelSpec
let turns: readonly Turn[] = []

interface Turn {
  readonly content?: string
  readonly toolCalls?: readonly { readonly name: string; readonly arguments: string }[]
}

const call = (name: string, given: unknown) => ({ name, arguments: JSON.stringify(given) })

beforeAll(async () => {
  server.on({ predicate: () => true }, async (request) => {
    const { content = '', toolCalls } = turns[Math.min(seen.length, turns.length - 1)] ?? {}
    seen.push(structuredClone(request))
    const usage = { prompt_tokens: 1_000, completion_tokens: 20, total_tokens: 1_020 }
    return { content, usage, ...(toolCalls === undefined ? {} : { toolCalls: [...toolCalls] }) }
  })
  await server.start()
  model = { ...spec, endpoint: `${server.url}/v1`, keyName: 'MOCK_KEY' }
  models = createModels({ key: async () => 'key-that-nobody-sees', env: {} })
})
afterAll(async () => {
  await models.close()
  await server.stop()
})
beforeEach(() => {
  seen.length = 0
})

const files = {
  'package.json': '{ "type": "module" }\n',
  'src/sum.js': 'export const sum = (a, b) => a - b\n',
  'test.js':
    "import { sum } from './src/sum.js'\nif (sum(2, 2) !== 4) throw new Error('got ' + sum(2, 2))\nconsole.log('fine')\n",
}

describe.each(['none', 'basic'] as const)('at isolation %s', (isolation) => {
  it('carries out a task of three files, with one failing test on the way', async () => {
    turns = [
      { content: 'Let me look.', toolCalls: [call('list', { depth: 2 }), call('read', { path: 'src/sum.js' })] },
      { toolCalls: [call('run', { command: 'env | sort; cat test.js' })] },
      {
        toolCalls: [
          call('edit', { path: 'src/sum.js', old: 'a - b', new: 'a * b + 1' }),
          call('run', { command: 'sh check.sh' }),
        ],
      },
      {
        toolCalls: [
          call('edit', { path: 'src/sum.js', old: 'a * b + 1', new: 'a + b' }),
          call('write', { path: 'check.sh', text: "grep -q 'a + b' src/sum.js && echo fine\n" }),
        ],
      },
      { toolCalls: [call('write', { path: 'docs/sum.md', text: '# sum\n' }), call('run', { command: 'sh check.sh' })] },
      { content: 'sum adds now; check.sh says so.' },
    ]
    const folder = on.folder(files)
    const result = await ran(started(on, models, on.assigned({ folder, model, isolation })))
    expect(result.outcome).toMatchObject({ kind: 'succeeded' })
    expect(result.summary).toBe('sum adds now; check.sh says so.')
    expect(contents(folder, 'src/sum.js')).toBe('export const sum = (a, b) => a + b\n')
    expect(contents(folder, 'docs/sum.md')).toBe('# sum\n')
    const runs = result.tools.filter(({ name }) => name === 'model.run')
    expect(runs.map(({ status }) => status)).toEqual(['done', 'failed', 'done'])
    expect(runs[2]?.output).toContain('fine')
    expect(result.used).toMatchObject({ tokensIn: 6_000, tokensOut: 120 })
    expect(seen).toHaveLength(6)
    expect(JSON.stringify([result.all, seen])).not.toContain('key-that-nobody-sees')
    expect(runs[0]?.output).not.toMatch(/KEY|TOKEN|API/)
  })

  it('does the same in words', async () => {
    const say = (tool: string, given: unknown): Turn => ({
      content: JSON.stringify({ say: `I use ${tool}.`, tool, arguments: given }),
    })
    turns = [
      say('read', { path: 'src/sum.js' }),
      say('edit', { path: 'src/sum.js', old: 'a - b', new: 'a + b' }),
      say('run', { command: 'cat src/sum.js' }),
      say('done', { summary: 'It adds.' }),
    ]
    const folder = on.folder(files)
    const worded = { ...model, tools: 'json' as const }
    const result = await ran(started(on, models, on.assigned({ folder, model: worded, isolation })))
    expect(result.outcome).toMatchObject({ kind: 'succeeded' })
    expect(result.summary).toBe('It adds.')
    expect(contents(folder, 'src/sum.js')).toContain('a + b')
    expect(seen.every(({ tools }) => (tools ?? []).length === 0)).toBe(true)
  })
})

it('is broken off while the server is silent', async () => {
  let reached: () => void = () => undefined
  const arrived = new Promise<void>((done) => (reached = done))
  const silent = new LLMock({ port: 0, host: '127.0.0.1' })
  silent.on({ predicate: () => true }, async () => {
    reached()
    await new Promise(() => undefined)
    return { content: 'late' }
  })
  await silent.start()
  const run = started(
    on,
    models,
    on.assigned({ folder: on.folder(), model: { ...model, endpoint: `${silent.url}/v1` } }),
  )
  void arrived.then(() => run.stop('enough'))
  expect((await ran(run)).outcome).toEqual({ kind: 'stopped', reason: 'cancelled', why: 'enough' })
  await silent.stop()
})

it('says why a server that is not there gives no answer', async () => {
  const nowhere = { ...model, endpoint: 'http://127.0.0.1:9/v1' }
  const once = createModels({ key: async () => undefined, env: {}, again: 0 })
  const result = await ran(started(on, once, on.assigned({ folder: on.folder(), model: nowhere })))
  expect(result.outcome).toMatchObject({ kind: 'failed', reason: 'network' })
  await once.close()
})
