// The small parts that pages are put together from: times, digests, rows, tables, and what work took.
import { nothingUsed, type Used } from '../nouns/attempt.ts'
import { utc } from '../text/utc.ts'
import { html, type Markup } from './markup.ts'
import type { Transfer } from './told.ts'

/** To the second: by it an entry is found in what others have logged. */
export const time = (at: number): string => {
  const seconds = Math.floor((at - Math.floor(at / 60_000) * 60_000) / 1000)
  return `${utc(at).join(' ')}:${String(seconds).padStart(2, '0')}`
}

/** That something went from one to another, by whom and why. */
export const went = ({ at, by, why, from, to }: Transfer, nobody = ''): string =>
  `${time(at)} from ${from || nobody} to ${to || nobody} by ${by}: ${why}`

export const code = (text: string | undefined): Markup | undefined =>
  text === undefined ? undefined : html`<code>${text}</code>`

/** In letters so small that the longest stands on one line. */
export const digest = (text: string | undefined): Markup | undefined =>
  text === undefined ? undefined : html`<code class="long">${text}</code>`

export const row = (name: string, value: string | number | Markup | undefined): Markup =>
  value === undefined || value === '' ? html`` : html`<dt>${name}</dt><dd>${value}</dd>`

export type Column = readonly [name: string, width: '' | 'n' | 'w' | 'p' | 's' | 'd']
export type Cell = string | number | Markup | undefined | readonly (Markup | string)[]

/** The heading is said again on each sheet of paper. */
export function table(columns: readonly Column[], rows: readonly (readonly Cell[])[]): Markup {
  const heading = columns.map(([name, width]) => html`<th class="${width}">${name}</th>`)
  const lines = rows.map(
    (cells) => html`<tr>${cells.map((cell, at) => html`<td class="${columns[at]?.[1]}">${cell}</td>`)}</tr>`,
  )
  return html`<table><thead><tr>${heading}</tr></thead><tbody>${lines}</tbody></table>`
}

export function more(count: number, what: string): Markup {
  return count <= 0 ? html`` : html`<p class="dim">${count} more ${what} are in the record.</p>`
}

/** What nobody counted is left out. */
export function tookText(all: readonly { readonly used?: Used }[]): string {
  const sum = { ...nothingUsed }
  for (const { used = nothingUsed } of all) {
    sum.tokensIn += used.tokensIn
    sum.tokensOut += used.tokensOut
    sum.cost += used.cost
    sum.ms += used.ms
  }
  const tokens = sum.tokensIn + sum.tokensOut
  const unsure = all.some(({ used }) => used?.unpriced === true)
  const price = unsure
    ? `at least $${sum.cost.toFixed(2)}, for some of it has no known price`
    : `$${sum.cost.toFixed(2)}`
  return [workText(sum.ms), tokens === 0 ? '' : `${tokens} tokens`, sum.cost === 0 && !unsure ? '' : price]
    .filter((one) => one !== '')
    .join(', ')
}

function workText(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 1) return 'under a second'
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
