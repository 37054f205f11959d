// Plays recorded streams to an executor: in the pieces that a test wants, cut off where it wants.
import { readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Assignment, Child, Executor, Report } from '../../src/core/ports.ts'
import type { AcpOptions } from '../../src/executors/acp/options.ts'
import { claudeExecutor, codexExecutor } from '../../src/executors/index.ts'
import { assignment } from '../agents/native.ts'
import { allOf } from './executor.case.ts'

const streams = join(import.meta.dirname, '..', 'fixtures', 'streams')

export interface Recording {
  readonly name: string
  readonly program: 'codex' | 'claude'
  readonly bytes: Uint8Array
}

export const recordings: readonly Recording[] = readdirSync(streams).map((file) => ({
  name: file.replace('.jsonl', ''),
  program: file.startsWith('codex') ? 'codex' : 'claude',
  bytes: readFileSync(join(streams, file)),
}))

const makers: Readonly<Record<Recording['program'], (options: AcpOptions) => Executor>> = {
  codex: codexExecutor,
  claude: claudeExecutor,
}

export interface Played {
  readonly reports: readonly Report[]
  /** What was written to the program. */
  readonly written: string
}

export interface Play {
  readonly program: Recording['program']
  readonly out: readonly Uint8Array[]
  readonly err?: string
  readonly code?: number
  readonly answer?: (report: Extract<Report, { kind: 'asked' }>) => string | undefined
  readonly more?: Partial<Assignment>
}

export async function play({ program, out, err = '', code = 0, answer, more }: Play): Promise<Played> {
  const written: string[] = []
  async function* output(): Child['output'] {
    if (err !== '') yield { from: 'err', bytes: Buffer.from(err) }
    for (const bytes of out) yield { from: 'out', bytes }
  }
  const child: Child = {
    pid: 7,
    output: output(),
    ended: Promise.resolve({ code, signal: null }),
    write: (bytes) => void written.push(Buffer.from(bytes).toString('utf8')),
    closeInput: () => void written.push('<end>'),
    stop: async () => undefined,
  }
  const start = async (): Promise<Child> => child
  const clock = { monotonic: () => 0, now: () => Date.UTC(2026, 10, 20), after: () => () => undefined }
  const executor = makers[program]({ spawner: { start }, environment: {}, clock })
  const agent = { ...assignment(program, '/work').agent, argv: ['agent'] }
  const run = executor.start(
    assignment(program, '/work', { home: join(tmpdir(), 'baton-played-home'), agent, ...more }),
  )
  const reports: Report[] = []
  if (answer === undefined) reports.push(...(await allOf(run.reports)))
  else
    for await (const report of run.reports) {
      reports.push(report)
      if (report.kind !== 'asked') continue
      run.answer(report.question.id, answer(report))
      // Neither of these may change anything.
      run.answer(report.question.id, 'deny')
      run.answer('nobody asked this', 'allow')
    }
  return { reports, written: written.join('') }
}

/** Where pieces of one text were parted does not matter. */
export function joined(reports: readonly Report[]): unknown[] {
  const all: { key: string; value: unknown; text: string }[] = []
  for (const report of reports) {
    const text = report.kind === 'said' ? report.text : textOf(report)
    const key = report.kind === 'said' ? `said ${report.from}` : report.kind === 'told' ? report.update.kind : ''
    const last = all.at(-1)
    if (text !== undefined && last?.key === key) last.text += text
    else all.push({ key, value: text === undefined ? report : undefined, text: text ?? '' })
  }
  return all
}

function textOf(report: Report): string | undefined {
  if (report.kind !== 'told') return undefined
  const { update } = report
  return update.kind === 'message' || update.kind === 'thought' ? update.text : undefined
}

/** The stream in pieces that begin at each of these places. */
export function cut(bytes: Uint8Array, ...at: readonly number[]): Uint8Array[] {
  return [0, ...at].map((from, index) => bytes.subarray(from, at[index] ?? bytes.length))
}
