// Money, tokens and parts of a whole as people read them.

/** Two places from a dollar on, and as many as it takes to see anything below. */
export function dollars(usd: number): string {
  if (usd === 0) return '$0'
  if (usd < 0.0001) return '< $0.0001'
  return `$${usd.toFixed(usd >= 1 ? 2 : usd >= 0.1 ? 3 : 4)}`
}

export function part(of: number): string {
  return `${(of * 100).toFixed(of > 0 && of < 0.1 ? 1 : 0)} %`
}

/** `950`, `12.4 k`, `3.1 M`. */
export function thousands(count: number): string {
  if (count < 1000) return String(Math.round(count))
  const units = ['k', 'M', 'G', 'T']
  let left = count / 1000
  let unit = 0
  while (left >= 999.95 && unit < units.length - 1) {
    left /= 1000
    unit += 1
  }
  return `${left.toFixed(1)} ${units[unit]}`
}
