// Who waits for what: promises that are looked at again whenever something has happened.

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

  look(): void {
    for (const ask of [...this.#waiting]) if (ask()) this.#waiting.delete(ask)
  }
}
