// Whoever gives wrong keys again and again from one address waits, longer each time.
import { isIPv6 } from 'node:net'
import type { Clock } from '../../core/ports.ts'

const allowed = 10
const firstMs = 60_000
const longestMs = 15 * 60_000
const mostAddresses = 10_000

interface Tried {
  wrong: number
  locks: number
  until: number
  at: number
}

export class Lockout {
  readonly #clock: Clock
  readonly #tried = new Map<string, Tried>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** How many milliseconds the address has to wait; 0 when it may try. */
  waits(address: string): number {
    const one = this.#tried.size === 0 ? undefined : this.#tried.get(networkOf(address))
    return one === undefined ? 0 : Math.max(0, one.until - this.#clock.monotonic())
  }

  wrong(address: string): void {
    const now = this.#clock.monotonic()
    const network = networkOf(address)
    const one = this.#tried.get(network) ?? { wrong: 0, locks: 0, until: 0, at: now }
    if (now - Math.max(one.at, one.until) > longestMs) Object.assign(one, { wrong: 0, locks: 0 })
    one.at = now
    one.wrong += 1
    if (one.wrong >= allowed) {
      one.until = now + Math.min(longestMs, firstMs * 2 ** one.locks)
      one.locks += 1
      one.wrong = 0
    }
    this.#tried.delete(network)
    this.#tried.set(network, one)
    const [oldest] = this.#tried.keys()
    if (this.#tried.size > mostAddresses && oldest !== undefined) this.#tried.delete(oldest)
  }
}

/** One machine may choose any address of its IPv6 network, so the first half of it stands for all of them. */
function networkOf(address: string): string {
  if (!isIPv6(address)) return address
  const plain = new URL(`http://[${address.replace(/%.*$/u, '')}]`).hostname.slice(1, -1)
  const [, high, low] = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/u.exec(plain) ?? []
  if (high !== undefined && low !== undefined) {
    const halves = [high, low].map((half) => Number.parseInt(half, 16))
    return halves.flatMap((half) => [half >> 8, half & 255]).join('.')
  }
  const [head = [], tail = []] = plain.split('::').map((half) => half.split(':').filter(Boolean))
  const zeros = Array<string>(8 - head.length - tail.length).fill('0')
  return [...head, ...zeros, ...tail].slice(0, 4).join(':')
}
