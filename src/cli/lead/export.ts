// baton export: the portfolio as a text, here or in a new file.
import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { type ExportFormat, exportFormats } from '../../api/portfolio/export.ts'
import { rowKinds } from '../../core/portfolio/sheets.ts'
import { Refused, refuse } from '../../core/refusals.ts'
import type { Command, Context } from '../command.ts'
import { anyItem } from '../names.ts'
import { plural } from '../print/words.ts'
import { filterOptions, filtersOf, nothing } from './window.ts'

export const exportPortfolio: Command = {
  name: 'export',
  caption:
    'Gives the portfolio away as JSON (with history and artifacts of every item), CSV or Markdown: docs/metrics.md.',
  usage:
    '[<item>] [--format json|csv|md] [--rows items|steps|attempts] [--stdout | --out <file>] [--from <time>] [--to <time>]',
  example:
    'baton export --format csv --out portfolio.csv\nbaton export --format csv --rows attempts --stdout\nbaton export --format json --status blocked\nbaton export --out artifacts/exports/',
  options: [
    {
      name: 'format',
      value: 'word',
      caption: `one of ${exportFormats.join(', ')} (usually what the file ends in, else json)`,
    },
    { name: 'rows', value: 'word', caption: `of a table: one line for each of ${rowKinds.join(', ')} (usually items)` },
    { name: 'stdout', caption: 'print it here, as without --out' },
    {
      name: 'out',
      value: 'file',
      caption: 'write to a new file; in a folder (ending in /) as portfolio-<time>.<format>',
    },
    ...filterOptions,
  ],
  words: [1, 0],
  json: '{ seq, format, items, more, text }; with --out: { seq, format, items, more, file }',
  run: async (context) => {
    const rows = context.choice('rows', rowKinds)
    const out = context.text('out')
    const format = context.choice('format', exportFormats) ?? formatOf(out)
    if (out !== undefined && context.has('stdout'))
      throw new Refused(refuse('invalid', '--stdout', '--out says another place', 'leave one of them out'))
    const filters = filtersOf(context)
    const { text, ...rest } = await context.with('look', async (house) => {
      const item = context.words.length === 0 ? {} : { item: await anyItem(house, context.word(0)) }
      return house.call('portfolio/export', {
        ...filters,
        ...item,
        ...(rows === undefined ? {} : { rows }),
        format,
        limit: 5000,
      })
    })
    if (rest.more > 0)
      context.hint(`${plural(rest.more, 'item')} more are left out: narrow it down by --from or --owner`)
    if (rest.items === 0) context.hint(nothing(context))
    if (out === undefined) {
      if (context.json) context.give({ ...rest, text }, () => undefined)
      else context.world.stdout.write(text)
      return undefined
    }
    const file = written(context, out, format, text)
    context.give({ ...rest, file }, (people) => people.line(`${plural(rest.items, 'item')} written to `, file))
    return undefined
  },
}

/** A file says by its ending what is to be in it. */
function formatOf(out: string | undefined): ExportFormat {
  return exportFormats.find((format) => out?.toLowerCase().endsWith(`.${format}`)) ?? 'json'
}

/** What was given away before is not written over. */
function written(context: Context, out: string, format: ExportFormat, text: string): string {
  const given = resolve(context.world.folder, out)
  try {
    const folder = out.endsWith('/') || statSync(given, { throwIfNoEntry: false })?.isDirectory() === true
    const name = `portfolio-${new Date().toISOString().replace(/[:.]/gu, '-')}.${format}`
    const file = folder ? join(given, name) : given
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text, { flag: 'wx', mode: 0o600 })
    return file
  } catch (error) {
    const there = error instanceof Error && 'code' in error && error.code === 'EEXIST'
    const why = there ? 'it is there already' : error instanceof Error ? error.message : String(error)
    throw new Refused(refuse('conflict', `--out ${out}`, why, 'name a file that does not exist yet'))
  }
}
