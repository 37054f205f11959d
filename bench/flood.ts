// Agents that say ten thousand lines a second in a real house: how long a line takes to whoever watches, what else waits, and what it costs in memory.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  createReadStream,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { connect as dial } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { connect } from '../src/cli/connect.ts'
import { type Figure, median, report } from './figure.ts'
import { mark, markDigits, micros } from './flooding.ts'

const rate = 10_000
const apartMs = 100
const agent = new URL('./flooding.ts', import.meta.url).pathname

/** The house as `baton serve` opens it, in a process of its own, so that its memory is its own. */
const served = `
const { openServer } = await import(process.argv[1])
const server = await openServer({ home: process.argv[2], port: 0, env: {} })
process.stdout.write(server.urls[0] + '\\n')
`

interface Kind {
  readonly name: string
  readonly executor: 'shell' | 'acp'
  readonly says: 'plain' | 'acp' | 'tools'
  readonly agents: number
  readonly seconds: number
}

const kinds: readonly Kind[] = [
  { name: 'shell', executor: 'shell', says: 'plain', agents: 1, seconds: 20 },
  { name: 'acp', executor: 'acp', says: 'acp', agents: 1, seconds: 20 },
  { name: 'acp, tools', executor: 'acp', says: 'tools', agents: 1, seconds: 10 },
  { name: 'shell, 8 at once', executor: 'shell', says: 'plain', agents: 8, seconds: 8 },
  { name: 'acp, 8 at once', executor: 'acp', says: 'acp', agents: 8, seconds: 8 },
]

const at = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN

/** Milliseconds from the agent's write to here, of every line that says when it was written. */
function hear(port: number, path: string | undefined, key: string, took: number[]): () => void {
  const socket = dial(port, '127.0.0.1')
  if (path !== undefined)
    socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${key}\r\n\r\n`)
  let rest = ''
  socket.on('data', (bytes) => {
    const now = micros()
    const text = rest + bytes.toString('latin1')
    let from = 0
    for (let found = text.indexOf(mark); found >= 0; found = text.indexOf(mark, from)) {
      if (found + mark.length + markDigits > text.length) break
      from = found + mark.length + markDigits
      took.push((now - Number(text.slice(found + mark.length, from))) / 1000)
    }
    rest = text.slice(Math.max(from, text.length - mark.length - markDigits))
  })
  socket.on('error', () => undefined)
  return () => socket.destroy()
}

const kilobytes = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)

interface Found {
  readonly lines: readonly number[]
  readonly facts: readonly number[]
  readonly calls: readonly number[]
  /** Megabytes: before, while it went on, at the end of it. */
  readonly rss: readonly [number, number, number]
  readonly said: number
  readonly written: number
}

const yaml = ({ executor, says, agents, seconds }: Kind, go: string): string => `agents:
  quick: {executor: shell, command: [sh, -c, 'sleep 0.1; mkdir -p out; echo x > "out/$BATON_KEY.txt"'], seats: 1}
  flood: {executor: ${executor}, command: [${process.execPath}, ${agent}, ${says}, "${seconds}", "${rate}"], seats: 8, env: {FLOOD_GO: ${go}}}
default-agent: quick
desired: ${agents + 1}
tries: 1
steps:
${Array.from({ length: agents }, (_, n) => `  F${n + 1}: {agent: flood}\n`).join('')}`

function plan({ agents }: Kind): string {
  const steps = [
    ...Array.from({ length: agents }, (_, n) => `F${n + 1}`),
    ...Array.from({ length: 100 }, (_, n) => `T${n + 1}`),
  ]
  const lines = steps.map((key) =>
    JSON.stringify({
      ...{ key, title: key, order: 1, parallelizable: true, entryCriteria: [], exitCriteria: ['it is done'] },
      responsibleRole: 'coder',
    }),
  )
  return `id: wf\nname: wf\nversion: "1.0"\nsteps:\n${lines.map((line) => `  - ${line}\n`).join('')}`
}

function repository(path: string, kind: Kind): void {
  mkdirSync(path)
  writeFileSync(join(path, 'baton.yaml'), yaml(kind, join(path, '..', 'go')))
  writeFileSync(join(path, 'wf.yaml'), plan(kind))
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' }
  for (const args of [
    ['init', '-q', '-b', 'main'],
    ['add', '-A'],
    ['-c', 'user.name=B', '-c', 'user.email=b@b', 'commit', '-qm', 'x'],
  ])
    execFileSync('git', args, { cwd: path, env })
}

/** Lines in the stored log, in the order in which they were said; throws when one is missing or out of place. */
async function stored(home: string): Promise<number> {
  let written = 0
  for (const name of readdirSync(join(home, 'transcripts')).filter((one) => one.includes('~F'))) {
    let next = 0
    let said = -1
    for await (const line of createInterface({ input: createReadStream(join(home, 'transcripts', name)) })) {
      const { text } = JSON.parse(line) as { text: string }
      for (const [, n, total] of text.matchAll(/^(?:n=(\d+) |said (\d+)$)/gm)) {
        if (total !== undefined) said = Number(total)
        else if (Number(n) !== next++) throw new Error(`${name}: line ${next - 1} is not there, but ${n}`)
      }
    }
    if (said !== next) throw new Error(`${name}: ${said} lines were said, ${next} are written`)
    written += next
  }
  return written
}

async function inHouse(kind: Kind): Promise<Found> {
  const place = realpathSync(mkdtempSync(join(tmpdir(), 'baton-bench-flood-')))
  const [home, path] = [join(place, 'home'), join(place, 'repository')]
  repository(path, kind)
  const preset = new URL('../src/presets/server.ts', import.meta.url).href
  mkdirSync(home, { mode: 0o700 })
  const argv = ['--no-warnings', '--input-type=module', '-e', served, preset, home]
  const child: ChildProcess = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] })
  const closing: (() => void)[] = []
  try {
    const [line] = (await once(child.stdout ?? child, 'data')) as [Buffer]
    const port = Number(new URL(line.toString().trim()).port)
    const key = readFileSync(join(home, 'token'), 'utf8').trim()
    const house = await connect('write', { home, folder: path })
    await house.call('workspace/init', { isolation: 'none', clones: 'shared' })
    const { configuration } = await house.call('workspace/look', { quick: true })
    if (configuration?.digest === undefined) throw new Error('baton.yaml cannot be used')
    await house.call('workspace/trust', { digest: configuration.digest })
    return await watched({ kind, house, port, key, pid: child.pid ?? 0, home, closing })
  } finally {
    for (const close of closing) close()
    child.kill('SIGTERM')
    if (child.exitCode === null) await once(child, 'exit')
    rmSync(place, { recursive: true, force: true })
  }
}

async function settled(what: string, come: () => Promise<boolean>): Promise<void> {
  for (
    const until = performance.now() + 60_000;
    !(await come());
    await new Promise((done) => setTimeout(done, apartMs))
  )
    if (performance.now() > until) throw new Error(`waited too long for ${what}`)
}

interface Watch {
  readonly kind: Kind
  readonly house: Awaited<ReturnType<typeof connect>>
  readonly port: number
  readonly key: string
  readonly pid: number
  readonly home: string
  readonly closing: (() => void)[]
}

async function watched({ kind, house, port, key, pid, home, closing }: Watch): Promise<Found> {
  const [lines, facts, calls, rss]: number[][] = [[], [], [], []]
  const follow = async (): Promise<void> => {
    for await (const entry of house.stream('journal/follow', { after: 0 }))
      if (entry.stream === 'wf' && !JSON.stringify(entry.data).includes('wf/F')) facts?.push(Date.now() - entry.at)
  }
  void follow().catch(() => undefined)
  await house.call('run/start', { plan: 'wf.yaml', parallel: kind.agents + 1 })
  const all = Array.from({ length: kind.agents }, (_, n) => `wf/F${n + 1}/1`)
  await settled('all agents to begin', async () => {
    const { list } = await house.call('status/item', { item: 'wf', limit: kind.agents })
    return list.every(({ attempts }) => attempts > 0)
  })
  for (const attempt of all)
    closing.push(hear(port, `/events?transcript=${encodeURIComponent(attempt)}@0`, key, lines ?? []))
  facts?.splice(0)
  const before = kilobytes(pid)
  writeFileSync(join(home, '..', 'go'), '')
  for (const until = performance.now() + kind.seconds * 1000; performance.now() < until; ) {
    const began = performance.now()
    await house.call('blocker/list', {})
    calls?.push(performance.now() - began)
    rss?.push(kilobytes(pid))
    await new Promise((done) => setTimeout(done, apartMs))
  }
  await settled('all agents to end', async () => {
    const shown = await Promise.all(all.map((attempt) => house.call('attempt/show', { attempt, limit: 0 })))
    for (const { outcome } of shown)
      if (outcome !== undefined && outcome.kind !== 'succeeded') throw new Error(outcome.why)
    return shown.every(({ endedAt }) => endedAt !== undefined)
  })
  const written = await stored(home)
  await house.close()
  const part = (from: number, to: number): number =>
    median((rss ?? []).slice(Math.floor((rss?.length ?? 0) * from), Math.floor((rss?.length ?? 0) * to))) / 1024
  return {
    ...{ lines: lines ?? [], facts: facts ?? [], calls: calls ?? [] },
    rss: [before / 1024, part(0.3, 0.5), part(0.8, 1)],
    said: written / kind.seconds / kind.agents,
    written,
  }
}

async function barely({ agents, seconds }: Kind): Promise<readonly number[]> {
  const place = mkdtempSync(join(tmpdir(), 'baton-bench-flood-'))
  const short = Math.min(seconds, 5)
  const argv = ['--no-warnings', agent, 'bare', String(agents), String(short), String(rate), join(place, 'log')]
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    const [port] = (await once(child.stdout, 'data')) as [Buffer]
    const took: number[] = []
    const close = hear(Number(port), undefined, '', took)
    await new Promise((done) => setTimeout(done, short * 1000 + 500))
    close()
    return took
  } finally {
    child.kill('SIGKILL')
    rmSync(place, { recursive: true, force: true })
  }
}

export async function measure(asked = process.env.FLOOD ?? ''): Promise<readonly Figure[]> {
  const figures: Figure[] = []
  for (const kind of kinds.filter(({ name }) => new RegExp(asked).test(name))) {
    const limit = at(await barely(kind), 0.95)
    figures.push(...figuresOf(kind, await inHouse(kind), limit))
  }
  return figures
}

function figuresOf({ name, agents }: Kind, found: Found, limit: number): Figure[] {
  const late = (what: string, took: readonly number[], note: string): Figure => {
    const value = at(took, 0.95)
    return { name: `${what} (${name}), p95`, value, unit: 'ms', bar: '≤ 200 ms', met: value <= 200, note }
  }
  const [before, begin, end] = found.rss
  const grown = end - begin
  return [
    {
      ...late('from an agent’s write to a watcher', found.lines, ''),
      ...{ limit, ratio: at(found.lines, 0.95) / limit },
      note: `limit: a bare pipe, file and socket; p50 ${at(found.lines, 0.5).toFixed(0)}, worst ${at(found.lines, 1).toFixed(0)} ms; ${Math.round(found.said)} lines/s of ${agents === 1 ? 'the' : 'each'} agent, all ${found.written} stored in order`,
    },
    late('a fact of another step meanwhile', found.facts, `${found.facts.length} facts`),
    late('a call meanwhile', found.calls, `${found.calls.length} calls`),
    {
      ...{
        name: `memory grown in the second half (${name})`,
        value: grown,
        unit: 'MB',
        bar: '≤ 32 MB',
        met: grown <= 32,
      },
      note: `${Math.round(before)} MB before, ${Math.round(begin)} then ${Math.round(end)} MB while it went on`,
    },
  ]
}

if (import.meta.main) await report(measure)
