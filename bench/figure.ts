// What one measurement found: the number, the bar it is held against, and whether it clears it.

export interface Figure {
  readonly name: string
  readonly value: number
  readonly unit: string
  /** The physical limit, measured in the same run with the same driver. */
  readonly limit?: number
  /** `value` over `limit`. */
  readonly ratio?: number
  readonly bar: string
  readonly met: boolean
  readonly note?: string
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const [low = 0, high = 0] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]]
  return (low + high) / 2
}

const spoken = (value: number) => (value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3))

export function line(figure: Figure): string {
  const limit = figure.limit === undefined ? '' : ` of ${spoken(figure.limit)}`
  const ratio = figure.ratio === undefined ? '' : ` = ${(figure.ratio * 100).toFixed(0)} %`
  const note = figure.note === undefined ? '' : ` (${figure.note})`
  return `${figure.met ? 'met   ' : 'MISSED'} ${figure.name}: ${spoken(figure.value)} ${figure.unit}${limit}${ratio}; bar ${figure.bar}${note}`
}

/** Prints the figures of a bench file that is run by itself. */
export async function report(measure: () => Promise<readonly Figure[]>): Promise<void> {
  for (const figure of await measure()) process.stdout.write(`${line(figure)}\n`)
}
