// A file that lines are put into: it begins anew when it is full, keeps a few of its predecessors, and never makes anybody wait.
import { constants } from 'node:fs'
import { type FileHandle, mkdir, open, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'

export interface RotatingOptions {
  readonly folder: string
  readonly name: string
  /** One file holds no more; a longer line is dropped. */
  readonly mostBytes?: number
  /** Kept at most, the present one among them: `name`, `name.1`, …; at least two. */
  readonly files?: number
  /** What waits to be written when the disk is slow; more is dropped. */
  readonly heldBytes?: number
  /** After a failure, and between looks at whether the file was moved. */
  readonly lookEveryMs?: number
  /** For tests of a full disk. */
  readonly openFile?: (path: string) => Promise<FileHandle>
}

const batchBytes = 256 * 1024

/** Only regular files of our own: a link or a pipe that somebody put there is not written to. */
function openOwn(path: string): Promise<FileHandle> {
  const { O_APPEND, O_CREAT, O_NOFOLLOW = 0, O_NONBLOCK = 0, O_WRONLY } = constants
  return open(path, O_APPEND | O_CREAT | O_WRONLY | O_NOFOLLOW | O_NONBLOCK, 0o600)
}

export class RotatingFile {
  readonly #options: Required<RotatingOptions>
  readonly #path: string
  #held: Buffer[] = []
  #heldBytes = 0
  #handle: FileHandle | undefined
  #size = 0
  #lookAt = 0
  #waitUntil = 0
  #timer: NodeJS.Timeout | undefined
  #pumping: Promise<void> | undefined
  #closed = false
  #torn = false
  #dropped = 0
  #trouble = ''

  constructor(options: RotatingOptions) {
    const usual = { mostBytes: 10_000_000, files: 5, heldBytes: 1_000_000, lookEveryMs: 1000, openFile: openOwn }
    this.#options = { ...usual, ...options }
    this.#path = join(options.folder, options.name)
  }

  /** Lines that were not kept. */
  get dropped(): number {
    return this.#dropped
  }

  /** Why lines are dropped just now; empty when all is well. */
  get trouble(): string {
    return this.#trouble
  }

  /** Takes one line with its end. Never throws and never waits. */
  write(line: string): void {
    const bytes = Buffer.from(line)
    const { heldBytes, mostBytes } = this.#options
    if (this.#closed || bytes.length > mostBytes || this.#heldBytes + bytes.length > heldBytes) {
      this.#dropped += 1
      return
    }
    this.#held.push(bytes)
    this.#heldBytes += bytes.length
    this.#arm()
  }

  /** One write for all lines of a turn; after a failure a little later, so that a full disk is not asked for each line. */
  #arm(): void {
    if (this.#timer !== undefined || this.#pumping !== undefined) return
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined
        this.#pumping = this.#pump().finally(() => {
          this.#pumping = undefined
          if (this.#held.length > 0 && !this.#closed) this.#arm()
        })
      },
      Math.max(0, this.#waitUntil - performance.now()),
    )
    this.#timer.unref()
  }

  async #pump(): Promise<void> {
    while (this.#held.length > 0) {
      try {
        await this.#ready()
        const lines = this.#take()
        await this.#put(lines)
        this.#trouble = ''
      } catch (error) {
        this.#trouble = `The log ${this.#path} cannot be written: ${error instanceof Error ? error.message : String(error)}.`
        this.#waitUntil = performance.now() + this.#options.lookEveryMs
        await this.#let()
        return
      }
    }
  }

  /** As many lines as fit into one write and into the file. */
  #take(): readonly Buffer[] {
    const { mostBytes } = this.#options
    const lines: Buffer[] = []
    let bytes = this.#torn ? 1 : 0
    for (const line of this.#held) {
      const fits = bytes + line.length <= batchBytes && this.#size + bytes + line.length <= mostBytes
      if (lines.length > 0 && !fits) break
      lines.push(line)
      bytes += line.length
    }
    return lines
  }

  /** What failed stays held, and what more comes than may be held is dropped; a line that was cut is ended before the next. */
  async #put(lines: readonly Buffer[]): Promise<void> {
    const handle = this.#handle
    if (handle === undefined) return
    let rest = Buffer.concat(this.#torn ? [Buffer.from('\n'), ...lines] : lines)
    const before = this.#size
    try {
      while (rest.length > 0) {
        const { bytesWritten } = await handle.write(rest)
        this.#size += bytesWritten
        rest = rest.subarray(bytesWritten)
      }
    } catch (error) {
      this.#torn = this.#size > before
      if (this.#torn)
        await handle.truncate(before).then(
          () => this.#untorn(before),
          () => undefined,
        )
      throw error
    }
    this.#torn = false
    this.#held = this.#held.slice(lines.length)
    this.#heldBytes -= lines.reduce((all, { length }) => all + length, 0)
  }

  #untorn(size: number): void {
    this.#torn = false
    this.#size = size
  }

  /** The file is open, is still the one that has the name, and has room for the next line. */
  async #ready(): Promise<void> {
    const now = performance.now()
    if (this.#handle !== undefined && now >= this.#lookAt && (await this.#moved())) await this.#let()
    if (this.#handle === undefined) await this.#open()
    const next = this.#held[0]?.length ?? 0
    if (this.#size === 0 || this.#size + next + 1 <= this.#options.mostBytes) return
    await this.#rotate()
    await this.#open()
  }

  async #moved(): Promise<boolean> {
    this.#lookAt = performance.now() + this.#options.lookEveryMs
    const [ours, there] = await Promise.all([this.#handle?.stat(), stat(this.#path).catch(() => undefined)])
    if (ours === undefined || there === undefined || ours.ino !== there.ino || ours.dev !== there.dev) return true
    this.#size = ours.size
    return false
  }

  async #open(): Promise<void> {
    await mkdir(this.#options.folder, { recursive: true, mode: 0o700 })
    const handle = await this.#options.openFile(this.#path)
    const seen = await handle.stat()
    if (!seen.isFile()) {
      await handle.close()
      throw new Error('it is not a regular file')
    }
    if ((seen.mode & 0o077) !== 0) await handle.chmod(0o600)
    this.#handle = handle
    this.#size = seen.size
    this.#lookAt = performance.now() + this.#options.lookEveryMs
  }

  /** The oldest goes; each of the others takes the next number. */
  async #rotate(): Promise<void> {
    await this.#let()
    const { files } = this.#options
    const numbered = (number: number): string => (number === 0 ? this.#path : `${this.#path}.${number}`)
    this.#torn = false
    for (let number = Math.max(1, files - 1); number > 0; number -= 1)
      await rename(numbered(number - 1), numbered(number)).catch((error: unknown) => {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
      })
  }

  async #let(): Promise<void> {
    const handle = this.#handle
    this.#handle = undefined
    await handle?.close().catch(() => undefined)
  }

  /** Writes what is held, if that can be done in a second, and lets go. May be called twice. */
  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    const late = Promise.withResolvers<void>()
    const timer = setTimeout(late.resolve, 1000)
    // Closing a file waits for a write to it that does not end.
    await Promise.race([this.#last().then(() => this.#let()), late.promise])
    clearTimeout(timer)
    this.#dropped += this.#held.length
    this.#held = []
    this.#heldBytes = 0
  }

  async #last(): Promise<void> {
    await this.#pumping
    await this.#pump()
  }
}
