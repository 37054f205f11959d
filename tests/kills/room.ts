// One place to kill in: a program, a repository, a home and an observer, put back to their beginning before each try.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { alive } from '../cases/spawner.sample.ts'
import { Observer } from './observer.ts'
import { Command, type Ended } from './program.ts'
import { makeProject, type ProjectOrder, plan } from './project.ts'

export type Level = 'none' | 'basic'

const hangsMs = 180_000

export class Room {
  readonly folder: string
  readonly observer: Observer
  readonly level: Level
  readonly #bin: string
  /** How long after each kill something was still alive. */
  readonly lingered: number[] = []

  private constructor(folder: string, bin: string, level: Level, observer: Observer) {
    this.folder = folder
    this.#bin = bin
    this.level = level
    this.observer = observer
  }

  get repository(): string {
    return join(this.folder, 'repository')
  }

  get home(): string {
    return join(this.folder, 'home')
  }

  /** `program` is the unpacked package; each room has a copy of its own, so that its processes can be told from others. */
  static async make(folder: string, program: string, level: Level, project: Omit<ProjectOrder, 'port'>): Promise<Room> {
    mkdirSync(folder, { recursive: true })
    cpSync(join(program, '../..'), join(folder, 'program'), { recursive: true })
    const observer = await Observer.open()
    const room = new Room(folder, join(folder, 'program', 'bin', 'baton.cjs'), level, observer)
    const also = (project.also ?? '').replaceAll('@room@', folder)
    makeProject(room.repository, { ...project, also, port: observer.port })
    await room.mustDo('init', '--isolation', level, '--no-smoke', '--json')
    const { digest } = JSON.parse((await room.mustDo('trust', '--show', '--json')).out) as { digest: string }
    await room.mustDo('trust', '--digest', digest, '--json')
    room.keep()
    return room
  }

  /** What every try begins with. */
  keep(): void {
    const kept = join(this.folder, 'kept')
    rmSync(kept, { recursive: true, force: true })
    for (const name of ['repository', 'home'])
      cpSync(join(this.folder, name), join(kept, name), {
        recursive: true,
        preserveTimestamps: true,
        verbatimSymlinks: true,
      })
  }

  begin(): void {
    this.observer.reset()
    for (const name of ['repository', 'home']) {
      rmSync(join(this.folder, name), { recursive: true, force: true })
      cpSync(join(this.folder, 'kept', name), join(this.folder, name), {
        recursive: true,
        preserveTimestamps: true,
        verbatimSymlinks: true,
      })
    }
  }

  argv(...words: readonly string[]): string[] {
    return [process.execPath, this.#bin, ...words]
  }

  /** `before` is a program that starts ours. */
  start(words: readonly string[], env: Readonly<Record<string, string>> = {}, before: readonly string[] = []): Command {
    return new Command([...before, ...this.argv(...words)], this.repository, {
      PATH: process.env.PATH ?? '',
      HOME: this.folder,
      BATON_HOME: this.home,
      NO_COLOR: '1',
      ...env,
    })
  }

  do(...words: readonly string[]): Promise<Ended> {
    return this.start(words).within(hangsMs)
  }

  async mustDo(...words: readonly string[]): Promise<Ended> {
    const ended = await this.do(...words)
    if (ended.code !== 0)
      throw new Error(`baton ${words.join(' ')} ended with ${ended.code}: ${ended.err} ${ended.out}`)
    return ended
  }

  /** Waits until nothing that belongs to this room is alive; gives what is when the time is over. */
  async nothingLeft(ms: number): Promise<string | undefined> {
    const began = performance.now()
    for (;;) {
      const agents = this.observer.alive
      const others = agents.length > 0 ? [] : alive(this.folder)
      const took = performance.now() - began
      if (agents.length + others.length === 0) {
        this.lingered.push(took)
        return undefined
      }
      if (took > ms) return `after ${ms} ms there is still ${[...agents, ...others.map(line)].join(', ')}`
      await new Promise((done) => setTimeout(done, 10))
    }
  }

  /** After a failure, so that the next try begins alone. */
  async endAll(): Promise<void> {
    for (const pid of alive(this.folder)) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // It has ended meanwhile.
      }
    }
    await this.nothingLeft(5_000)
  }

  /** Runs the plan until it is complete, answering what it asks; gives what went wrong. */
  async complete(): Promise<string | undefined> {
    for (let turn = 0; turn < 12; turn++) {
      const { code, out, err } = await this.do('run', plan, '--json')
      if (out === '') return `baton run ended with ${code} and said ${err}`
      const said = JSON.parse(out) as {
        results?: { outcome: string; gates: { id: string; kind: string; options: string[] }[] }[]
      }
      const result = said.results?.[0]
      if (result === undefined) return `baton run ended with ${code} and said ${out.slice(0, 500)} ${err}`
      if (result.outcome === 'complete') return undefined
      if (result.outcome !== 'held' || result.gates.length === 0)
        return `the run is ${result.outcome}: ${out.slice(0, 1500)} ${err.slice(0, 500)}`
      for (const gate of result.gates) {
        const answer = gate.options.includes('again') ? 'again' : 'approve'
        await this.mustDo('gate', gate.id, answer, '--reason', 'a test says so', '--json')
      }
    }
    return 'the run asks without end'
  }

  async close(): Promise<void> {
    await this.observer.close()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

function line(pid: number): string {
  const path = `/proc/${pid}/cmdline`
  return `${pid} ${existsSync(path) ? readFileSync(path, 'latin1').replaceAll('\0', ' ').slice(0, 120) : 'gone'}`
}
