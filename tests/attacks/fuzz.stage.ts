// A real server over a real home and repository, with some work done in it, and everything around it watched.
import { spawn } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { type OpenServer, openServer } from '../../src/presets/server.ts'
import { Stage } from '../acceptance/ground.ts'
import { play } from '../acceptance/plans.ts'
import { type Known, mayStand } from './shaped.ts'

export interface Answered {
  readonly status: number
  readonly type: string
  readonly body: unknown
  readonly ms: number
}

const foreign = 'nobody may read or write this\n'

export class Fuzzed {
  readonly made = new Stage()
  readonly #stand = join(this.made.root, 'stand')
  readonly #elsewhere = join(this.made.root, 'elsewhere.yaml')
  readonly #from = process.cwd()
  #server: OpenServer | undefined
  #key = ''

  async open(): Promise<void> {
    mkdirSync(this.#stand)
    // Whatever takes a relative path as it is would write here.
    process.chdir(this.#stand)
    writeFileSync(this.#elsewhere, foreign)
    await play(this.made, {
      files: { 'list.md': '# Things\n\n- [ ] T001 Write the first\n- [ ] T002 Write the second\n' },
    })
    this.#server = await openServer({ home: this.made.home, port: 0, env: {} })
    this.#key = readFileSync(this.#server.tokenFile, 'utf8').trim()
    await this.call('POST', '/api/run/start', { plan: 'wf.yaml' })
    for (let over = false; !over; ) {
      const { body } = await this.call('POST', '/api/run/wait', { item: 'wf' })
      over = (body as { over: boolean }).over
    }
    await this.call('POST', '/api/plan/import', { plan: 'list.md' })
    await this.call('POST', '/api/blocker/raise', { on: 'list', notes: 'It is fuzzed.' })
  }

  async close(): Promise<void> {
    await this.#server?.close('stop')
    process.chdir(this.#from)
    this.made.remove()
  }

  async call(verb: string, path: string, body?: unknown): Promise<Answered> {
    const began = performance.now()
    const json = body === undefined ? {} : { 'content-type': 'application/json' }
    const got = await fetch(`${this.#server?.urls[0]}${path}`, {
      method: verb,
      headers: { authorization: `Bearer ${this.#key}`, ...json },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(60_000),
    })
    const type = got.headers.get('content-type')?.split(';')[0] ?? ''
    const text = await got.text()
    const ms = performance.now() - began
    return { status: got.status, type, body: type === 'application/json' ? JSON.parse(text) : text, ms }
  }

  /** What lies where nothing of ours may be, or is not as it was. */
  strays(): readonly string[] {
    const beside = readdirSync(this.made.root).filter((name) => !/^(repo|home|out|stand|elsewhere\.yaml)$/u.test(name))
    const stood = readdirSync(this.#stand).map((name) => `stand/${name}`)
    const touched = readFileSync(this.#elsewhere, 'utf8') === foreign ? [] : ['elsewhere.yaml']
    return [...beside, ...stood, ...touched]
  }

  /** Names of things that are there, so that much of what is asked means something. */
  readonly known: Known = (name, usual, schema) => {
    const standing = (all: readonly unknown[] = []) => all.filter((one) => mayStand(schema, one))
    const always = standing(this.#always[name])
    if (always.length > 0) return fc.constantFrom(...always)
    const some = standing(this.#some[name])
    return some.length === 0
      ? usual
      : fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...some) }, { weight: 1, arbitrary: usual })
  }

  readonly #plans = ['wf.yaml', 'list.md', '../elsewhere.yaml', '.']
  /** Never by chance: the owner may name any folder for a copy, and may wait for a minute. */
  readonly #always: Readonly<Record<string, readonly unknown[]>> = {
    atMostMs: [0, 5],
    folder: ['a', 'b', 'c'].map((name) => join(this.made.home, 'copies', name)),
  }
  readonly #some: Readonly<Record<string, readonly unknown[]>> = {
    item: ['wf', 'list'],
    step: ['wf/a', 'wf/b', 'list/T001', 'wf/zz'],
    key: ['a', 'T001'],
    on: ['wf', 'list/T002'],
    attempt: ['wf/a/1', 'wf/b/1', 'wf/a/9'],
    attempts: [['wf/d/1'], ['wf/a/1', 'wf/zz/1']],
    gate: ['gate-1'],
    blocker: ['blocker-1'],
    name: ['a', 'wf', 'T001', 'zz'],
    format: ['workflow', 'checklist'],
    to: ['checklist', 'json', 'beads'],
    agent: ['shell'],
    workspace: [this.made.path, this.made.path, this.made.home],
    path: [this.made.path, this.made.path, this.made.home, '..'],
    stream: ['wf', this.made.path],
    plan: this.#plans,
    old: this.#plans,
    now: this.#plans,
  }
}

/** Says again and again how much slower than on a quiet machine a process starts just now. */
export function watching(say: (factor: number) => void): { end(): Promise<void> } {
  let over = false
  const looking = (async () => {
    do {
      const began = performance.now()
      await new Promise((resolve) => spawn('git', ['--version'], { stdio: 'ignore' }).once('close', resolve))
      say(Math.max(1, (performance.now() - began) / 20))
      await new Promise((resolve) => setTimeout(resolve, 100))
    } while (!over)
  })()
  return {
    end: () => {
      over = true
      return looking
    },
  }
}
