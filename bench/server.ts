// Measures the HTTP door: validated reads a second on one core beside a bare server, and pages of a record of a million facts.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { Agent, get } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { evolve } from '../src/core/evolve/index.ts'
import { emptyState } from '../src/core/state.ts'
import { writeFormat } from '../src/engine/journal/format.ts'
import { openJournal } from '../src/engine/journal/open.ts'
import { factTypes } from '../src/engine/open.ts'
import { snapshotText } from '../src/engine/snapshots.ts'
import { sqlite } from '../src/stores/sqlite.ts'
import { type Figure, median, report } from './figure.ts'
import { writeHistory, writeUnderWay } from './history.ts'

const facts = 1_000_000
const rounds = 5
const secondsARound = 2
const connections = 32
const pages = 2000

/** The server as `baton serve` opens it, from what users install. */
const served = `
const { openServer } = await import(process.argv[1])
const server = await openServer({ home: process.argv[2], port: 0, env: {} })
process.stdout.write(server.urls[0] + '\\n')
`
/** The least a server can do: the same bytes, without a guard, a route or a check. */
const bare = `
const { createServer } = await import('node:http')
const body = Buffer.from(process.argv[1])
const server = createServer((request, response) => {
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': body.length })
  response.end(body)
})
server.listen(0, '127.0.0.1', () => process.stdout.write('http://127.0.0.1:' + server.address().port + '\\n'))
`

export async function measure(): Promise<readonly Figure[]> {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'baton-bench-server-')))
  const children: ChildProcess[] = []
  try {
    const head = await fill(home)
    const preset = new URL('../src/presets/server.ts', import.meta.url).href
    const ours = await begin(children, served, preset, home)
    const key = readFileSync(join(home, 'token'), 'utf8').trim()
    const path = '/api/status/step?step=open-0%2FT050'
    const body = await text(`${ours}${path}`, key)
    const floor = await begin(children, bare, body)
    const reads: number[] = []
    const floors: number[] = []
    for (let round = 0; round <= rounds; round += 1) {
      const one = await load(ours, path, key)
      const other = await load(floor, '/', key)
      if (round === 0) continue
      reads.push(one)
      floors.push(other)
    }
    const took = await pageTimes(ours, key, head)
    return [readsFigure(median(reads), median(floors)), ...pageFigures(took)]
  } finally {
    for (const child of children) child.kill('SIGKILL')
    rmSync(home, { recursive: true, force: true })
  }
}

function readsFigure(reads: number, floor: number): Figure {
  return {
    name: 'validated reads a second, one core',
    value: reads,
    unit: '/s',
    limit: floor,
    ratio: reads / floor,
    bar: '≥ 10,000/s',
    met: reads >= 10_000,
    note: 'limit: a bare server that gives the same bytes',
  }
}

function pageFigures(took: readonly number[]): Figure[] {
  const at = (share: number): number => took[Math.floor(took.length * share)] ?? 0
  const name = `page of 100 at ${facts.toLocaleString('en')} facts`
  return [
    { name: `${name}, p50`, value: at(0.5), unit: 'ms', bar: '≤ 1 ms', met: at(0.5) <= 1 },
    { name: `${name}, p99`, value: at(0.99), unit: 'ms', bar: '≤ 5 ms', met: at(0.99) <= 5 },
  ]
}

async function fill(home: string): Promise<number> {
  writeFormat(home)
  const store = await sqlite.open(home)
  await writeHistory(store, facts)
  const head = await writeUnderWay(store, 10, 0)
  const state = emptyState()
  const journal = await openJournal(store, { types: factTypes, each: (entry) => evolve(state, entry) })
  const { writeFileSync } = await import('node:fs')
  writeFileSync(join(home, 'snapshot.json'), snapshotText(journal, state))
  await journal.close()
  await store.close()
  return head
}

/** On one core where the machine lets us say so. */
function begin(children: ChildProcess[], script: string, ...given: string[]): Promise<string> {
  const node = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script, ...given]
  const pinned = spawnSync('taskset', ['-V']).status === 0
  const [program, argv] = pinned ? ['taskset', ['-c', '0', process.execPath, ...node]] : [process.execPath, node]
  const child = spawn(program as string, argv as string[], { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  return new Promise((resolve, reject) => {
    let said = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      said += String(chunk)
      if (said.includes('\n')) resolve(said.trim())
    })
    child.once('exit', (code) => reject(new Error(`The server of the measurement ended with ${code}.`)))
  })
}

/** Requests a second over connections that stay open: the next one goes out as soon as an answer has come whole. */
function load(url: string, path: string, key: string): Promise<number> {
  const { hostname, port, host } = new URL(url)
  const request = `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${key}\r\n\r\n`
  let answers = 0
  const sockets = Array.from({ length: connections }, () => {
    const socket = connect(Number(port), hostname)
    let held = ''
    socket.setEncoding('latin1')
    socket.on('data', (chunk: string) => {
      held += chunk
      const end = held.indexOf('\r\n\r\n')
      if (end < 0) return
      const length = Number(/content-length: (\d+)/iu.exec(held)?.[1])
      if (held.length < end + 4 + length) return
      if (!held.startsWith('HTTP/1.1 200')) throw new Error(held.slice(0, 300))
      held = ''
      answers += 1
      socket.write(request)
    })
    socket.on('error', () => undefined)
    socket.write(request)
    return socket
  })
  const began = performance.now()
  return new Promise((resolve) => {
    setTimeout(() => {
      const persecond = (answers * 1000) / (performance.now() - began)
      for (const socket of sockets) socket.destroy()
      resolve(persecond)
    }, secondsARound * 1000)
  })
}

const agent = new Agent({ keepAlive: true, maxSockets: 1 })

function text(url: string, key: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = get(url, { agent, headers: { authorization: `Bearer ${key}` } }, (answer) => {
      let body = ''
      answer.setEncoding('utf8')
      answer.on('data', (chunk: string) => {
        body += chunk
      })
      answer.on('end', () => (answer.statusCode === 200 ? resolve(body) : reject(new Error(body))))
    })
    asked.on('error', reject)
  })
}

async function pageTimes(url: string, key: string, head: number): Promise<readonly number[]> {
  const took: number[] = []
  for (let n = 0; n < pages + 200; n += 1) {
    const after = Math.floor(((n * 2654435761) % 2 ** 32) * ((head - 100) / 2 ** 32))
    const began = performance.now()
    await text(`${url}/api/journal/read?limit=100&after=${after}`, key)
    if (n >= 200) took.push(performance.now() - began)
  }
  agent.destroy()
  return took.sort((a, b) => a - b)
}

if (import.meta.main) await report(measure)
