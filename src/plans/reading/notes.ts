// Collects what is odd about a plan, with its place and remedy, and stops at a bound so that no file floods a person.
import type { Place, PlanNote } from '../../core/nouns/plan.ts'

const warningsAtMost = 100
const errorsAtMost = 200

export class Notes {
  readonly #found: PlanNote[] = []
  readonly #left = { warning: 0, error: 0 }
  readonly #kept = { warning: 0, error: 0 }

  error(kind: string, at: Place, text: string, remedy: string): void {
    this.#add({ ...at, level: 'error', kind, text, remedy }, errorsAtMost)
  }

  warning(kind: string, at: Place, text: string, remedy: string): void {
    this.#add({ ...at, level: 'warning', kind, text, remedy }, warningsAtMost)
  }

  get broken(): boolean {
    return this.#kept.error > 0
  }

  #add(note: PlanNote, most: number): void {
    if (this.#kept[note.level] < most) {
      this.#kept[note.level] += 1
      this.#found.push(note)
    } else this.#left[note.level] += 1
  }

  /** In the order of the file, errors and warnings alike; the last ones say how many more there were. */
  all(file: string): readonly PlanNote[] {
    const sorted = this.#found.toSorted((a, b) => a.line - b.line || (a.column ?? 0) - (b.column ?? 0))
    for (const level of ['error', 'warning'] as const) {
      if (this.#left[level] === 0) continue
      const text = `${this.#left[level]} more ${level}s are not shown.`
      sorted.push({ file, line: 1, level, kind: 'more', text, remedy: 'Mend those that are shown first.' })
    }
    return sorted
  }
}
