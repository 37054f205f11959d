// Runs a command in the folder: bounded in time and output, without input, and gone with everything it started.
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import type { Readable } from 'node:stream'
import { within } from './places.ts'
import { endTree, type Mark } from './trees.ts'
import { cut, type HandAnswer, type HandCall, plain, Refused } from './words.ts'

type Run = Extract<HandCall, { do: 'run' }>
type Ran = Omit<HandAnswer, 'id'>

const commandLetters = 32_768
const moreMs = 500
const moreLetters = 4_000
const drainMs = 100
const closeMs = 1_000

/** Keeps the beginning and the end of what is said, and counts the rest. */
export class Kept {
  readonly #most: number
  #head = ''
  #tail = ''
  #left = 0

  constructor(most: number) {
    this.#most = Math.max(400, most)
  }

  push(text: string): void {
    const third = Math.floor(this.#most / 3)
    const room = third - this.#head.length
    if (room > 0) this.#head += text.slice(0, room)
    const rest = room > 0 ? text.slice(room) : text
    if (rest === '') return
    const tail = this.#tail + rest
    const over = Math.max(0, tail.length - 2 * third)
    this.#left += over
    this.#tail = tail.slice(over)
  }

  get text(): string {
    if (this.#left === 0) return this.#head + this.#tail
    return `${this.#head}\n[… ${this.#left} letters left out …]\n${this.#tail}`
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours and cursor moves begin with one
const moves = /\u001b\[[0-9;?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]{0,500}(?:\u0007|\u001b\\)/g

/** Without colours, and of a line that was written over only what stood there last. */
export function settled(text: string): string {
  return text
    .replace(moves, '')
    .replaceAll('\r\n', '\n')
    .split('\n')
    .map((line) => line.slice(line.lastIndexOf('\r') + 1))
    .join('\n')
}

/** Tells what was said since, not too often. */
function teller(more: (text: string) => void): { push(text: string): void; end(): void } {
  let held = ''
  let timer: NodeJS.Timeout | undefined
  const tell = (): void => {
    timer = undefined
    if (held !== '') more(held)
    held = ''
  }
  return {
    push(text) {
      held = (held + text).slice(-moreLetters)
      timer ??= setTimeout(tell, moreMs)
    },
    end: () => clearTimeout(timer),
  }
}

function start(root: string, call: Run, mark: Mark): ChildProcess {
  if (call.command.trim() === '') throw new Refused('There is no command.')
  if (call.command.includes('\0')) throw new Refused('The command holds a NUL.')
  if (call.command.length > commandLetters)
    throw new Refused('The command is too long. Write it into a file and run that.')
  return within({ root, path: call.path, make: false }, (place) => {
    if (place.seen?.isDirectory() !== true) throw new Refused(`${plain(call.path)} is no folder.`)
    // Begun while the place is held: a child goes to its folder before the call comes back.
    return spawn('/bin/sh', ['-c', call.command], {
      cwd: place.at,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, [mark.name]: mark.value, PWD: place.shown === '' ? root : `${root}/${place.shown}` },
    })
  })
}

function listen(pipe: Readable | null, hear: (text: string) => void): void {
  const decoder = new TextDecoder()
  pipe?.on('data', (bytes: Buffer) => hear(decoder.decode(bytes, { stream: true })))
  pipe?.on('error', () => undefined)
}

/** Settles when the first process has ended, not when its pipes are closed: what it left behind may hold them. */
function ending(child: ChildProcess): Promise<{ code: number | null; signal: string | null }> {
  return new Promise((done, fail) => {
    child.once('error', fail)
    child.once('exit', (code, signal) => done({ code, signal }))
  })
}

function inside(ms: number, what: Promise<unknown>): Promise<boolean> {
  return new Promise((done) => {
    const timer = setTimeout(() => done(false), ms)
    void what.then(() => {
      clearTimeout(timer)
      done(true)
    })
  })
}

export async function run(root: string, call: Run, more: (text: string) => void): Promise<Ran> {
  const mark = { name: 'BATON_RUN', value: randomBytes(8).toString('hex') }
  const child = start(root, call, mark)
  const kept = new Kept(call.most - 300)
  const tell = teller(more)
  for (const pipe of [child.stdout, child.stderr])
    listen(pipe, (text) => {
      kept.push(text)
      tell.push(text)
    })
  const began = performance.now()
  const closed = new Promise<void>((done) => child.once('close', () => done()))
  const ended = ending(child)
  const leader = child.pid
  if (leader === undefined) await ended
  const inTime = await inside(Math.max(1, call.ms), ended)
  await inside(drainMs, closed)
  const gone = leader === undefined || (await endTree(leader, mark))
  await inside(closeMs, closed)
  child.stdout?.destroy()
  child.stderr?.destroy()
  tell.end()
  const how = inTime ? howOf(await ended, performance.now() - began) : lateOf(call.ms)
  const left = gone ? '' : ' Something that it started could not be ended.'
  return {
    ok: inTime && gone && (await ended).code === 0,
    text: cut(`${how}${left}\n${settled(kept.text)}`, call.most),
    ...(gone ? {} : { spoiled: true as const }),
  }
}

function howOf(ended: { code: number | null; signal: string | null }, ms: number): string {
  const took = `(${(ms / 1000).toFixed(1)} s)`
  return ended.signal === null ? `Exit code ${ended.code} ${took}.` : `Ended by ${ended.signal} ${took}.`
}

function lateOf(ms: number): string {
  return `It did not end within ${Math.round(ms / 100) / 10} s and was ended, with everything it had started. Run less, or give it more time.`
}
