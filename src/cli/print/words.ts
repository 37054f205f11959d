// Durations, sizes and status words as people read them.
import type { Piece, Style } from './people.ts'

export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  const seconds = ms / 1000
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} m ${Math.floor(seconds % 60)} s`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} m`
}

export function bytes(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let left = count
  let unit = 0
  while (left >= 1000 && unit < units.length - 1) {
    left /= 1000
    unit += 1
  }
  return `${unit === 0 ? left : left.toFixed(1)} ${units[unit]}`
}

export const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`

const styles: Readonly<Record<string, Style>> = {
  done: 'green',
  running: 'cyan',
  verifying: 'cyan',
  landing: 'cyan',
  ready: 'blue',
  gated: 'yellow',
  blocked: 'yellow',
  failed: 'red',
  cancelled: 'red',
  skipped: 'dim',
  waiting: 'dim',
}

export function statusPiece(status: string): Piece {
  const style = styles[status]
  return style === undefined ? status : { text: status, style }
}

const order = [
  'done',
  'skipped',
  'running',
  'verifying',
  'landing',
  'gated',
  'ready',
  'waiting',
  'blocked',
  'failed',
  'cancelled',
]

/** `3 done, 1 running, 8 waiting`, in one order everywhere. */
export function countsText(counts: Readonly<Record<string, number | undefined>>): string {
  const said = order.flatMap((word) => ((counts[word] ?? 0) > 0 ? [`${counts[word]} ${word}`] : []))
  return said.length === 0 ? 'no steps' : said.join(', ')
}
