// The one table of the house: which room stands on which floor, and what it is for.

export type Room = { readonly name: string; readonly floor: number; readonly holds: string }

/** `index.ts` is the package's own door: it stands beside the faces, so it may import presets and everything below. */
export const rooms: readonly Room[] = [
  { name: 'core', floor: 0, holds: 'what is true and what may follow' },
  { name: 'api', floor: 1, holds: 'everything one may ask' },
  { name: 'engine', floor: 2, holds: 'the loop, the journal and what follows from a fact' },
  { name: 'stores', floor: 2, holds: 'where bytes rest' },
  { name: 'executors', floor: 2, holds: 'hands: how an agent is driven' },
  { name: 'models', floor: 2, holds: 'voices: how a model is asked' },
  { name: 'clones', floor: 2, holds: 'places to work in' },
  { name: 'spawners', floor: 2, holds: 'who starts and ends processes' },
  { name: 'repositories', floor: 2, holds: 'git, read and written by plumbing' },
  { name: 'plans', floor: 2, holds: 'plan documents, in and out' },
  { name: 'policies', floor: 2, holds: 'what a repository says of how it wants to be worked on' },
  { name: 'templates', floor: 2, holds: 'recipes for a step' },
  { name: 'checks', floor: 2, holds: 'what judges a result' },
  { name: 'memories', floor: 2, holds: 'what was learned, and how it is recalled' },
  { name: 'routines', floor: 2, holds: 'what runs by itself, and when' },
  { name: 'counts', floor: 2, holds: 'desired and running agents' },
  { name: 'doors', floor: 2, holds: 'ways in' },
  { name: 'client', floor: 2, holds: 'the way in, from the other side' },
  { name: 'presets', floor: 3, holds: 'where things meet' },
  { name: 'cli', floor: 4, holds: 'the face in a terminal' },
  { name: 'tui', floor: 4, holds: 'the face that fills a terminal' },
  { name: 'index.ts', floor: 4, holds: 'the face for programs' },
]

/** Rooms that must run where there is no Node: in a browser, in an editor, in a replay. */
export const nodeless: readonly string[] = ['core', 'api', 'client']

/** All that an app under apps/ may see of src/. */
export const seenByApps: readonly string[] = ['core', 'api', 'client']

/** `src/core/schedule.ts` lies in `core`; `src/index.ts` is a room of its own; anything outside src lies in none. */
export function roomOf(path: string): string | undefined {
  const [top, room] = path.split('/')
  return top === 'src' ? room : undefined
}

export function floorOf(room: string): number | undefined {
  return rooms.find(({ name }) => name === room)?.floor
}

/** The house as a drawing, highest floor first, with the rooms of `present` only. */
export function drawing(present: (room: Room) => boolean): string {
  const floors = [...new Set(rooms.map(({ floor }) => floor))].sort((a, b) => b - a)
  const lines = floors.flatMap((floor) => {
    const there = rooms.filter((room) => room.floor === floor && present(room))
    return there.map(({ name, holds }, index) => {
      const mark = index === 0 ? `floor ${floor}` : '       '
      return `${mark}  ${name.padEnd(14)}${holds}`
    })
  })
  return lines.join('\n')
}
