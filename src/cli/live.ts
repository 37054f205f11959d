// Shows a run as it goes on: a table that is redrawn in place in a terminal, plain lines elsewhere.
import type { ItemView } from '../api/status/item.ts'
import type { Entry } from '../core/nouns/entry.ts'
import type { Context } from './command.ts'
import { entryLine } from './print/entries.ts'
import type { Piece } from './print/people.ts'
import { duration, statusPiece } from './print/words.ts'

const leastBetweenMs = 100
const mostRows = 12

export interface Live {
  /** Something was recorded. */
  heard(entry: Entry): void
  /** Takes the table away, so that a question or a summary can be printed; what is heard meanwhile is shown after `goOn`. */
  clear(): void
  goOn(): void
}

/** `look` gives the items as they are now; it is asked at most ten times a second. */
export function live(context: Context, several: boolean, look: () => Promise<readonly ItemView[]>): Live {
  const { stdout, env } = context.world
  if (context.json) return { heard: () => undefined, clear: () => undefined, goOn: () => undefined }
  if (stdout.isTTY === true && env.TERM !== 'dumb') return new Table(context, look)
  return {
    heard: (entry) => {
      const line = entryLine(entry)
      if (line !== undefined) context.people.line(...(several ? [`${entry.stream}: `] : []), ...line)
    },
    clear: () => undefined,
    goOn: () => undefined,
  }
}

class Table implements Live {
  readonly #context: Context
  readonly #look: () => Promise<readonly ItemView[]>
  readonly #said: (readonly Piece[])[] = []
  #drawn = 0
  #timer: NodeJS.Timeout | undefined
  #lastAt = 0
  #over = false

  constructor(context: Context, look: () => Promise<readonly ItemView[]>) {
    this.#context = context
    this.#look = look
  }

  heard(entry: Entry): void {
    const line = entryLine(entry)
    if (line !== undefined) this.#said.push(line)
    this.#soon()
  }

  goOn(): void {
    this.#over = false
    this.#soon()
  }

  #soon(): void {
    if (this.#timer !== undefined || this.#over) return
    const wait = Math.max(0, leastBetweenMs - (performance.now() - this.#lastAt))
    this.#timer = setTimeout(() => void this.#redraw(), wait)
  }

  clear(): void {
    this.#over = true
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#erase()
    for (const line of this.#said.splice(0)) this.#context.people.line(...line)
  }

  async #redraw(): Promise<void> {
    this.#lastAt = performance.now()
    // An item that is closed, or a connection that is gone, is said by whoever waits for the run.
    const items = await this.#look().catch(() => [])
    this.#timer = undefined
    if (this.#over) return
    this.#erase()
    for (const line of this.#said.splice(0)) this.#context.people.line(...line)
    const drawn = items.flatMap((item) => this.#rowsOf(item))
    for (const line of drawn) this.#context.world.stdout.write(`${line}\n`)
    this.#drawn = drawn.length
  }

  #erase(): void {
    if (this.#drawn > 0) this.#context.world.stdout.write(`\u001b[${this.#drawn}A\u001b[0J`)
    this.#drawn = 0
  }

  #rowsOf(item: ItemView): string[] {
    const { people } = this.#context
    const now = Date.now()
    const done = (item.counts.done ?? 0) + (item.counts.skipped ?? 0)
    const head = [[{ text: item.id, style: 'bold' }, bar(done, item.steps), `${done}/${item.steps}`]] as const
    const most = Math.min(mostRows, Math.max(1, (this.#context.world.stdout.rows ?? 24) - 4))
    const rows = item.current.slice(0, most).map((step): Piece[] => {
      const since = step.since === undefined ? '' : duration(Math.max(0, now - step.since))
      return [step.key, statusPiece(step.status), step.agent ?? '', since, step.title]
    })
    const more = item.current.length - rows.length
    return [...people.lines(head), ...people.lines(rows, '  '), ...(more > 0 ? [`  … and ${more} more`] : [])]
  }
}

function bar(done: number, of: number): string {
  const width = 24
  const full = of === 0 ? 0 : Math.round((done / of) * width)
  return `[${'#'.repeat(full)}${'.'.repeat(width - full)}]`
}
