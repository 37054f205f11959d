// Reads and writes objects through warm git processes, and checks every id that git gives back against our own.
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { RepositoryTrouble } from '../../core/ports.ts'
import { type Entry, encodeTree, type Format, nameOf, type ObjectType, parseCommit, parseTree } from '../objects.ts'
import type { Opened } from './open.ts'
import { type Command, startGit } from './run.ts'
import { Warm } from './warm.ts'

/** Above this many new blobs one pack is written by fast-import; below, loose objects by the warm process. */
const FEW = 24
const LARGEST = 256 * 1024 * 1024
const KEPT_TREES = 2000

interface Kind {
  readonly type: string
  readonly size: number
}

export class Objects {
  readonly format: Format
  readonly #opened: Opened
  readonly #reads: Warm
  readonly #writes: Readonly<Record<'blob' | 'commit', Warm>>
  readonly #trees: Warm
  readonly #seen = new Map<string, readonly Entry[]>()
  #count = 0

  constructor(opened: Opened) {
    this.#opened = opened
    this.format = opened.places.format
    const warm = (args: readonly string[]) => {
      const command: Command = { reach: 'objects', args }
      return new Warm(args[0] ?? '', () => startGit(opened.places.scratch, command, opened.places))
    }
    const writer = (type: string) => warm(['hash-object', '-t', type, '-w', '--no-filters', '--stdin-paths'])
    this.#reads = warm(['cat-file', '--batch-command'])
    this.#writes = { blob: writer('blob'), commit: writer('commit') }
    this.#trees = warm(['mktree', '-z', '--batch'])
  }

  /** What kind of object this is; undefined when the repository does not hold it. */
  kind(oid: string): Promise<Kind | undefined> {
    return this.#reads.ask(`info ${oid}\n`, (bytes) => {
      const end = bytes.indexOf(10)
      if (end < 0) return { need: 1 }
      const [, type = '', size] = bytes.toString('latin1', 0, end).split(' ')
      return { used: end + 1, value: type === 'missing' ? undefined : { type, size: Number(size) } }
    })
  }

  async need(oid: string, ...types: readonly string[]): Promise<Kind> {
    const kind = await this.kind(oid)
    if (kind && types.includes(kind.type)) return kind
    const what = kind ? `is a ${kind.type}, not a ${types.join(' or ')}` : 'is not in the repository'
    throw new RepositoryTrouble(
      'missing',
      `The object ${oid} ${what}.`,
      'Look whether `git gc` or a rebase removed it.',
    )
  }

  async read(oid: string): Promise<{ readonly type: string; readonly bytes: Buffer }> {
    const kind = await this.need(oid, 'blob', 'tree', 'commit')
    if (kind.size > LARGEST) {
      throw new RepositoryTrouble(
        'too-large',
        `The object ${oid} has ${kind.size} bytes, above the limit of ${LARGEST}.`,
        'Leave it out.',
      )
    }
    return this.#reads.ask(`contents ${oid}\n`, (bytes) => {
      const end = bytes.indexOf(10)
      if (end < 0) return { need: 1 }
      const [, type = '', size = '0'] = bytes.toString('latin1', 0, end).split(' ')
      if (type === 'missing') throw new RepositoryTrouble('missing', `The object ${oid} has gone.`, 'Run `git fsck`.')
      const last = end + 1 + Number(size)
      if (bytes.length < last + 1) return { need: last + 1 }
      return { used: last + 1, value: { type, bytes: Buffer.from(bytes.subarray(end + 1, last)) } }
    })
  }

  async treeOf(commitOrTree: string): Promise<string> {
    const kind = await this.need(commitOrTree, 'commit', 'tree')
    return kind.type === 'tree' ? commitOrTree : parseCommit((await this.read(commitOrTree)).bytes).tree
  }

  async tree(oid: string): Promise<readonly Entry[]> {
    const known = this.#seen.get(oid)
    if (known) return known
    const { type, bytes } = await this.read(oid)
    if (type !== 'tree')
      throw new RepositoryTrouble('missing', `The object ${oid} is a ${type}, not a tree.`, 'Give a tree.')
    return this.#remember(oid, parseTree(this.format, bytes))
  }

  #remember(oid: string, entries: readonly Entry[]): readonly Entry[] {
    if (this.#seen.size >= KEPT_TREES)
      for (const old of [...this.#seen.keys()].slice(0, KEPT_TREES / 2)) this.#seen.delete(old)
    this.#seen.set(oid, entries)
    return entries
  }

  /** `sorted` must be in git's order. */
  async writeTree(sorted: readonly Entry[]): Promise<string> {
    const oid = nameOf(this.format, 'tree', encodeTree(sorted))
    if (sorted.length === 0 && (await this.kind(oid))) return oid
    const lines = sorted.map((e) => `${e.mode} ${typeOf(e.mode)} ${e.oid}\t${e.name}\0`)
    await this.#trees.ask(Buffer.from(`${lines.join('')}\0`, 'latin1'), idLine(oid, 'tree'))
    this.#remember(oid, sorted)
    return oid
  }

  async write(type: 'blob' | 'commit', bytes: Uint8Array): Promise<string> {
    const oid = nameOf(this.format, type, bytes)
    const file = join(this.#opened.places.scratch, 'new', String(this.#count++))
    await writeFile(file, bytes)
    try {
      await this.#writes[type].ask(`${file}\n`, idLine(oid, type))
    } finally {
      await rm(file, { force: true })
    }
    return oid
  }

  /** Gives the ids in the order of `contents`. */
  async writeBlobs(contents: readonly Uint8Array[]): Promise<readonly string[]> {
    if (contents.length <= FEW) return Promise.all(contents.map((c) => this.write('blob', c)))
    const unique = new Map(contents.map((c) => [nameOf(this.format, 'blob', c), c]))
    const parts = [...unique.values()].flatMap((c) => [Buffer.from(`blob\ndata ${c.length}\n`), c, Buffer.from('\n')])
    const input = Buffer.concat([Buffer.from('feature done\n'), ...parts, Buffer.from('done\n')])
    await this.#opened.run({
      reach: 'objects',
      args: ['-c', 'fastimport.unpackLimit=1', 'fast-import', '--quiet'],
      input,
    })
    return contents.map((c) => nameOf(this.format, 'blob', c))
  }

  async close(): Promise<void> {
    await Promise.all([this.#reads, this.#trees, this.#writes.blob, this.#writes.commit].map((w) => w.close()))
  }
}

function typeOf(mode: string): ObjectType {
  return mode === '40000' ? 'tree' : mode === '160000' ? 'commit' : 'blob'
}

function idLine(expected: string, type: string) {
  return (bytes: Buffer) => {
    const end = bytes.indexOf(10)
    if (end < 0) return { need: expected.length + 1 }
    const said = bytes.toString('latin1', 0, end)
    if (said !== expected) {
      throw new RepositoryTrouble(
        'git',
        `git wrote the ${type} ${said} where ${expected} was meant.`,
        'Report this with your version of git.',
      )
    }
    return { used: end + 1, value: said }
  }
}
