// The tools: who sees which, what a client is told of each, and that every one answers as it said it would.
import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, it } from 'vitest'
import { methods } from '../../src/api/index.ts'
import { everything } from '../../src/api/scopes.ts'
import { wish } from '../../src/core/wishes.ts'
import { toolNamed, toolsOf } from '../../src/doors/mcp/tools.ts'
import { busyHouse } from '../cli/testing.ts'
import { attempt, keys, modern, peer, serve } from './mcp.stage.ts'

const stored = join(import.meta.dirname, 'mcp.tools.snapshot.txt')
const portOf = (key: string) => {
  const caller = keys[key]
  if (caller === undefined) throw new Error(`no key ${key}`)
  return { methods, caller, owner: key, ask: async () => undefined }
}

it('lists to each key what it may use, and nothing else', async () => {
  const { url } = await serve(busyHouse())
  const listed = async (key: string) => {
    const { client } = await peer(url, key)
    return (await client.listTools()).tools.map((tool) => tool.name)
  }
  const [reader, runner, approver, owner, agent] = [
    await listed('reader'),
    await listed('runner'),
    await listed('approver'),
    await listed('owner'),
    await listed('agent'),
  ]
  expect(reader).toEqual(expect.arrayContaining(['plan_status', 'list_ready', 'why', 'list_questions', 'run_wait']))
  expect(reader).not.toEqual(expect.arrayContaining(['run']))
  expect(reader).not.toContain('import_plan')
  expect(runner).toEqual(expect.arrayContaining(['run', 'import_plan', 'cancel']))
  expect(runner).not.toContain('answer_question')
  expect(approver).toContain('answer_question')
  expect(approver).not.toContain('workspace_trust')
  expect(owner).toContain('workspace_trust')
  expect(owner).not.toContain('journal_follow')
  expect(owner).not.toContain('audit_export')
  expect(agent.sort()).toEqual(['ask', 'declare_blocker', 'get_step', 'report_progress'])
  const calls = methods.filter((one) => one.shape !== 'follow' && one.shape !== 'series')
  expect(owner).toHaveLength(calls.filter((one) => !('forAgents' in one)).length)
})

it('names them so that every model takes them, each once', () => {
  const names = toolsOf(portOf('owner')).map((tool) => tool.name)
  for (const name of names) expect(name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/)
  expect(new Set(names).size).toBe(names.length)
})

it('shows in review what a client is told of a tool, and pins it by a digest', async () => {
  const given = new Set(methods.map((one) => ('tool' in one ? (one.tool ?? '') : '')))
  const tools = [...toolsOf(portOf('owner')), ...toolsOf({ ...portOf('agent'), given })]
  const lines = tools.map(({ name, title, description, annotations, inputSchema, outputSchema }) => {
    const hints = Object.entries(annotations).flatMap(([hint, set]) => (set ? [hint.replace('Hint', '')] : []))
    const schemas = hash('sha256', JSON.stringify([inputSchema, outputSchema])).slice(0, 12)
    return `${name} | ${title} | ${hints.join(' ') || '-'} | ${schemas}\n  ${description}`
  })
  const text = `${lines.join('\n')}\n`
  const whole = `digest ${hash('sha256', text)}\n${text}`
  await expect(whole).toMatchFileSnapshot(stored)
})

it('says the same names and words whoever asks, in every era', async () => {
  const { url } = await serve(busyHouse())
  const [old, now] = [await peer(url, 'owner'), await peer(url, 'owner', modern)]
  expect(old.client.getNegotiatedProtocolVersion()).toBe('2025-11-25')
  expect(now.client.getNegotiatedProtocolVersion()).toBe('2026-07-28')
  const said = async ({ client }: typeof old) =>
    (await client.listTools()).tools.map((one) => [one.name, one.description])
  expect(await said(now)).toEqual(await said(old))
  const names = readFileSync(stored, 'utf8')
    .split('\n')
    .flatMap((line) => /^(\w+) \|/.exec(line)?.[1] ?? [])
  const agents = methods.flatMap((one) => ('forAgents' in one ? [one.tool] : []))
  expect([...(await said(old)).map(([name]) => name), ...agents]).toEqual(names)
})

/** What each parameter may be called with; a digest is one of nothing. */
const sample: Readonly<Record<string, unknown>> = {
  item: '001-photo-albums',
  step: '001-photo-albums/T001',
  attempt,
  attempts: [attempt],
  gate: 'gate-1',
  blocker: 'blocker-1',
  plan: 'specs/001',
  old: 'specs/001',
  now: 'specs/002',
  to: 'json',
  name: 'T001',
  kinds: ['step'],
  answer: 'approve',
  on: '001-photo-albums',
  notes: 'the key is missing',
  why: 'a test',
  changes: [{ kind: 'tick', key: 'T001' }],
  path: '/repository',
  workspace: '/repository',
  desired: 4,
  running: 1,
  folder: '/tmp/backup',
  digest: '0'.repeat(64),
  duplicate: 'duplicate-9',
  of: '001-photo-albums',
  isolation: 'none',
  seq: 1,
  graph: { tasks: [{ id: 'a', duration: 1 }] },
  outcomes: { models: { mini: { a: { resolved: true, cost: 1 } } } },
  slots: 1,
}

function minimal(name: string): Record<string, unknown> {
  const tool = toolsOf(portOf('owner')).find((one) => one.name === name)
  const required = (tool?.inputSchema.required ?? []) as string[]
  const fields = (tool?.inputSchema.properties ?? {}) as Record<
    string,
    { type?: string; minimum?: number; enum?: unknown[] }
  >
  const all = Object.fromEntries(required.map((field) => [field, sample[field] ?? any(fields[field] ?? {})]))
  return name === 'workflow_migrate' ? { ...all, to: 'photo-albums@2' } : all
}

/** For a parameter that came after this test was written. */
function any(field: { type?: string; minimum?: number; enum?: unknown[] }): unknown {
  if (field.enum !== undefined) return field.enum[0]
  if (field.type === 'integer' || field.type === 'number') return field.minimum ?? 1
  return field.type === 'boolean' ? false : field.type === 'array' ? [] : '/repository'
}

it('every tool, called once, gives what fits its schema, or a refusal that a person can read', async () => {
  const house = busyHouse()
  const { url } = await serve({ ...house, audit: { ...house.audit, places: async () => [] } })
  const { client } = await peer(url, 'owner')
  const { tools } = await client.listTools()
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  const good: string[] = []
  for (const tool of tools) {
    const given = minimal(tool.name)
    const method = toolNamed(portOf('owner'), tool.name)
    expect(method?.params.safeParse(given).error?.issues, `${tool.name} takes ${JSON.stringify(given)}`).toBeUndefined()
    const { content, structuredContent, isError } = await client.callTool({ name: tool.name, arguments: given })
    expect(content).toHaveLength(1)
    const text = content[0]?.type === 'text' ? content[0].text : ''
    expect(text, tool.name).not.toBe('')
    expect(text, tool.name).not.toMatch(/\n\s+at /)
    if (isError) {
      expect(text, tool.name).toMatch(/^.+: .+\. What to do: .+\.$/su)
      expect(structuredContent, tool.name).toMatchObject({ refusal: { kind: expect.any(String) } })
      continue
    }
    good.push(tool.name)
    expect(tool.outputSchema, tool.name).toBeDefined()
    const fits = ajv.compile(tool.outputSchema as object)
    expect(fits(structuredContent), `${tool.name}: ${ajv.errorsText(fits.errors)}`).toBe(true)
  }
  expect(good).toEqual(
    expect.arrayContaining([
      'status_list',
      'plan_status',
      'status_step',
      'why',
      'list_ready',
      'attempt_log',
      'run_wait',
    ]),
  )
  expect(good.length).toBeGreaterThan(20)
})

it('calls idempotent only what changes nothing the second time', async () => {
  for (const tool of toolsOf(portOf('owner'))) {
    if (tool.annotations.readOnlyHint || !tool.annotations.idempotentHint) continue
    const house = busyHouse()
    house.say(wish('blocker.raise', 'ann', { on: '001-photo-albums', kind: 'external', owner: 'eve', notes: 'wait' }))
    const { url } = await serve(house)
    const { client } = await peer(url, 'owner')
    const given = {
      ...minimal(tool.name),
      ...(tool.name === 'blocker_clear' ? { blocker: [...house.state.blockers.keys()][0] } : {}),
    }
    await client.callTool({ name: tool.name, arguments: given })
    const after = house.state.seq
    await client.callTool({ name: tool.name, arguments: given })
    expect(house.state.seq, tool.name).toBe(after)
  }
})

it('gives hints that are true of the shape and the right', () => {
  const all = new Map(
    toolsOf({ ...portOf('owner'), caller: { name: 'ann', may: everything } }).map((one) => [one.name, one]),
  )
  const hints = (name: string) => all.get(name)?.annotations
  expect(hints('plan_status')).toEqual({
    readOnlyHint: true,
    destructiveHint: false,
    idempotentHint: true,
    openWorldHint: false,
  })
  expect(hints('run')).toMatchObject({ readOnlyHint: false, destructiveHint: false, idempotentHint: false })
  for (const name of ['cancel', 'step_cancel', 'attempt_forget', 'clone_discard', 'answer_question', 'workspace_trust'])
    expect(hints(name), name).toMatchObject({ readOnlyHint: false, destructiveHint: true })
  for (const tool of all.values()) {
    const method = toolNamed(portOf('owner'), tool.name)
    expect(tool.annotations.readOnlyHint).toBe(method?.shape === 'view' || method?.shape === 'read')
  }
})
