// What real agents ask in a real house: leave of a person, Baton itself by its own tools, and more than their budget has.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { describe, expect, it, vi } from 'vitest'
import type { Json } from '../acceptance/stage.ts'
import type { Asked, Script } from './model.ts'
import { soon, usual, type Whole, whole } from './whole.ts'

vi.setConfig({ testTimeout: 90_000 })

async function opened(house: Whole): Promise<Json> {
  const gates = async () => (await house.must('gate')).gates as Json[]
  return soon('a question of the agent', async () => (await gates()).find(({ phase }) => phase === 'open'))
}

describe('a policy that has a person asked', () => {
  const policy = 'permissions: {execute: ask}\ntries: 1\n'
  const agents: readonly (readonly [string, string])[] = [
    ['claude', ''],
    ['claude', 'executor: acp'],
    ['copilot', ''],
    ['gemini', ''],
  ]
  for (const [program, lines] of agents) {
    const called = lines === '' ? program : `${program} (${lines})`
    it(`lets ${called} go on once it is allowed`, async (ctx) => {
      const house = await whole(ctx, { agents: { [program]: lines }, more: policy, steps: 1 }, usual)
      const run = house.go('run', house.plan, '--watch')
      const gate = await opened(house)
      expect(gate).toMatchObject({ kind: 'permission', attempt: '001-words/T001/1' })
      expect(gate.options).toContain('allow-once')
      expect(await house.why('T001')).toMatchObject({ kind: 'gate' })
      await house.must('gate', gate.id, 'allow-once')
      expect((await run.ended).code).toBe(0)
      expect(house.landed('one.txt')).toBe('alpha')
      expect(await house.data('attempt.started')).toHaveLength(1)
    })

    it(`ends ${called} well when it is refused`, async (ctx) => {
      const house = await whole(ctx, { agents: { [program]: lines }, more: policy, steps: 1 }, usual)
      const run = house.go('run', house.plan, '--watch')
      const gate = await opened(house)
      await house.must('gate', gate.id, 'reject-once', '--reason', 'not here')
      await run.ended
      const ended = await house.data('attempt.ended')
      expect(ended.map(({ outcome }) => [outcome.kind, outcome.reason])).toEqual([['failed', 'refused-tool']])
      expect(house.landed('one.txt')).toBeUndefined()
    })
  }
})

/** What the model calls next, by how many answers it has had. */
const calls = [
  { tool: 'get_step', given: {} },
  { tool: 'report_progress', given: { says: 'I have read what is wanted.' } },
  { tool: 'ask', given: { asks: 'Which colour?', options: ['red', 'blue'] } },
] as const

function callsTools({ tools, results, all }: Asked): ReturnType<Script> {
  const next = calls[results.length]
  if (next === undefined) return results.length > calls.length ? { say: 'Done.' } : usual({ results: [], all } as never)
  const name = tools.find((one) => one.endsWith(next.tool))
  if (name === undefined) return { say: `There is no ${next.tool} among ${tools.join(', ')}.` }
  return { toolCalls: [{ name, arguments: JSON.stringify(next.given) }] }
}

/** The double neither shows nor calls tools of a namespace, in which Codex has those of a server. */
async function codexCalls(heard: string[], request: IncomingMessage, response: ServerResponse): Promise<boolean> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  const body = Buffer.concat(parts).toString('utf8')
  const { input } = JSON.parse(body) as Json
  const results = (input as Json[]).filter(({ type }) => String(type).endsWith('_output'))
  heard.push(results.map((one) => JSON.stringify(one)).join('\n'))
  const next = calls[results.length]
  const cmd = JSON.stringify({ cmd: 'echo alpha > one.txt' })
  const called =
    next === undefined
      ? { name: 'exec_command', arguments: cmd }
      : { namespace: 'mcp__baton', name: next.tool, arguments: JSON.stringify(next.given) }
  const item =
    results.length > calls.length
      ? { type: 'message', id: 'm1', role: 'assistant', content: [{ type: 'output_text', text: 'Done.' }] }
      : { type: 'function_call', id: `f${results.length}`, call_id: `c${results.length}`, ...called }
  const usage = { input_tokens: 10, output_tokens: 1, total_tokens: 11 }
  const events = [
    { type: 'response.created', response: { id: 'r1' } },
    { type: 'response.output_item.done', output_index: 0, item },
    { type: 'response.completed', response: { id: 'r1', output: [item], usage } },
  ]
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const event of events) response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
  response.end()
  return true
}

describe("Baton's own tools", () => {
  const agents = [
    ['codex', ''],
    ['claude', ''],
    ['claude', 'executor: acp'],
    ['copilot', ''],
    ['gemini', ''],
    ['opencode', ''],
  ] as const
  for (const [program, lines] of agents)
    it(`are there for ${program}${lines === '' ? '' : ` (${lines})`}, for its own attempt`, async (ctx) => {
      const heard: string[] = []
      const isolation = program === 'copilot' ? 'strict' : 'basic'
      const house = await whole(ctx, { agents: { [program]: lines }, steps: 1, isolation }, (asked) => {
        heard.push(asked.results.join('\n'))
        return callsTools(asked)
      })
      if (program === 'codex')
        house.model.mount('/v1/responses', (request, response) => codexCalls(heard, request, response))
      const run = house.go('run', house.plan, '--watch')
      const gate = await opened(house)
      expect(gate).toMatchObject({
        kind: 'question',
        asks: 'Which colour?',
        options: ['red', 'blue'],
        attempt: '001-words/T001/1',
      })
      await house.must('gate', gate.id, 'blue')
      expect((await run.ended).code).toBe(0)
      const told = heard.join('\n')
      expect(told).toContain('Put the word alpha into one.txt')
      expect(told).toContain('blue')
      expect((await house.baton('log', '001-words/T001/1')).out).toContain('I have read what is wanted.')
      expect(house.landed('one.txt')).toBe('alpha')
    })
})

describe('a budget that is used up', () => {
  it('stops what runs, warns on the way, and goes on when it is raised', async (ctx) => {
    let rich = false
    const more = 'budgets: {item: {tokens: 8150}}\n'
    const house = await whole(ctx, { agents: { claude: '' }, more, steps: 1 }, (asked) =>
      rich ? usual(asked) : { run: `sleep 1.2; echo ${asked.results.length}` },
    )
    await house.baton('run', house.plan)
    const [ended] = await house.data('attempt.ended')
    expect(ended.outcome).toMatchObject({ kind: 'stopped', reason: 'budget' })
    expect((await house.data('budget.warned')).map(({ scope, at }) => [scope, at])).toEqual(
      [0.5, 0.75, 0.9, 1].map((at) => ['item', at]),
    )
    const held = await house.why('T001')
    expect(held.kind).toBe('budget')
    expect(held.until).toContain('baton budget')
    rich = true
    await house.must('budget', '001-words', '--tokens', '1000000')
    expect((await house.baton('run', house.plan)).code).toBe(0)
    expect(house.landed('one.txt')).toBe('alpha')
    expect((await house.data('step.requeued'))[0]).toMatchObject({ reason: 'budget', counted: false })
  })
})
