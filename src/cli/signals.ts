// Ctrl-C once lets what runs end and starts nothing more; twice ends it now.
import type { World } from './world.ts'

export interface Stopping {
  readonly asked: 'not' | 'drain' | 'stop'
  free(): void
}

export function stopping(world: World, drain: () => void, stop: () => void): Stopping {
  let asked: Stopping['asked'] = 'not'
  const free = world.interrupts(() => {
    if (asked === 'not') {
      asked = 'drain'
      drain()
    } else if (asked === 'drain') {
      asked = 'stop'
      stop()
    }
  })
  return {
    get asked() {
      return asked
    },
    free,
  }
}
