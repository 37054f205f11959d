// How Claude Code is started: every permission asked, no setting of the repository read, nothing secret on its command line.
import { expect, it } from 'vitest'
import type { Assignment } from '../../core/ports.ts'
import type { Seat } from '../programs/index.ts'
import { furnish } from './executor.ts'

function seat(more: Partial<Assignment> = {}, agent: Partial<Assignment['agent']> = {}): Seat {
  const given = { isolation: 'basic', readsOnly: false, tools: [], ...more }
  return {
    assignment: { ...given, agent: { network: 'all', ...agent } } as unknown as Assignment,
    folder: '/baton/work',
    keys: [],
  }
}

const after = (of: Seat, option: string, resume?: string): string | undefined => {
  const args = furnish(of, resume).args ?? []
  const at = args.indexOf(option)
  return at === -1 ? undefined : args[at + 1]
}

it('reads no settings and no servers of the repository, and no commands in a prompt', () => {
  expect(after(seat(), '--setting-sources')).toBe('')
  expect(furnish(seat(), undefined).args).toEqual(
    expect.arrayContaining(['--strict-mcp-config', '--disable-slash-commands']),
  )
})

it('asks for every permission', () => {
  expect(after(seat(), '--permission-prompt-tool')).toBe('stdio')
  expect(after(seat(), '--permission-mode')).toBe('default')
  expect(after(seat({}, { options: { mode: 'acceptEdits' } }), '--permission-mode')).toBe('acceptEdits')
})

it('withholds what reaches beyond its attempt', () => {
  const names = (of: Seat): readonly string[] => (after(of, '--disallowedTools') ?? '').split(',')
  expect(names(seat())).toEqual(expect.arrayContaining(['Agent', 'Task', 'Workflow', 'CronCreate', 'EnterWorktree']))
  expect(names(seat({}, { subagents: true }))).not.toContain('Agent')
  expect(names(seat())).not.toContain('Write')
  expect(names(seat({ readsOnly: true }))).toEqual(expect.arrayContaining(['Edit', 'Write', 'NotebookEdit']))
})

it('shows no secret on its command line', () => {
  const tools = [{ name: 'baton', url: 'http://127.0.0.1:1/mcp', token: 'sesame' }]
  const { args, env } = furnish(seat({ tools }), undefined)
  expect(args?.join(' ')).not.toContain('sesame')
  expect(env?.BATON_TOOLS_TOKEN_1).toBe('sesame')
})

it('goes on with a session, and takes options of a profile', () => {
  expect(after(seat(), '--resume')).toBeUndefined()
  expect(after(seat(), '--resume', 'session-1')).toBe('session-1')
  const chosen = seat({}, { options: { effort: 'high', outputStyle: 'terse' } })
  expect(after(chosen, '--effort')).toBe('high')
  expect(after(chosen, '--settings')).toBe('{"outputStyle":"terse"}')
})
