// Says of each line of a Markdown roadmap which phase it stands in, and whether a bullet without a box is an entry.
import type { PlanStatus } from '../../core/nouns/step.ts'
import { type Row, textOf } from '../lists/boxes.ts'
import { type Outline, titleOf } from '../lists/outline.ts'
import { isPhase, isTelling, isWaiting, stateOfHeading, urgencyOf } from './words.ts'

interface Heading {
  readonly title: string
  readonly above: number
  /** The heading of the phase that it is or stands in, or -1. */
  readonly phase: number
  /** Something to do stands under it: it is a phase, a state, or what is planned. */
  readonly holds: boolean
  readonly telling: boolean
  readonly state?: PlanStatus
  urgency?: { readonly level: number; readonly p: boolean }
}

const saysUrgency = /\bpriority\b\*{0,2}\s{0,2}[:–—-]?\s{0,2}\*{0,2}\s{0,2}(\S.{0,40})/i
const endsInUrgency =
  /[([]\s{0,2}(P\d|(?:critical|high|medium|low)(?: priority)?|priority:? \S{1,12})\s{0,2}[)\]]|^((?:critical|high|medium|low) priority|(?:must|should|could)[ -]have)\b/i

export class Sections {
  readonly #outline: Outline
  readonly #headings = new Map<number, Heading>()
  /** Bullets of the outermost level that stand behind a line such as "Goals:". */
  readonly #told: Uint8Array
  /** Headings of sections that have boxes: there bullets say more about something, and are nothing to do themselves. */
  readonly #boxed = new Set<number>()
  readonly #free: boolean

  /** `tables` says that there are tables of entries. */
  constructor(outline: Outline, tables: boolean) {
    this.#outline = outline
    const { rows } = outline
    this.#told = new Uint8Array(rows.all.length)
    let label = ''
    for (const [index, row] of rows.all.entries()) {
      if (row.kind === 'heading') {
        this.#take(index)
        label = ''
      } else if (outline.owner[index] !== -1) continue
      else if (row.kind === 'text') {
        label = row.end - row.from > 400 ? '' : textOf(rows, row.from, row.end).trim()
        this.#takeUrgency(index, label)
      } else if (row.kind === 'bullet' && /[:：][*_]{0,2}$/.test(label) && isTelling(label)) this.#told[index] = 1
    }
    for (const [index, row] of rows.all.entries()) if (row.kind === 'box') this.#boxed.add(this.#section(index))
    const found = rows.all.some((row, index) => this.#isBullet(row, index) && this.#section(index) >= 0)
    this.#free = !tables && !found && this.#boxed.size === 0
  }

  #take(index: number): void {
    const { rows, heading } = this.#outline
    const title = titleOf(rows, rows.all[index])
    const above = heading[index] ?? -1
    const up = this.#headings.get(above)
    const top = rows.all[index]?.level === 1
    const state = stateOfHeading(title)
    const phase = isPhase(title) && !top ? index : (up?.phase ?? -1)
    const holds = !top && (isPhase(title) || isWaiting(title) || state !== undefined)
    const said = endsInUrgency.exec(title)
    const urgency = said === null ? up?.urgency : urgencyOf((said[1] ?? said[2] ?? '').replace(/^priority:?\s/i, ''))
    const telling = isTelling(title) || up?.telling === true
    this.#headings.set(index, {
      title,
      above,
      phase,
      holds,
      telling: telling && !holds,
      ...(state === undefined ? {} : { state }),
      ...(urgency === undefined ? {} : { urgency }),
    })
  }

  #takeUrgency(index: number, text: string): void {
    const heading = this.#headings.get(this.#outline.heading[index] ?? -1)
    const said = saysUrgency.exec(text)?.[1]
    const urgency = said === undefined ? undefined : urgencyOf(said)
    if (heading !== undefined && urgency !== undefined) heading.urgency ??= urgency
  }

  /** The nearest heading that holds something to do, or -1. */
  #section(index: number): number {
    let at = this.#outline.heading[index] ?? -1
    while (at >= 0 && this.#headings.get(at)?.holds !== true) at = this.#headings.get(at)?.above ?? -1
    return at
  }

  #heading(index: number): Heading | undefined {
    return this.#headings.get(this.#outline.heading[index] ?? -1)
  }

  #isBullet(row: Row, index: number): boolean {
    if (row.kind !== 'bullet' || this.#outline.owner[index] !== -1 || row.from >= row.end) return false
    return this.#told[index] === 0 && this.#heading(index)?.telling !== true
  }

  /** Whether a bullet without a box is something to do. */
  isEntry(row: Row, index: number): boolean {
    if (!this.#isBullet(row, index)) return false
    const section = this.#section(index)
    return section < 0 ? this.#free : !this.#boxed.has(section)
  }

  /** The title of the phase it stands in. */
  phaseOf(index: number): string | undefined {
    const phase = this.#heading(index)?.phase ?? -1
    return phase < 0 ? undefined : this.#headings.get(phase)?.title
  }

  stateOf(index: number): PlanStatus | undefined {
    return this.#headings.get(this.#section(index))?.state
  }

  urgencyOf(index: number): { readonly level: number; readonly p: boolean } | undefined {
    return this.#heading(index)?.urgency
  }

  titleOf(index: number): string {
    return this.#heading(index)?.title ?? ''
  }
}
