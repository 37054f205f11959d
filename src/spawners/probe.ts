// Finds out what an isolation level holds by really trying to get out of it.

import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer, type Server } from 'node:net'
import { dirname, join } from 'node:path'
import type { Isolation } from '../core/nouns/isolation.ts'
import { type Child, type IsolationReport, SandboxMissing, type Spawner, type SpawnOrder } from '../core/ports.ts'
import { installLine } from './basic.ts'
import { getOut } from './escape.ts'
import { architectureHere } from './sandbox/filter.ts'
import { answers, callingProgram, otherWorldProgram } from './sandbox/program.ts'
import { attempts } from './sandbox/tries.ts'

type Tried = IsolationReport['tried'][number]

const program = process.execPath
/** The folder that makes this Node run, wherever it was installed. */
const toolchain = dirname(dirname(program))

/** When a child ends, whatever carries its marker ends too: each has its own. */
function order(level: Isolation, folder: string, argv: [string, ...string[]], marker: string): SpawnOrder {
  const readOnly = program.startsWith('/usr/') ? [] : [toolchain]
  return {
    argv,
    folder,
    env: { PATH: '/usr/bin:/bin' },
    isolation: level,
    network: 'none',
    readOnly,
    marker: `baton-probe ${marker}`,
    outputCap: 65_536,
  }
}

async function heard(child: Child): Promise<{ out: Buffer; err: string; signal: string | null }> {
  const said: Record<'out' | 'err', Uint8Array[]> = { out: [], err: [] }
  for await (const { from, bytes } of child.output) said[from].push(bytes)
  const { signal } = await child.ended
  return { out: Buffer.concat(said.out), err: Buffer.concat(said.err).toString(), signal }
}

function listen(server: Server): Promise<number> {
  return new Promise((done, fail) => {
    server.once('error', fail)
    server.listen(0, '127.0.0.1', () => done((server.address() as AddressInfo).port))
  })
}

interface Bait {
  readonly folder: string
  readonly secret: string
  readonly outside: string
  readonly word: string
  readonly port: number
  readonly victim: Child
  readonly reached: () => boolean
}

/** What the child itself could not know: whether what it tried had an effect out here. */
async function effects(bait: Bait, answers: readonly Tried[]): Promise<readonly Tried[]> {
  const alive = await Promise.race([
    bait.victim.ended.then(() => false),
    new Promise<true>((done) => setTimeout(() => done(true), 50)),
  ])
  const wrote = existsSync(bait.outside)
  return answers.map((tried) => {
    if (tried.what === 'kill a process of the host' && !alive) return { ...tried, held: false, detail: 'it was killed' }
    if (tried.what === 'write outside the folder by a link' && wrote)
      return { ...tried, held: false, detail: 'the file is there' }
    if (tried.what === 'reach a port of the host' && bait.reached())
      return { ...tried, held: false, detail: 'it was reached' }
    return tried
  })
}

async function attempt(spawner: Spawner, level: Isolation, bait: Bait): Promise<readonly Tried[]> {
  const { secret, outside, word, port, victim } = bait
  const task = JSON.stringify({ secret, outside, word, port, victim: victim.pid })
  const child = await spawner.start(order(level, bait.folder, [program, '-e', `(${getOut.toString()})(${task})`], word))
  const { out, err } = await heard(child)
  try {
    return await effects(bait, JSON.parse(String(out)) as Tried[])
  } catch {
    return [{ what: 'start at all', held: false, detail: err.trim().slice(-300) || 'it said nothing' }]
  }
}

/** Machine code of ours that asks the kernel directly, where the probe's child is. */
async function askKernel(spawner: Spawner, { folder, word }: Bait): Promise<readonly Tried[]> {
  const architecture = architectureHere()
  if (architecture === undefined) return []
  const list = attempts(architecture)
  const run = async (name: string, code: Buffer) => {
    writeFileSync(join(folder, name), code, { mode: 0o700 })
    return heard(await spawner.start(order('strict', folder, [`./${name}`], `${word} ${name}`)))
  }
  const { out, err } = await run(
    'calls',
    callingProgram(
      architecture,
      list.map(({ call }) => call),
    ),
  )
  const given = answers(out)
  const tried = list.map(({ what, answer }, at) => ({
    what,
    held: given[at] === answer,
    detail:
      given[at] === undefined ? err.trim().slice(-300) || 'it could not be tried' : `the kernel said ${given[at]}`,
  }))
  if (architecture !== 'x64') return tried
  const { signal } = await run('other', otherWorldProgram())
  return [
    ...tried,
    { what: 'make calls as a 32-bit program', held: signal !== null, detail: signal ?? 'it was answered' },
  ]
}

export async function probeIsolation(spawner: Spawner, level: Isolation, home: string): Promise<IsolationReport> {
  const place = mkdtempSync(join(home, 'probe-'))
  const folder = mkdtempSync(join(place, 'work-'))
  const [secret, outside, word] = [
    join(place, 'secret'),
    join(place, 'outside'),
    `canary-${place.slice(-6)}-${process.pid}`,
  ]
  writeFileSync(secret, word)
  let connected = false
  const server = createServer((socket) => {
    connected = true
    socket.destroy()
  })
  try {
    const port = await listen(server)
    const victim = await spawner.start({
      ...order('none', place, [program, '-e', 'setInterval(() => {}, 1000)', word], `${word} victim`),
      env: { PATH: '/usr/bin:/bin', BATON_CANARY: word },
      tool: true,
    })
    const bait = { folder, secret, outside, word, port, victim, reached: () => connected }
    const escapes = await attempt(spawner, level, bait).finally(() => victim.stop())
    const tried = level === 'strict' ? [...escapes, ...(await askKernel(spawner, bait))] : escapes
    const works = level === 'none' ? tried.length > 1 : tried.every(({ held }) => held)
    return { level, works, tried, ...(works ? {} : { remedy: `Something got out that must not. ${installLine}` }) }
  } catch (error) {
    if (!(error instanceof SandboxMissing)) throw error
    return { level, works: false, tried: [], remedy: error.message }
  } finally {
    server.close()
    rmSync(place, { recursive: true, force: true })
  }
}
