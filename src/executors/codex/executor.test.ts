// How Codex is started: hermetic, in the right sandbox, with nothing secret on its command line.
import { expect, it } from 'vitest'
import type { Assignment } from '../../core/ports.ts'
import type { Seat } from '../programs/index.ts'
import { flattened, furnish } from './executor.ts'

function seat(more: Partial<Assignment> = {}, agent: Partial<Assignment['agent']> = {}): Seat {
  const given = { isolation: 'basic', readsOnly: false, tools: [], ...more }
  return {
    assignment: { ...given, agent: { network: 'all', ...agent } } as unknown as Assignment,
    folder: '/baton/work',
    keys: [],
  }
}

const settings = (of: Seat, resume?: string): string[] =>
  (furnish(of, resume).args ?? []).filter((one) => one.includes('='))

it('keeps its own sandbox only where there is none of ours', () => {
  expect(settings(seat())).toContain('sandbox_mode="danger-full-access"')
  expect(settings(seat({ isolation: 'strict' }))).toContain('sandbox_mode="danger-full-access"')
  expect(settings(seat({ isolation: 'none' }))).toContain('sandbox_mode="workspace-write"')
  expect(settings(seat({ isolation: 'none' }))).toContain('sandbox_workspace_write.network_access=true')
  expect(settings(seat({ isolation: 'none' }, { network: 'none' }))).toContain(
    'sandbox_workspace_write.network_access=false',
  )
  expect(settings(seat({ isolation: 'none', readsOnly: true }))).toContain('sandbox_mode="read-only"')
})

it('asks nobody, whatever its profile says, and starts no agents unless it says so', () => {
  const wild = seat({}, { options: { approval_policy: 'on-request', effort: 'high', 'bad name': 'x' } })
  expect(settings(wild)).toContain('approval_policy="never"')
  expect(settings(wild).filter((one) => one.startsWith('approval_policy'))).toHaveLength(1)
  expect(settings(wild)).toContain('model_reasoning_effort="high"')
  expect(settings(wild).join()).not.toContain('bad name')
  expect(settings(seat())).toContain('features.multi_agent=false')
  expect(settings(seat({}, { subagents: true }))).toContain('features.multi_agent=true')
})

it('shows no secret on its command line', () => {
  const tools = [{ name: 'baton', url: 'http://127.0.0.1:1/mcp', token: 'sesame' }]
  const { args, env } = furnish(seat({ tools }), undefined)
  expect(args?.join(' ')).not.toContain('sesame')
  expect(args).toContain('mcp_servers.baton.bearer_token_env_var="BATON_TOOLS_TOKEN_1"')
  expect(env?.BATON_TOOLS_TOKEN_1).toBe('sesame')
})

it('takes its prompt from its input, also when it goes on', () => {
  expect(furnish(seat(), undefined).args?.at(-1)).toBe('-')
  expect(furnish(seat(), 'thread-1').args?.slice(-3)).toEqual(['resume', 'thread-1', '-'])
})

it('writes settings as its command line takes them', () => {
  expect(flattened({ a: { b: { c: 1 }, d: 'x"y' }, e: true, f: ['g'] })).toEqual([
    'a.b.c=1',
    'a.d="x\\"y"',
    'e=true',
    'f=["g"]',
  ])
})
