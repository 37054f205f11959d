// Writes changes into a plan's files in the working tree, and writes a plan down in another format.
import type { PlanChange, PlanRead } from '../core/nouns/plan.ts'
import type { PlanConverted, PlanOrder, PlanRewritten } from '../core/ports/house.ts'
import type { PlanFormat } from '../core/ports.ts'
import { Refused, refuse } from '../core/refusals.ts'
import type { HouseParts } from './parts.ts'

async function formatAt(parts: HouseParts, { workspace, path, format }: PlanOrder): Promise<PlanFormat> {
  const chosen = await parts.chooseFormat(parts.workingFiles(workspace), path, format)
  if (chosen.format === undefined) throw new Refused(refuse('invalid', path, chosen.why, chosen.remedy, path))
  return chosen.format
}

/** All of it or none: what the format cannot hold, and what names no step, is refused before a byte is written. */
export async function rewritePlan(
  parts: HouseParts,
  order: PlanOrder & { readonly changes: readonly PlanChange[] },
): Promise<PlanRewritten> {
  const { workspace, path, changes } = order
  const format = await formatAt(parts, order)
  const files = parts.workingFiles(workspace)
  const read = await format.read(files, path)
  for (const change of changes) refuseUnfit(format, read, change)
  const written = await format.write(files, path, changes)
  for (const one of written) await files.write(one.path, one.bytes)
  return { format: format.name, files: written.map((one) => one.path) }
}

function refuseUnfit(format: PlanFormat, read: PlanRead, change: PlanChange): void {
  if (!format.writes.includes(change.kind)) {
    const can = format.writes.length === 0 ? 'it holds no progress at all' : `it holds ${format.writes.join(', ')}`
    throw new Refused(
      refuse(
        'invalid',
        read.source,
        `the format ${format.name} has no place for a ${change.kind}: ${can}`,
        'say it in the plan yourself',
      ),
    )
  }
  if (change.key === undefined) return
  const known = read.items.some(
    ({ id, steps, groups = [] }) =>
      (change.item === undefined || change.item === id) &&
      (steps.some(({ key }) => key === change.key) || groups.some(({ key }) => key === change.key)),
  )
  if (known) return
  throw new Refused(
    refuse('not-found', `${change.key}`, `${read.source} has no such step`, `baton plan show ${read.source}`),
  )
}

/** What people call a format that has a name of its own. */
const called: Readonly<Record<string, string>> = { markdown: 'checklist' }

export async function convertPlan(
  parts: HouseParts,
  order: PlanOrder & { readonly to: string },
): Promise<PlanConverted> {
  const { workspace, path, to } = order
  const formats = await parts.formats()
  const target = formats.find(({ name }) => name === (called[to] ?? to))
  if (target?.compose === undefined) {
    const names = formats.filter(({ compose }) => compose !== undefined).map(({ name }) => name)
    throw new Refused(
      refuse('invalid', `--to ${to}`, 'no plan can be written in that format', `give one of: ${names.join(', ')}`),
    )
  }
  const format = await formatAt(parts, order)
  const read = await format.read(parts.workingFiles(workspace), path)
  const composed = target.compose(read)
  const files = composed.files.map(({ path: name, bytes }) => ({ path: name, text: new TextDecoder().decode(bytes) }))
  return { from: format.name, to, files, lost: composed.lost, notes: read.notes }
}
