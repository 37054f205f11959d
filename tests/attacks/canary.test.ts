// Real agents in a repository that wants to send them elsewhere: its server hears nothing, whether an agent asks its vendor or a model of one's own.
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { ModelSpec } from '../../src/core/nouns/model.ts'
import type { Assignment, Executor, Report } from '../../src/core/ports.ts'
import type { AcpOptions } from '../../src/executors/acp/options.ts'
import { acpExecutor, claudeExecutor, codexExecutor } from '../../src/executors/index.ts'
import { findProgram, programOf } from '../../src/executors/programs/index.ts'
import { createSpawner } from '../../src/spawners/index.ts'
import { scriptedModel } from '../agents/model.ts'
import { listener, modelAt } from '../agents/native.ts'
import { assignment } from '../executors/assignment.ts'
import { hostileFiles } from './hostile.ts'

vi.setConfig({ testTimeout: 120_000 })

const makers: Readonly<Record<string, (options: AcpOptions) => Executor>> = {
  acp: acpExecutor,
  codex: codexExecutor,
  claude: claudeExecutor,
}
/** Long enough to have read its settings and to have asked its vendor, whom it cannot reach with such a key. */
const vendorMs = 20_000

interface Tried {
  readonly heard: readonly string[]
  readonly reports: readonly Report[]
}

/** The key looks like one, and is nobody's. */
const keyOf = (name: string): string => `canary-${name.toLowerCase()}-0123456789abcdef`

async function tried(program: string, executor: string, model: ModelSpec | undefined): Promise<Tried> {
  const evil = await listener(200, {})
  onTestFinished(() => evil.close())
  // Codex trusts nothing below the folder for temporary things.
  const place = join(homedir(), '.cache', 'baton', 'tests')
  mkdirSync(place, { recursive: true })
  const root = realpathSync(mkdtempSync(join(place, 'canary-')))
  const [folder, home] = [join(root, 'work'), join(root, 'home')]
  for (const [path, text] of Object.entries(hostileFiles(evil.url))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
    if (path.includes('hooks/Task')) chmodSync(join(folder, path), 0o755)
  }
  execFileSync('git', ['init', '-q'], { cwd: folder })
  const ours = mkdtempSync(join(tmpdir(), 'baton-canary-'))
  const spawner = await createSpawner({ home: ours, graceMs: 300 })
  const environment = { PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8', TERM: 'dumb', TMPDIR: '/tmp', CI: '1' }
  const make = makers[executor] ?? acpExecutor
  const one = make({ spawner, environment, scratch: place, key: async (name) => keyOf(name) })
  const base = assignment({
    folder,
    agent: {
      ...{ name: program, executor, program, argv: [], env: {}, network: 'all', seats: 1, roles: [] },
      timeoutMs: 100_000,
    },
  })
  const order: Assignment = { ...base, home, prompt: 'Write hello.txt.', ...(model === undefined ? {} : { model }) }
  const run = one.start(order)
  const calm = model === undefined ? setTimeout(() => void run.stop('it is enough'), vendorMs) : undefined
  const reports: Report[] = []
  for await (const report of run.reports) {
    reports.push(report)
    if (report.kind === 'asked') run.answer(report.question.id, report.question.options[0]?.id)
  }
  clearTimeout(calm)
  await spawner.close()
  for (const one of [root, ours]) rmSync(one, { recursive: true, force: true })
  return { heard: evil.asked, reports }
}

const refused = (reports: readonly Report[]): boolean => {
  const last = reports.at(-1)
  return last?.kind === 'ended' && last.outcome.why.includes('is not started: the repository holds')
}

const cases = [
  ['claude', 'claude'],
  ['claude', 'acp'],
  ['codex', 'codex'],
  ['codex', 'acp'],
  ['copilot', 'acp'],
  ['gemini', 'acp'],
  ['qwen', 'acp'],
  ['opencode', 'acp'],
  ['cline', 'acp'],
  ['pi', 'acp'],
] as const

describe.each(cases)('%s by %s', (program, executor) => {
  const driven = executor === 'acp' ? (programOf(program)?.adapter ?? program) : program
  const missing = [driven, ...(programOf(driven)?.needs ?? [])].filter((name) => findProgram(name) === undefined)

  it('asks a model of one’s own, and nobody else', async (ctx) => {
    if (missing.length > 0)
      ctx.skip(`${missing.join(' and ')} is not installed: npm run agents:install ${missing.join(' ')}`)
    const model = await scriptedModel(({ results }) =>
      results.length > 0 ? { say: 'Done.' } : { run: 'echo hi > hello.txt' },
    )
    onTestFinished(() => model.stop())
    const id = program === 'claude' ? 'claude-sonnet-4-5' : program === 'gemini' ? 'gemini-2.5-pro' : 'mock-model'
    const { heard, reports } = await tried(program, executor, modelAt(model.url, id))
    expect(heard.map((one) => one.slice(0, 300))).toEqual([])
    // Where a program cannot be told to leave a repository's files alone, it is not started, and that is said.
    if (!refused(reports)) expect(model.asked.length, JSON.stringify(reports.at(-1))).toBeGreaterThan(0)
  })

  it('asks its vendor with a key, and nobody else', async (ctx) => {
    if (missing.length > 0)
      ctx.skip(`${missing.join(' and ')} is not installed: npm run agents:install ${missing.join(' ')}`)
    const { heard, reports } = await tried(program, executor, undefined)
    expect(heard.map((one) => one.slice(0, 300))).toEqual([])
    expect(reports.at(-1)?.kind).toBe('ended')
  })
})
