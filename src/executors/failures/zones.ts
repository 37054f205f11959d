// What a clock on the wall says in a zone, and when it says it.

export interface Wall {
  readonly year: number
  readonly month: number
  readonly date: number
  readonly hour: number
  readonly minute: number
}

/** Short names that mean one zone wherever agents use them. */
const short: Readonly<Record<string, string>> = {
  Z: 'UTC',
  GMT: 'UTC',
  PT: 'America/Los_Angeles',
  PST: 'America/Los_Angeles',
  PDT: 'America/Los_Angeles',
  MST: 'America/Denver',
  MDT: 'America/Denver',
  CST: 'America/Chicago',
  CDT: 'America/Chicago',
  ET: 'America/New_York',
  EST: 'America/New_York',
  EDT: 'America/New_York',
  CET: 'Europe/Paris',
  CEST: 'Europe/Paris',
  BST: 'Europe/London',
}

const known = new Map<string, Intl.DateTimeFormat | undefined>()
const knownAtMost = 64

/** Undefined for a zone that nobody knows. Without a name it is this machine's. */
function clockOf(zone: string | undefined): Intl.DateTimeFormat | undefined {
  const name = zone === undefined ? '' : (short[zone.toUpperCase()] ?? zone)
  if (known.has(name)) return known.get(name)
  if (known.size >= knownAtMost) known.clear()
  const made = formatFor(name)
  known.set(name, made)
  return made
}

function formatFor(name: string): Intl.DateTimeFormat | undefined {
  const digits = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' } as const
  try {
    return new Intl.DateTimeFormat('en-US', {
      ...digits,
      ...(name === '' ? {} : { timeZone: name }),
      hourCycle: 'h23',
      calendar: 'gregory',
      numberingSystem: 'latn',
    })
  } catch {
    return undefined
  }
}

export function wallIn(at: number, zone?: string): Wall | undefined {
  const parts = clockOf(zone)?.formatToParts(at)
  if (parts === undefined) return undefined
  const of = (type: string): number => Number(parts.find((part) => part.type === type)?.value)
  return { year: of('year'), month: of('month'), date: of('day'), hour: of('hour'), minute: of('minute') }
}

const asUtc = (wall: Wall): number => Date.UTC(wall.year, wall.month - 1, wall.date, wall.hour, wall.minute)

/** When that clock says this: of two times the later, and of a time that is left out the one just after it. */
export function wallTime(wall: Wall, zone?: string): number | undefined {
  const meant = asUtc(wall)
  if (!real(wall, meant)) return undefined
  const day = 86_400_000
  const offsets: number[] = []
  for (const near of [meant - day, meant + day]) {
    const there = wallIn(near, zone)
    if (there === undefined) return undefined
    offsets.push(asUtc(there) - near)
  }
  const [before = 0, after = 0] = offsets
  const tries = [meant - after, meant - before].sort((a, b) => b - a)
  const fits = tries.find((then) => {
    const there = wallIn(then, zone)
    return there !== undefined && asUtc(there) === meant
  })
  return fits ?? tries[0]
}

/** There is no 31st of February. */
function real({ month, date, hour, minute }: Wall, meant: number): boolean {
  const found = new Date(meant)
  return found.getUTCMonth() === month - 1 && found.getUTCDate() === date && hour <= 23 && minute <= 59
}
