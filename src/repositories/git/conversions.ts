// What git would do to the bytes of a file on their way to disk: line ends, which we do too, and filters, which we never run.
import type { Opened, Settings } from './open.ts'

export interface Conversion {
  /** Why this path cannot be written without running what the repository configured. */
  readonly unfit?: string
  readonly crlf: boolean
}

const ASKED = ['filter', 'ident', 'working-tree-encoding', 'text', 'eol'] as const
const OFF = new Set(['unspecified', 'unset', ''])

/** Reads attributes of `paths`: those in the folder, or with `indexFile` those of that index. Running `check-attr` starts nothing. */
export async function conversions(
  opened: Opened,
  where: { readonly folder: string; readonly gitDir: string; readonly indexFile?: string },
  paths: readonly string[],
): Promise<ReadonlyMap<string, Conversion>> {
  const cached = where.indexFile === undefined ? [] : ['--cached']
  const { out } = await opened.run({
    reach: 'person',
    args: ['check-attr', ...cached, '-z', '--stdin', ...ASKED],
    input: paths.map((p) => `${p}\0`).join(''),
    gitDir: where.gitDir,
    workTree: where.folder,
    ...(where.indexFile === undefined ? {} : { indexFile: where.indexFile }),
  })
  const fields = out.toString('utf8').split('\0')
  const found = new Map<string, Map<string, string>>()
  for (let at = 0; at + 2 < fields.length; at += 3) {
    const attributes = found.get(fields[at] ?? '') ?? new Map<string, string>()
    found.set(fields[at] ?? '', attributes.set(fields[at + 1] ?? '', fields[at + 2] ?? ''))
  }
  return new Map([...found].map(([path, attributes]) => [path, judge(attributes, opened.settings)]))
}

function judge(attributes: ReadonlyMap<string, string>, settings: Settings): Conversion {
  const of = (name: string) => attributes.get(name) ?? 'unspecified'
  for (const name of ['filter', 'ident', 'working-tree-encoding']) {
    if (!OFF.has(of(name))) return { unfit: `has the git attribute ${name}=${of(name)}`, crlf: false }
  }
  return { crlf: wantsCrlf(of('text'), of('eol'), settings) }
}

export function wantsCrlf(text: string, eol: string, settings: Settings, platform: string = process.platform): boolean {
  if (text === 'unset') return false
  if (eol === 'crlf' || eol === 'lf') return eol === 'crlf'
  const auto = settings['core.autocrlf'] ?? 'false'
  if (auto !== 'false') return auto === 'true'
  if (text === 'unspecified') return false
  const end = settings['core.eol'] ?? 'native'
  return end === 'crlf' || (end === 'native' && platform === 'win32')
}

/** Text without any carriage return; everything else is left as it is, like git does. */
export function toDisk(bytes: Buffer, crlf: boolean): Buffer {
  if (!crlf || bytes.includes(0) || bytes.includes(13)) return bytes
  return Buffer.from(bytes.toString('latin1').replaceAll('\n', '\r\n'), 'latin1')
}

export function fromDisk(bytes: Buffer): Buffer {
  return bytes.includes(0) ? bytes : Buffer.from(bytes.toString('latin1').replaceAll('\r\n', '\n'), 'latin1')
}
