// The portfolio as one text to give away: JSON with every item's history and artifacts, or a table.
import { z } from 'zod'
import { dossier, type Portfolio } from '../../core/portfolio/dossier.ts'
import { csvOf, markdownOf, type Rows, rowKinds } from '../../core/portfolio/sheets.ts'
import type { House } from '../../core/ports/house.ts'
import type { Refusal } from '../../core/refusals.ts'
import { reads } from '../method.ts'
import { detailed, filters, measured } from '../metrics/reading.ts'
import { isRefusal } from '../refusal.ts'

export const exportFormats = ['json', 'csv', 'md'] as const
export type ExportFormat = (typeof exportFormats)[number]

export interface Exported {
  readonly seq: number
  readonly format: ExportFormat
  readonly items: number
  /** How many more there are; give a higher limit, or filters. */
  readonly more: number
  readonly text: string
}

/** What a terminal might obey: escaped, as JSON may, so that nothing is lost. */
const obeyed = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu
const escaped = (found: string): string =>
  [...Array(found.length).keys()].map((at) => `\\u${found.charCodeAt(at).toString(16).padStart(4, '0')}`).join('')

const written: Readonly<Record<ExportFormat, (portfolio: Portfolio, rows: Rows) => string>> = {
  json: (portfolio) => `${JSON.stringify(dossier(portfolio), undefined, 2).replace(obeyed, escaped)}\n`,
  csv: csvOf,
  md: markdownOf,
}

export const portfolioExport = reads({
  name: 'portfolio/export',
  needs: 'read',
  caption: 'The portfolio as JSON, CSV or Markdown; JSON leads from the sums to each item, its history and artifacts.',
  params: z.strictObject({
    ...filters,
    format: z.enum(exportFormats).default('json'),
    rows: z.enum(rowKinds).default('items'),
    limit: z.int().min(1).max(5000).default(1000),
  }),
  read: async (house: House, { format, rows, limit, ...given }): Promise<Exported | Refusal> => {
    const found = await measured(house, given)
    if (isRefusal(found)) return found
    const { seq, window, wanted } = found
    const bare = format !== 'json' && rows === 'items'
    const down = bare ? { lives: found.lives.slice(0, limit), trails: new Map() } : await detailed(house, found, limit)
    const { lives, trails } = down
    const text = written[format]({ seq, window, wanted, lives, trails }, rows)
    return { seq, format, items: lives.length, more: found.lives.length - lives.length, text }
  },
})
