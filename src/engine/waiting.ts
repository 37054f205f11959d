// Who waits for what: promises that are looked at again whenever something has happened.
import type { Clock } from '../core/ports.ts'

export class Waiting {
  readonly #waiting = new Set<() => boolean>()

  /** Resolves once `come` is true; it is asked now and after every `look`. */
  until(come: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const ask = (): boolean => {
        if (!come()) return false
        resolve()
        return true
      }
      if (!ask()) this.#waiting.add(ask)
    })
  }

  /** The same, but for so long at most; says whether it has come. */
  async within(clock: Pick<Clock, 'after'>, come: () => boolean, atMostMs: number | undefined): Promise<boolean> {
    let late = false
    const pass = (): void => {
      late = true
      this.look()
    }
    const calm = atMostMs === undefined ? () => undefined : clock.after(atMostMs, pass)
    try {
      await this.until(() => late || come())
      return come()
    } finally {
      calm()
    }
  }

  look(): void {
    for (const ask of [...this.#waiting]) if (ask()) this.#waiting.delete(ask)
  }
}
