// Time drawn in letters: a line for each step from the opening of its item on, and a bar for each day.
import type { ItemDetail } from '../../core/portfolio/detail.ts'
import type { DayDone } from '../../core/portfolio/throughput.ts'
import { utc } from '../../core/text/utc.ts'

/** `3d 4h`, `4h 12m`, `12m 5s`, `31s`: no more than two units. */
export function short(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds === 0) return ms > 0 ? `${Math.ceil(ms)}ms` : '0'
  const units = [
    [86_400, 'd'],
    [3600, 'h'],
    [60, 'm'],
    [1, 's'],
  ] as const
  const first = units.findIndex(([size]) => seconds >= size)
  let left = seconds
  return units
    .slice(first, first + 2)
    .flatMap(([size, name]) => {
      const count = Math.floor(left / size)
      left -= count * size
      return count === 0 ? [] : [`${count}${name}`]
    })
    .join(' ')
}

export const legend = '= at work   x blocked   ? at a gate   | landed   . begun and waiting'

interface Stretch {
  readonly from: number
  readonly until?: number
  readonly sign: string
}

const mostRows = 40

/** Of the newest span; `now` ends what goes on. Names are as wide as the widest. */
export function timeline(item: ItemDetail, now: number, width: number): string[] {
  const span = item.spans.at(-1)
  if (span === undefined) return []
  const [from, to] = [span.openedAt, Math.max(span.endedAt ?? now, span.openedAt + 1)]
  const steps = item.steps.filter((step) => step.begunAt !== undefined || step.blockedMs > 0)
  const shown = [...steps].sort((a, b) => (a.begunAt ?? to) - (b.begunAt ?? to)).slice(0, mostRows)
  const names = Math.max(4, ...shown.map(({ key }) => Math.min(20, key.length)))
  const cells = Math.max(20, Math.min(width, 100) - names - 2)
  const row = (name: string, stretches: readonly Stretch[]): string =>
    `${name.slice(0, 20).padEnd(names)}  ${drawn(stretches, { from, to, cells })}`.trimEnd()
  const whole = [...waiting(span.openedAt, to), ...held(item, undefined)]
  return [
    `${' '.repeat(names)}  ${axis(from, to, cells)}`,
    row('all', whole),
    ...shown.map(({ key, begunAt, landedAt }) =>
      row(key, [
        ...(begunAt === undefined ? [] : waiting(begunAt, landedAt ?? to)),
        ...tried(item, key),
        ...held(item, key),
        ...(landedAt === undefined ? [] : [{ from: landedAt, until: landedAt, sign: '|' }]),
      ]),
    ),
    ...(steps.length > shown.length ? [`… and ${steps.length - shown.length} steps more`] : []),
  ]
}

const waiting = (from: number, until: number): Stretch[] => [{ from, until, sign: '.' }]

function tried({ id, attempts }: ItemDetail, key: string): Stretch[] {
  const own = attempts.filter(({ step }) => step === `${id}/${key}`)
  return own.map(({ startedAt, endedAt }) => ({
    from: startedAt,
    ...(endedAt === undefined ? {} : { until: endedAt }),
    sign: '=',
  }))
}

/** Of a step: what is on it, and what is on all of the item. Of the item: everything. */
function held({ id, gates, blockers }: ItemDetail, key: string | undefined): Stretch[] {
  const on = (step: string | undefined): boolean => key === undefined || step === undefined || step === `${id}/${key}`
  const stretch = (sign: string) => (one: { from: number; until?: number }) => ({
    from: one.from,
    ...(one.until === undefined ? {} : { until: one.until }),
    sign,
  })
  const asked = gates.filter(({ step }) => (key === undefined ? true : step === `${id}/${key}`))
  return [...asked.map(stretch('?')), ...blockers.filter(({ step }) => on(step)).map(stretch('x'))]
}

/** What is given later is drawn over what was given before; the shortest stretch still takes one letter. */
function drawn(stretches: readonly Stretch[], on: { from: number; to: number; cells: number }): string {
  const letters = Array<string>(on.cells).fill(' ')
  const cell = (at: number): number => Math.floor(((at - on.from) / (on.to - on.from)) * on.cells)
  for (const { from, until = on.to, sign } of stretches) {
    if (until < on.from || from > on.to) continue
    const first = Math.min(on.cells - 1, Math.max(0, cell(from)))
    const last = Math.min(on.cells - 1, Math.max(first, cell(until - 1)))
    letters.fill(sign, first, last + 1)
  }
  return letters.join('')
}

function axis(from: number, to: number, cells: number): string {
  const [begin, end] = [from, to].map((at) => utc(at).join(' ')) as [string, string]
  return begin + end.padStart(Math.max(end.length + 1, cells - begin.length))
}

const daysDrawn = 14

/** Steps that landed, day for day; nothing when there is nothing to compare. */
export function bars(days: readonly DayDone[], width: number): string[] {
  const shown = days.slice(-daysDrawn)
  const most = Math.max(0, ...shown.map(({ landed }) => landed))
  if (shown.length < 2 || most === 0) return []
  const digits = String(most).length
  const room = Math.max(10, Math.min(width, 80) - 12 - digits - 1 - 20)
  return [
    'steps landed a day',
    ...shown.map(({ day, landed, integrated }) => {
      const bar = '#'.repeat(landed === 0 ? 0 : Math.max(1, Math.round((landed / most) * room)))
      const items = integrated === 0 ? '' : `   ${integrated} ${integrated === 1 ? 'item' : 'items'} done`
      return `${day}  ${bar}${bar === '' ? '' : ' '}${landed}${items}`
    }),
  ]
}
