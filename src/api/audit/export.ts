// The record, or one item's or workspace's part of it, as lines that can be verified without this home.
import { z } from 'zod'
import type { House } from '../../core/ports/house.ts'
import { series } from '../method.ts'
import { path } from '../words.ts'

export const auditExport = series({
  name: 'audit/export',
  needs: 'read',
  caption: 'The record, or one part of it, as lines that can be verified without this home.',
  params: z.strictObject({ stream: path.optional() }),
  series: (house: House, { stream }): AsyncIterable<string> => house.audit.export(stream),
})
