// The real Codex by its own driver, with a scripted model: what it does, how it is refused, interrupted, limited and resumed.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, it, type TestContext } from 'vitest'
import type { Assignment, Report } from '../../src/core/ports.ts'
import { codexExecutor } from '../../src/executors/codex/executor.ts'
import { findProgram } from '../../src/executors/programs/index.ts'
import { endOf, said } from '../cases/executor.case.ts'
import { type Script, type ScriptedModel, scriptedModel } from './model.ts'
import { assignment, type Ground, ground, type Heard, listener, modelAt, record } from './native.ts'

const open: { close(): Promise<unknown> }[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
})

function needed(ctx: TestContext): void {
  if (findProgram('codex') === undefined) ctx.skip('codex is not installed: npm run agents:install codex')
}

interface Stage extends Ground {
  readonly model: ScriptedModel
  start(more?: Partial<Assignment>): Heard
}

async function stage(script: Script): Promise<Stage> {
  const model = await scriptedModel(script)
  const place = await ground('codex', codexExecutor)
  open.push({ close: () => place.close() }, { close: () => model.stop() })
  return { ...place, model, start: (more) => place.run({ model: modelAt(model.url), ...more }) }
}

const tools = (all: readonly Report[]) =>
  all.flatMap((report) => (report.kind === 'told' && report.update.kind === 'tool' ? [report.update] : []))

it('works in its folder, tells what it does, and what it used', async (ctx) => {
  needed(ctx)
  const commands = ['ls; exit 3', "printf 'hello\\n' > hello.txt; cat hello.txt"]
  const here = await stage(({ results }) => {
    const run = commands[results.length]
    return run === undefined ? { say: 'All done: hello.txt says héllo.' } : { run }
  })
  const heard = here.start()
  const all = await heard.all()
  record('codex-work', heard.raw(), here)
  expect(readFileSync(join(here.folder, 'hello.txt'), 'utf8')).toBe('hello\n')
  expect(all[0]).toMatchObject({ kind: 'began', session: expect.stringMatching(/^[0-9a-f-]{36}$/) })
  const [failed, , , done] = tools(all).filter(({ status }) => status !== undefined)
  expect(tools(all).map(({ status, tool, name }) => [status, tool, name])).toEqual([
    ['running', 'execute', 'codex.run'],
    ['failed', 'execute', 'codex.run'],
    ['running', 'execute', 'codex.run'],
    ['done', 'execute', 'codex.run'],
  ])
  expect(failed?.title).toBe('ls; exit 3')
  expect(done?.output).toBe('hello\n')
  const end = endOf(all)
  expect(end.outcome).toMatchObject({ kind: 'succeeded' })
  expect(end.summary).toBe('All done: hello.txt says héllo.')
  expect(end.used).toMatchObject({ tokensIn: 3600, tokensOut: 102, unpriced: true })
  expect(end.session).toBe(all[0]?.kind === 'began' ? all[0].session : '')
})

it('goes on with its session, and counts only what is new', async (ctx) => {
  needed(ctx)
  const here = await stage(({ results }) =>
    results.length === 0 ? { run: 'echo again >> log.txt' } : { say: 'Done.' },
  )
  const first = endOf(await here.start().all())
  const heard = here.start({ ...(first.session === undefined ? {} : { resume: first.session }), prompt: 'Once more.' })
  const second = endOf(await heard.all())
  record('codex-resumed', heard.raw(), here)
  expect(second.session).toBe(first.session)
  expect(here.model.asked.at(-1)?.all).toContain('Write hello.txt.')
  expect(readFileSync(join(here.folder, 'log.txt'), 'utf8')).toBe('again\nagain\n')
  expect(second.used).toMatchObject({ tokensIn: 2400, tokensOut: 68 })
})

it('begins anew when its session is not there any more', async (ctx) => {
  needed(ctx)
  const here = await stage(() => ({ say: 'Here I am.' }))
  const all = await here.start({ resume: '01a1fac9-8db5-7252-b213-53da9e186899' }).all()
  expect(said(all)).toContain('not there any more')
  expect(endOf(all)).toMatchObject({ outcome: { kind: 'succeeded' }, summary: 'Here I am.' })
})

// Codex often leaves such a command out of its stream: what it was refused is read where its model is told of it.
it('is kept in its folder by its own sandbox where there is none of ours, and tells its model so', async (ctx) => {
  needed(ctx)
  const outside = join(process.env.HOME ?? '/root', 'baton-was-here')
  const here = await stage(({ results }) =>
    results.length === 0 ? { run: `touch ${outside}` } : { say: 'I could not.' },
  )
  const heard = here.start()
  const all = await heard.all()
  record('codex-outside', heard.raw(), here)
  expect(existsSync(outside)).toBe(false)
  expect(here.model.asked.at(-1)?.results.join('\n')).toContain('Read-only file system')
  expect(tools(all).filter(({ status }) => status === 'done')).toEqual([])
})

it('tells a refused wish for more than its sandbox allows', async (ctx) => {
  needed(ctx)
  const wish = { cmd: 'touch /etc/x', sandbox_permissions: 'require_escalated', justification: 'I must' }
  const here = await stage(({ results }) =>
    results.length === 0
      ? { content: 'May I?', toolCalls: [{ name: 'exec_command', arguments: JSON.stringify(wish) }] }
      : { say: 'It was refused.' },
  )
  const heard = here.start()
  const all = await heard.all()
  record('codex-refused', heard.raw(), here)
  expect(endOf(all).outcome).toMatchObject({
    kind: 'failed',
    reason: 'refused-tool',
    why: expect.stringContaining('reject'),
  })
})

it('reads only when it may only read', async (ctx) => {
  needed(ctx)
  const here = await stage(({ results }) => (results.length === 0 ? { run: 'touch in-the-way' } : { say: 'I looked.' }))
  await here.start({ readsOnly: true }).all()
  expect(existsSync(join(here.folder, 'in-the-way'))).toBe(false)
})

it('works in our sandbox', async (ctx) => {
  needed(ctx)
  const here = await stage(({ results }) => (results.length === 0 ? { run: 'echo in > inside.txt' } : { say: 'Done.' }))
  const all = await here.start({ isolation: 'basic' }).all()
  expect(endOf(all).outcome).toMatchObject({ kind: 'succeeded' })
  expect(readFileSync(join(here.folder, 'inside.txt'), 'utf8')).toBe('in\n')
})

it('reaches its model and nothing else where only that is allowed', async (ctx) => {
  needed(ctx)
  const other = await listener(200, {})
  open.push(other)
  const look = `(exec 3<>/dev/tcp/127.0.0.1/${new URL(other.url).port}) && echo reached || echo unreachable`
  const here = await stage(({ results }) => (results.length === 0 ? { run: look } : { say: 'Done.' }))
  const { agent } = assignment('codex', here.folder)
  const all = await here.start({ isolation: 'basic', agent: { ...agent, network: 'model' } }).all()
  const { outcome } = endOf(all)
  if (outcome.kind === 'failed' && outcome.reason === 'sandbox-missing') ctx.skip(outcome.why)
  expect(outcome).toMatchObject({ kind: 'succeeded' })
  expect(tools(all).at(-1)?.output).toContain('unreachable')
  expect(other.asked).toEqual([])
})

it('is stopped in the middle, with everything that it started', async (ctx) => {
  needed(ctx)
  const here = await stage(() => ({ run: 'echo up > up.txt; sleep 600' }))
  const heard = here.start()
  const all = await heard.all((report, run) => {
    if (report.kind === 'told' && report.update.kind === 'tool') void run.stop('a person said so')
  })
  record('codex-interrupted', heard.raw(), here)
  expect(endOf(all).outcome).toEqual({ kind: 'stopped', reason: 'cancelled', why: 'a person said so' })
})

it('is ended when nothing is heard of it', async (ctx) => {
  needed(ctx)
  const here = await stage(() => ({ run: 'sleep 600' }))
  const all = await here.start({ silenceMs: 3000 }).all()
  expect(endOf(all).outcome).toMatchObject({ kind: 'failed', reason: 'stalled' })
})

it.for([
  [
    'overflow',
    {
      error: {
        message: 'Your input exceeds the context window.',
        type: 'invalid_request_error',
        code: 'context_length_exceeded',
      },
      status: 400,
    },
    'context-overflow',
  ],
  [
    'auth',
    {
      error: {
        message: 'Incorrect API key provided: sk-mock.',
        type: 'invalid_request_error',
        code: 'invalid_api_key',
      },
      status: 401,
    },
    'auth',
  ],
  ['overloaded', { error: { message: 'Overloaded', type: 'server_error' }, status: 503 }, 'overloaded'],
  [
    'insufficient',
    {
      error: { message: 'You exceeded your current quota.', type: 'insufficient_quota', code: 'insufficient_quota' },
      status: 429,
    },
    'quota',
  ],
] as const)('knows why its model did not answer: %s', async ([name, answer, reason], ctx) => {
  needed(ctx)
  const here = await stage(() => answer)
  const heard = here.start()
  const all = await heard.all()
  record(`codex-${name}`, heard.raw(), here)
  expect(endOf(all).outcome).toMatchObject({ kind: 'failed', reason })
})

it('waits for a quota until the time that it says', async (ctx) => {
  needed(ctx)
  const resets = Math.floor(Date.now() / 1000) + 13_872
  const error = { type: 'usage_limit_reached', message: 'The usage limit has been reached', plan_type: 'plus' }
  const server = await listener(429, { error: { ...error, resets_at: resets, resets_in_seconds: 13_872 } })
  const here = await ground('codex', codexExecutor)
  open.push(here, server)
  const heard = here.run({ model: modelAt(`${server.url}/v1`) })
  const { outcome } = endOf(await heard.all())
  record('codex-quota', heard.raw(), here)
  expect(outcome).toMatchObject({ kind: 'failed', reason: 'quota' })
  const until = outcome.kind === 'succeeded' ? 0 : (outcome.until ?? 0)
  // It says the minute, without the seconds.
  expect(Math.abs(until - resets * 1000)).toBeLessThanOrEqual(60_000)
})

it('is given the tools of its attempt, with a key that no command line shows', async (ctx) => {
  needed(ctx)
  const server = await listener(404, {})
  open.push(server)
  const here = await stage(() => ({ say: 'Done.' }))
  await here.start({ tools: [{ name: 'baton', url: `${server.url}/mcp`, token: 'sesame-for-one' }] }).all()
  expect(server.asked.join()).toContain('Bearer sesame-for-one')
})

it('has no agents of its own unless its profile says so', async (ctx) => {
  needed(ctx)
  const server = await listener(400, { error: { message: 'no' } })
  const here = await ground('codex', codexExecutor)
  open.push(here, server)
  const { agent } = assignment('codex', here.folder)
  for (const subagents of [false, true]) {
    await here.run({ model: modelAt(`${server.url}/v1`), agent: { ...agent, subagents } }).all()
    expect(server.asked.at(-1)?.includes('spawn_agent')).toBe(subagents)
  }
})
