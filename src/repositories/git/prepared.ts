// A ref whose move is checked and locked, and waits for the word: git lets go of it by itself when we die.
import type { ChildProcess } from 'node:child_process'
import { updateLine } from './refs.ts'
import { gitSaid, notStarted, type Places, startGit } from './run.ts'

export interface RefOrder {
  readonly ref: string
  readonly to: string
  readonly expected: string | null
  readonly reason: string
  /** The git folder of the worktree whose HEAD stands on the ref, so that its reflog is written too. */
  readonly gitDir: string
}

export class PreparedRef {
  readonly #child: ChildProcess
  readonly #ended: Promise<number | null>
  #out = ''
  #err = ''
  #heard: () => void = () => undefined
  #over = false

  private constructor(places: Places, order: RefOrder) {
    const args = ['update-ref', '--no-deref', '-m', order.reason, '--stdin', '-z']
    this.#child = startGit(places.scratch, { reach: 'refs', args, gitDir: order.gitDir }, places)
    this.#ended = new Promise((resolve, reject) => {
      this.#child.on('error', (error) => reject(notStarted(error)))
      this.#child.on('close', (code) => {
        this.#over = true
        this.#heard()
        resolve(code)
      })
    })
    this.#ended.catch(() => this.#heard())
    this.#child.stdin?.on('error', () => {
      // What git says as it ends is the reason; a broken pipe adds nothing.
    })
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      this.#out += chunk.toString('latin1')
      this.#heard()
    })
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      if (this.#err.length < 65_536) this.#err += chunk.toString('utf8')
    })
  }

  /** Throws git's words when the ref is not as expected, or locked by another. */
  static async open(places: Places, order: RefOrder): Promise<PreparedRef> {
    const prepared = new PreparedRef(places, order)
    prepared.#child.stdin?.write(`start\0${updateLine(order.ref, order.to, order.expected)}prepare\0`)
    await prepared.#until('prepare: ok\n')
    return prepared
  }

  async #until(line: string): Promise<void> {
    while (!this.#out.includes(line)) {
      if (this.#over) throw gitSaid('update-ref', await this.#ended, this.#err.trim())
      await new Promise<void>((resolve) => {
        this.#heard = resolve
      })
    }
  }

  async commit(): Promise<void> {
    this.#child.stdin?.end('commit\0')
    const code = await this.#ended
    if (code !== 0 || !this.#out.includes('commit: ok\n')) throw gitSaid('update-ref', code, this.#err.trim())
  }

  async abort(): Promise<void> {
    if (!this.#over) this.#child.stdin?.end('abort\0')
    await this.#ended
  }
}
