// The ground for native drivers: the real program in a folder of its own, a scripted model, and what it wrote kept as it came.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ModelSpec } from '../../src/core/nouns/model.ts'
import { builtInRoles, type Role } from '../../src/core/nouns/role.ts'
import type { Assignment, Executor, Report, Run, Spawner } from '../../src/core/ports.ts'
import type { AcpOptions } from '../../src/executors/acp/options.ts'
import { createSpawner } from '../../src/spawners/index.ts'

export interface Ground {
  readonly folder: string
  readonly home: string
  run(more?: Partial<Assignment>): Heard
  close(): Promise<void>
}

export interface Heard {
  readonly run: Run
  /** Every report once it has ended; `each` may answer. */
  all(each?: (report: Report, run: Run) => void): Promise<Report[]>
  /** What the program wrote on its standard output. */
  raw(): string
}

export const roleOfCoder = builtInRoles.find(({ name }) => name === 'coder') as Role

export function modelAt(endpoint: string, id = 'mock-model'): ModelSpec {
  const common = {
    name: 'mock',
    provider: 'mock',
    dialect: 'openai',
    tier: 'small',
    local: true,
    tools: 'native',
  } as const
  return { ...common, id, endpoint, account: 'mock' }
}

let attempts = 0

export function assignment(program: 'codex' | 'claude', folder: string, more: Partial<Assignment> = {}): Assignment {
  attempts += 1
  const step = { key: 'T1', title: 'Say hello', brief: '', order: 1, group: '', after: [], parallel: false }
  return {
    attempt: `001-x/T1/${process.pid}${attempts}`,
    fence: 1,
    item: '001-x',
    step: { ...step, writes: [], locks: [], role: 'coder', ticked: false },
    agent: {
      name: program,
      executor: program,
      program,
      argv: [],
      env: {},
      network: 'all',
      seats: 1,
      roles: [],
      timeoutMs: 60_000,
    },
    folder,
    base: 'a'.repeat(40),
    prompt: 'Write hello.txt.',
    stable: 0,
    feedback: '',
    isolation: 'none',
    timeoutMs: 60_000,
    silenceMs: 0,
    limits: {},
    role: roleOfCoder,
    readsOnly: false,
    tools: [],
    ...more,
  }
}

/** HOME lies outside the folder for temporary things: Codex trusts nothing there. */
export async function ground(
  program: 'codex' | 'claude',
  make: (options: AcpOptions) => Executor,
  options: Partial<AcpOptions> = {},
): Promise<Ground> {
  const place = join(homedir(), '.cache', 'baton', 'tests')
  mkdirSync(place, { recursive: true })
  const home = mkdtempSync(join(place, 'home-'))
  const folder = mkdtempSync(join(tmpdir(), 'baton-native-'))
  const ours = mkdtempSync(join(tmpdir(), 'baton-spawner-'))
  const spawner = await createSpawner({ home: ours, graceMs: 300 })
  const environment = { PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8', TERM: 'dumb', TMPDIR: '/tmp', CI: '1' }
  const bytes: Uint8Array[] = []
  const executor = make({ spawner: kept(spawner, bytes), environment, scratch: place, ...options })
  return {
    folder,
    home,
    run: (more) => {
      bytes.length = 0
      const run = executor.start(assignment(program, folder, { home, ...more }))
      return { run, all: (each) => allOf(run, each), raw: () => Buffer.concat(bytes).toString('utf8') }
    },
    close: async () => {
      await spawner.close()
      for (const one of [ours, home, folder]) rmSync(one, { recursive: true, force: true })
    },
  }
}

export interface Listener {
  readonly url: string
  /** Head and body of every request, as text. */
  readonly asked: string[]
  close(): Promise<void>
}

/** A server that gives everybody the same answer, for what the scripted model cannot say or see. */
export async function listener(
  status: number,
  answer: unknown,
  headers: Record<string, string> = {},
): Promise<Listener> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      asked.push(`${request.url} ${JSON.stringify(request.headers)}\n${Buffer.concat(parts).toString('utf8')}`)
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(answer))
    })
  })
  server.on('connect', (request, socket) => {
    asked.push(`CONNECT ${request.url} ${JSON.stringify(request.headers)}\n`)
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')
  })
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  const close = (): Promise<void> =>
    new Promise((done) => {
      server.close(() => done())
      server.closeAllConnections()
    })
  return { url: `http://127.0.0.1:${port}`, asked, close }
}

async function allOf(run: Run, each?: (report: Report, run: Run) => void): Promise<Report[]> {
  const all: Report[] = []
  for await (const report of run.reports) {
    all.push(report)
    each?.(report, run)
  }
  return all
}

function kept(spawner: Spawner, bytes: Uint8Array[]): Pick<Spawner, 'start'> {
  return {
    start: async (order) => {
      const child = await spawner.start(order)
      async function* output(): typeof child.output {
        for await (const part of child.output) {
          if (part.from === 'out') bytes.push(part.bytes)
          yield part
        }
      }
      return {
        pid: child.pid,
        output: output(),
        ended: child.ended,
        write: (written) => child.write(written),
        closeInput: () => child.closeInput(),
        stop: () => child.stop(),
      }
    },
  }
}

const streams = join(import.meta.dirname, '..', 'fixtures', 'streams')

/** Keeps a recording when asked to (BATON_RECORD=1): places, ports and what is long and says nothing are taken out. */
export function record(name: string, raw: string, { folder, home }: Ground): void {
  if (process.env.BATON_RECORD !== '1') return
  const told = raw
    .replaceAll(folder, '/work')
    .replaceAll(home, '/home/agent')
    .replaceAll(homedir(), '/home/person')
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:1234')
  mkdirSync(streams, { recursive: true })
  const lines = told.split('\n').map((line) => (line.includes('"subtype":"init"') ? shortened(line) : line))
  writeFileSync(join(streams, `${name}.jsonl`), lines.join('\n'))
}

function shortened(line: string): string {
  const event = JSON.parse(line) as Record<string, unknown>
  const small = Object.entries(event).filter(([, value]) => !Array.isArray(value))
  return JSON.stringify(Object.fromEntries(small))
}
