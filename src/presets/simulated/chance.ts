// Chance that a seed decides: the same seed gives the same throws on every machine.

/** Thirty-two bits of state (mulberry32): small, fast, and good enough to choose among faults. */
export class Chance {
  #state: number

  constructor(seed: number) {
    this.#state = (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ (seed >>> 15)) >>> 0
  }

  /** At least 0, less than 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = this.#state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }

  /** A whole number from `least` to `most`, both included. */
  from(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1))
  }

  /** True in this share of all throws. */
  is(share: number): boolean {
    return this.next() < share
  }

  pick<T>(list: readonly T[]): T {
    if (list.length === 0) throw new Error('Nothing can be picked from an empty list.')
    return list[Math.floor(this.next() * list.length)] as T
  }

  some<T>(list: readonly T[], share: number): T[] {
    return list.filter(() => this.is(share))
  }

  word(length: number): string {
    let word = ''
    while (word.length < length) word += Math.floor(this.next() * 36).toString(36)
    return word
  }

  /** A chance of its own, so that what is thrown there does not shift what is thrown here. */
  apart(): Chance {
    return new Chance(Math.floor(this.next() * 4_294_967_296))
  }
}
