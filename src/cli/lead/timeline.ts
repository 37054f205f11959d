// Time drawn in letters: a line for each step from the opening of its item on, and a bar for each day.
import type { ItemDetail, StepDetail } from '../../core/portfolio/detail.ts'
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
  const whole = [...waiting(span.openedAt, to), ...tried(item), ...held(item)]
  return [
    `${' '.repeat(names)}  ${axis(from, to, cells)}`,
    row('all', whole),
    ...shown.map((step) => {
      const { key, begunAt, landedAt } = step
      return row(key, [
        ...(begunAt === undefined ? [] : waiting(begunAt, landedAt ?? to)),
        ...tried(item, key),
        ...held(item, step),
        ...(landedAt === undefined ? [] : [{ from: landedAt, until: landedAt, sign: '|' }]),
      ])
    }),
    ...(steps.length > shown.length ? [`… and ${steps.length - shown.length} steps more`] : []),
  ]
}

const waiting = (from: number, until: number): Stretch[] => [{ from, until, sign: '.' }]

function tried({ id, attempts }: ItemDetail, key?: string): Stretch[] {
  const own = attempts.filter(({ step }) => key === undefined || step === `${id}/${key}`)
  return own.map(({ startedAt, endedAt }) => stretch('=', startedAt, endedAt))
}

/** Of the item: everything. Of a step: what is on it, and while it is begun and not done, what is on all of the item. */
function held({ id, gates, blockers }: ItemDetail, step?: StepDetail): Stretch[] {
  const own = (on: string | undefined): boolean => step === undefined || on === `${id}/${step.key}`
  const all = blockers.flatMap(({ step: on, from, until }) => {
    if (own(on)) return [stretch('x', from, until)]
    if (on !== undefined || step?.begunAt === undefined) return []
    const end = Math.min(until ?? ever, step.landedAt ?? ever)
    const begin = Math.max(from, step.begunAt)
    return end > begin ? [stretch('x', begin, end === ever ? undefined : end)] : []
  })
  return [...gates.filter((gate) => own(gate.step)).map(({ from, until }) => stretch('?', from, until)), ...all]
}

const ever = Number.MAX_SAFE_INTEGER

function stretch(sign: string, from: number, until: number | undefined): Stretch {
  return { from, sign, ...(until === undefined ? {} : { until }) }
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

/** Minutes do not tell the ends of less than an hour apart. */
function axis(from: number, to: number, cells: number): string {
  const begin = utc(from).join(' ')
  const end = to - from < 3_600_000 ? `+${short(to - from)}` : utc(to).join(' ')
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
