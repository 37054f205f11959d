// One WebSocket connection: frames out as far as there is room, and whoever waits for room is woken when it comes or never will.
import type { Outlet } from '../feed/outlet.ts'
import { textFrame } from './frame.ts'

export class Line {
  readonly outlet: Outlet
  readonly #waiting = new Set<() => void>()

  constructor(outlet: Outlet) {
    this.outlet = outlet
    const wake = (): void => {
      for (const then of [...this.#waiting]) then()
      this.#waiting.clear()
    }
    outlet.onRoom(wake)
    outlet.onGone(wake)
  }

  get alive(): boolean {
    return this.outlet.alive
  }

  say(text: string): void {
    this.outlet.send(textFrame(text))
  }

  /** Resolves when there is room for one more frame, or the other side has gone. */
  async room(): Promise<void> {
    while (this.outlet.alive && !this.outlet.room) await new Promise<void>((resolve) => this.#waiting.add(resolve))
  }
}
