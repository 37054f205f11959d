// Runs what every executor must do over the native drivers, and plays to them what the real programs once wrote.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Assignment, Spawner } from '../../src/core/ports.ts'
import { claudeExecutor, codexExecutor } from '../../src/executors/index.ts'
import { createSpawner } from '../../src/spawners/index.ts'
import { assignment } from '../agents/native.ts'
import { endOf, executorCase, type Play, said } from './executor.case.ts'
import { cut, joined, play, recordings } from './executor.played.ts'
import { piece, pieces } from './executor.streams.program.ts'

const places = ['baton-streams-', 'baton-streams-work-', 'baton-streams-homes-'].map((name) =>
  mkdtempSync(join(tmpdir(), name)),
)
const [home = '', work = '', scratch = ''] = places
const file = join(import.meta.dirname, 'executor.streams.program.ts')
let spawner: Spawner

beforeAll(async () => {
  spawner = await createSpawner({ home, kind: 'plain', graceMs: 200 })
})
afterAll(async () => {
  await spawner.close()
  for (const place of places) rmSync(place, { recursive: true, force: true })
})

const makers = { codex: codexExecutor, claude: claudeExecutor }
for (const program of ['codex', 'claude'] as const) {
  const as = (words: Play): Assignment => {
    const { agent, ...rest } = assignment(program, work)
    const argv = words === 'broken' ? ['/nowhere/agent'] : [process.execPath, file, program, words]
    return { ...rest, agent: { ...agent, argv } }
  }
  executorCase(program, async () => ({
    executor: makers[program]({ spawner, environment: { PATH: '/usr/bin:/bin' }, scratch }),
    flood: pieces * (piece.length + (program === 'codex' ? 1 : 0)),
    assignment: as,
  }))
}

const ends: Readonly<Record<string, object>> = {
  'claude-asked': { kind: 'succeeded' },
  'claude-auth': { kind: 'failed', reason: 'auth' },
  'claude-insufficient': { kind: 'failed', reason: 'quota' },
  'claude-interrupted': { kind: 'failed', reason: 'crashed' },
  'claude-limited': { kind: 'failed', reason: 'rate-limited', until: Date.UTC(2026, 10, 20) + 11_054 },
  'claude-overflow': { kind: 'failed', reason: 'context-overflow' },
  'claude-overloaded': { kind: 'failed', reason: 'overloaded' },
  'claude-refused': { kind: 'failed', reason: 'refused-tool' },
  'claude-resumed': { kind: 'succeeded' },
  'claude-work': { kind: 'succeeded' },
  'codex-auth': { kind: 'failed', reason: 'auth' },
  'codex-insufficient': { kind: 'failed', reason: 'quota' },
  'codex-interrupted': { kind: 'failed', reason: 'crashed' },
  'codex-outside': { kind: 'succeeded' },
  'codex-overflow': { kind: 'failed', reason: 'context-overflow' },
  'codex-overloaded': { kind: 'failed', reason: 'overloaded' },
  'codex-quota': { kind: 'failed', reason: 'quota', until: expect.any(Number) },
  'codex-refused': { kind: 'succeeded' },
  'codex-resumed': { kind: 'succeeded' },
  'codex-work': { kind: 'succeeded' },
}

const deny = { answer: () => 'deny' }

describe('recorded streams', () => {
  it('are all expected', () => {
    expect(recordings.map(({ name }) => name).sort()).toEqual(Object.keys(ends).sort())
  })

  it.each(recordings)('$name ends as it did', async ({ name, program, bytes }) => {
    const { reports } = await play({ program, out: [bytes], code: 1, ...(name === 'claude-refused' ? deny : {}) })
    expect(endOf(reports).outcome).toMatchObject(ends[name] ?? {})
    expect(endOf(reports).session).toMatch(/^[0-9a-f-]{36}$/)
  })

  it.each(recordings)('$name means the same however it is parted', async ({ program, bytes }) => {
    const whole = joined((await play({ program, out: [bytes] })).reports)
    for (let at = 1; at < bytes.length; at += 397)
      expect(joined((await play({ program, out: cut(bytes, at, Math.min(bytes.length, at + 1)) })).reports)).toEqual(
        whole,
      )
  })

  it.each(recordings)('$name needs no line feed at its end', async ({ program, bytes }) => {
    const whole = joined((await play({ program, out: [bytes] })).reports)
    expect(joined((await play({ program, out: [bytes.subarray(0, -1)] })).reports)).toEqual(whole)
  })

  it('holds words that are no events', async () => {
    const { reports } = await play({
      program: 'codex',
      out: [Buffer.from('{"a":1}\nwarning: odd\n{"type":3}\n[1]\n')],
      code: 2,
    })
    expect(said(reports)).toBe('{"a":1}\nwarning: odd\n{"type":3}\n[1]\n')
    expect(endOf(reports).outcome).toMatchObject({ reason: 'crashed', why: expect.stringContaining('warning: odd') })
  })

  it.each(recordings)('$name has an end wherever it breaks off', async ({ name, program, bytes }) => {
    for (let at = 0; at < bytes.length - 1; at += 397) {
      const { reports } = await play({ program, out: [bytes.subarray(0, at)], code: 1 })
      expect(reports[0]?.kind).toBe('began')
      expect(endOf(reports).outcome.kind, `${name} at ${at}`).toBe('failed')
    }
  })
})

describe('codex', () => {
  it('knows from its log what it was refused', async () => {
    const bytes = recordings.find(({ name }) => name === 'codex-refused')?.bytes ?? new Uint8Array()
    const err = 'ERROR codex_core: error=approval policy is Never; reject command — you cannot ask for more\n'
    const { reports } = await play({ program: 'codex', out: [bytes], err })
    expect(endOf(reports).outcome).toMatchObject({ kind: 'failed', reason: 'refused-tool' })
    expect(said(reports)).toContain('reject command')
  })

  it('tells changes, calls, searches and lists', async () => {
    const items = [
      { id: '1', type: 'file_change', changes: [{ path: 'a.ts', kind: 'add' }], status: 'completed' },
      {
        id: '2',
        type: 'mcp_tool_call',
        server: 'baton',
        tool: 'ask',
        arguments: { a: 1 },
        status: 'failed',
        error: { message: 'no' },
      },
      { id: '3', type: 'web_search', query: 'why' },
      { id: '4', type: 'todo_list', items: [{ text: 'one', completed: true }, { text: 'two' }] },
      { id: '5', type: 'new_thing', odd: true },
      { type: 'file_change', changes: 'none' },
      null,
    ]
    const lines = items.map((item) => JSON.stringify({ type: 'item.completed', item }))
    const { reports } = await play({ program: 'codex', out: [Buffer.from(`${lines.join('\n')}\n`)] })
    const updates = reports.flatMap((report) => (report.kind === 'told' ? [report.update] : []))
    expect(updates).toMatchObject([
      { kind: 'tool', name: 'fs.edit', status: 'done', paths: ['a.ts'], title: 'add a.ts' },
      { kind: 'tool', name: 'codex.baton_ask', status: 'failed', output: 'no', input: '{"a":1}' },
      { kind: 'tool', name: 'web.fetch', title: 'Search: why' },
      {
        kind: 'plan',
        entries: [
          { text: 'one', status: 'done' },
          { text: 'two', status: 'pending' },
        ],
      },
      { kind: 'other', name: 'new_thing' },
      { kind: 'tool' },
      { kind: 'other', name: 'nameless' },
    ])
  })
})

const lines = (...events: readonly unknown[]): Uint8Array[] => [
  Buffer.from(events.map((event) => `${JSON.stringify(event)}\n`).join('')),
]

describe('claude', () => {
  const result = { type: 'result', subtype: 'success', is_error: true, api_error_status: 429, num_turns: 1 }

  it('believes its vendor when a limit ends', async () => {
    const resets = Date.UTC(2026, 10, 20, 5) / 1000
    const info = { status: 'rejected', resetsAt: resets, rateLimitType: 'five_hour' }
    const out = lines(
      { type: 'rate_limit_event', rate_limit_info: info },
      { ...result, result: "You've hit your limit" },
    )
    const { reports } = await play({ program: 'claude', out })
    expect(endOf(reports).outcome).toMatchObject({ reason: 'quota', until: resets * 1000 })
  })

  it('takes a warning for no refusal, and a time that it says in words', async () => {
    const info = { status: 'allowed_warning', resetsAt: Date.UTC(2026, 10, 24) / 1000, rateLimitType: 'seven_day' }
    const words = "You've hit your session limit · resets 3am (UTC)"
    const out = lines({ type: 'rate_limit_event', rate_limit_info: info }, { ...result, result: words })
    const { reports } = await play({ program: 'claude', out })
    expect(endOf(reports).outcome).toMatchObject({ reason: 'quota', until: Date.UTC(2026, 10, 20, 3) })
  })

  it.each([
    [{ subtype: 'error_max_turns', is_error: true }, 'stalled'],
    [{ subtype: 'error_max_budget_usd', is_error: true }, 'budget'],
    [{ subtype: 'success', is_error: false, stop_reason: 'refusal' }, 'bad-output'],
    [{ subtype: 'error_during_execution', is_error: true, errors: ['odd'] }, 'bad-output'],
    [{ subtype: 'new_word', is_error: false }, 'bad-output'],
  ])('ends with a reason: %o', async (more, reason) => {
    const { reports } = await play({ program: 'claude', out: lines({ type: 'result', ...more }) })
    expect(endOf(reports).outcome).toMatchObject({ kind: 'failed', reason })
  })

  const request = (id: unknown, input: unknown, more: object = {}) => ({
    type: 'control_request',
    request_id: id,
    request: { subtype: 'can_use_tool', tool_name: 'Bash', input, ...more },
  })

  it('answers everything that it is asked exactly once, and nothing else', async () => {
    const out = lines(
      request('a', { command: 'ls' }),
      request(undefined, {}),
      { type: 'control_request', request_id: 'b', request: { subtype: 'hook_callback' } },
      request('c', 'odd'),
    )
    const { reports, written } = await play({ program: 'claude', out, answer: () => 'allow' })
    expect(reports.filter(({ kind }) => kind === 'asked')).toHaveLength(2)
    const answers = written
      .split('\n')
      .slice(1, -1)
      .map((line) => JSON.parse(line).response)
    expect(answers.map(({ request_id, subtype }) => `${request_id} ${subtype}`).sort()).toEqual([
      'a success',
      'b error',
      'c success',
    ])
    expect(answers.find(({ request_id }) => request_id === 'a').response.updatedInput).toEqual({ command: 'ls' })
  })

  it('keeps few questions open, and forgets one that is withdrawn', async () => {
    const many = Array.from({ length: 40 }, (_, index) => request(`r${index}`, { command: 'x' }))
    const gone = { type: 'control_cancel_request', request_id: 'r0' }
    const { reports, written } = await play({ program: 'claude', out: lines(...many, gone, request('last', {})) })
    expect(reports.filter(({ kind }) => kind === 'asked')).toHaveLength(33)
    expect(written.match(/Too many questions/g)).toHaveLength(8)
  })

  it('is never sure of anything that it hears', async () => {
    const odd: unknown[] = [null, 1, 'x', [], {}, { content: 'x' }, { content: [null, 1, { type: 'tool_use' }] }]
    const types = [
      'system',
      'assistant',
      'user',
      'stream_event',
      'result',
      'control_request',
      'rate_limit_event',
      'new',
    ]
    const names = [
      'message',
      'event',
      'request',
      'rate_limit_info',
      'usage',
      'session_id',
      'errors',
      'subtype',
      'result',
    ]
    for (const type of types)
      for (const value of odd) {
        const event = Object.fromEntries(names.map((name) => [name, value]))
        const { reports } = await play({ program: 'claude', out: lines({ ...event, type }) })
        expect(endOf(reports).outcome.kind).toMatch(/failed|succeeded/)
      }
  })
})
