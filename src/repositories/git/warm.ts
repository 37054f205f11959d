// A git process kept warm: questions go in one after another, answers come out in the same order.
import type { ChildProcess } from 'node:child_process'
import { Socket } from 'node:net'
import { RepositoryTrouble } from '../../core/ports.ts'
import { gitSaid, notStarted } from './run.ts'

/** Reads one answer from the front of the bytes: how many more it needs at least, or how many it used and what they said. */
export type Reader<T> = (bytes: Buffer) => { readonly need: number } | { readonly used: number; readonly value: T }

interface Waiting {
  take(bytes: Buffer): number | undefined
  fail(error: Error): void
  need: number
}

/** Restarts by itself after its process died; what was being asked is asked once more, since every question here may be repeated. */
export class Warm {
  readonly #start: () => ChildProcess
  readonly #verb: string
  readonly #timeoutMs: number
  #child: ChildProcess | undefined
  #waiting: Waiting[] = []
  #chunks: Buffer[] = []
  #held = 0
  #closed = false

  constructor(verb: string, start: () => ChildProcess, timeoutMs = 120_000) {
    this.#verb = verb
    this.#start = start
    this.#timeoutMs = timeoutMs
  }

  async ask<T>(question: Uint8Array | string, reader: Reader<T>): Promise<T> {
    try {
      return await this.#once(question, reader)
    } catch (error) {
      if (this.#closed || (error instanceof RepositoryTrouble && error.kind === 'timeout')) throw error
      return await this.#once(question, reader)
    }
  }

  #once<T>(question: Uint8Array | string, reader: Reader<T>): Promise<T> {
    if (this.#closed)
      return Promise.reject(new RepositoryTrouble('closed', 'The repository is closed.', 'Open it again.'))
    return new Promise<T>((resolve, reject) => {
      const child = this.#running()
      const timer = setTimeout(() => {
        const slow = new RepositoryTrouble(
          'timeout',
          `git ${this.#verb} gave no answer.`,
          'Look whether the disk is slow or full.',
        )
        this.#fall(child, slow)
      }, this.#timeoutMs)
      this.#waiting.push({
        need: 1,
        take(bytes) {
          const read = reader(bytes)
          if ('need' in read) {
            this.need = Math.max(read.need, bytes.length + 1)
            return undefined
          }
          clearTimeout(timer)
          resolve(read.value)
          return read.used
        },
        fail(error) {
          clearTimeout(timer)
          reject(error)
        },
      })
      this.#hold(true)
      child.stdin?.write(question)
    })
  }

  #running(): ChildProcess {
    if (this.#child) return this.#child
    const child = this.#start()
    const words: Buffer[] = []
    this.#child = child
    this.#chunks = []
    this.#held = 0
    child.stdout?.on('data', (chunk: Buffer) => this.#arrived(child, chunk))
    child.stderr?.on('data', (chunk: Buffer) => {
      words.push(chunk)
      if (words.length > 16) words.shift()
    })
    child.stdin?.on('error', () => this.#fall(child, gitSaid(this.#verb, null, 'it ended early')))
    child.on('error', (error) => this.#fall(child, notStarted(error)))
    child.on('close', (code) =>
      this.#fall(child, gitSaid(this.#verb, code, Buffer.concat(words).toString('utf8').trim())),
    )
    return child
  }

  #arrived(child: ChildProcess, chunk: Buffer): void {
    if (child !== this.#child) return
    this.#chunks.push(chunk)
    this.#held += chunk.length
    for (let first = this.#waiting[0]; first && this.#held >= first.need; first = this.#waiting[0]) {
      const bytes = this.#chunks.length === 1 ? (this.#chunks[0] ?? chunk) : Buffer.concat(this.#chunks)
      this.#chunks = [bytes]
      let used: number | undefined
      try {
        used = first.take(bytes)
      } catch (error) {
        this.#fall(child, error instanceof Error ? error : new Error(String(error)))
        return
      }
      if (used === undefined) break
      this.#waiting.shift()
      this.#held -= used
      this.#chunks = this.#held === 0 ? [] : [bytes.subarray(used)]
    }
    if (this.#waiting.length === 0) this.#hold(false)
  }

  #fall(child: ChildProcess, error: Error): void {
    if (child !== this.#child) return
    this.#child = undefined
    child.kill('SIGKILL')
    const waiting = this.#waiting
    this.#waiting = []
    for (const one of waiting) one.fail(error)
  }

  /** Keeps the program alive only while an answer is awaited. */
  #hold(awake: boolean): void {
    const child = this.#child
    if (!child) return
    const parts = [child, ...[child.stdin, child.stdout, child.stderr].filter((s) => s instanceof Socket)]
    for (const part of parts) awake ? part.ref() : part.unref()
  }

  async close(): Promise<void> {
    this.#closed = true
    const child = this.#child
    if (!child) return
    const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
    this.#hold(true)
    this.#fall(child, new RepositoryTrouble('closed', 'The repository was closed.', 'Open it again.'))
    await ended
  }
}
