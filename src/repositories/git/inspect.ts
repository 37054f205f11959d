// Judges whether a person's folder may be moved from one tree to another: nothing uncommitted may lie on a path that differs.
import { addressProblem, foldPath, namesGit, pathProblem } from '../names.ts'
import { GITLINK, LINK } from '../objects.ts'
import { type Conversion, conversions } from './conversions.ts'
import { type Difference, rawDiff, type Side } from './diff.ts'
import type { Folder, Found } from './folder.ts'
import type { Opened } from './open.ts'

/** One path to move. `also` is what interrupted syncs of ours may have left there; undefined stands for nothing. */
export interface Touch extends Difference {
  readonly also?: readonly (Side | undefined)[]
}

export interface Work {
  readonly touch: Touch
  readonly crlf: boolean
  /** The path on disk does not hold the new side yet. */
  readonly write: boolean
}

export interface Offence {
  readonly path: string
  readonly why: string
}

export interface Ground {
  readonly folder: string
  readonly gitDir: string
}

/** The paths of a move from `old` to `next`; those that interrupted moves to `halves` changed are moved on, or back. */
export async function touches(
  opened: Opened,
  old: string,
  next: string,
  halves: readonly string[],
): Promise<readonly Touch[]> {
  const all = new Map<string, Touch>((await rawDiff(opened.run, old, next)).map((d) => [d.path, d]))
  for (const half of halves) {
    if (half === next) continue
    for (const { path, from, to } of await rawDiff(opened.run, old, half)) {
      const known: Touch = all.get(path) ?? { path, ...(from ? { from, to: from } : {}) }
      all.set(path, { ...known, also: [...(known.also ?? []), to] })
    }
  }
  return [...all.values()]
}

/** Works on many at once, so that one waits for the disk while others read; the first failure ends all, after those under way. */
export async function abreast<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const queue = all.values()
  const failures: unknown[] = []
  const lane = async () => {
    for (const one of queue) {
      if (failures.length > 0) return
      await work(one).catch((error: unknown) => failures.push(error))
    }
  }
  await Promise.all(Array.from({ length: 24 }, lane))
  if (failures.length > 0) throw failures[0]
}

interface Staged {
  readonly tag: string
  readonly side: Side
  readonly stage: string
}

async function readIndex(opened: Opened, ground: Ground, paths: readonly string[]): Promise<Map<string, Staged>> {
  const named = paths.length <= 200 && paths.reduce((n, p) => n + p.length, 0) < 16_000 ? paths : []
  const args = ['ls-files', '-s', '-v', '-z', '--', ...named]
  const { out } = await opened.run({ reach: 'refs', args, gitDir: ground.gitDir, workTree: ground.folder })
  const entries = new Map<string, Staged>()
  for (const line of out.toString('utf8').split('\0')) {
    const [, tag = '', mode = '', oid = '', stage = '', path] = /^(.) (\d+) ([0-9a-f]+) (\d)\t(.*)$/su.exec(line) ?? []
    if (path !== undefined) entries.set(path, { tag, stage, side: { mode, oid } })
  }
  return entries
}

/** New `.gitattributes` count for what is written, so they are read from an index of the new tree. */
async function newConversions(opened: Opened, ground: Ground, next: string, paths: readonly string[]) {
  if (!paths.some((p) => p === '.gitattributes' || p.endsWith('/.gitattributes'))) return undefined
  const indexFile = `${opened.places.scratch}/attributes-index`
  await opened.run({ reach: 'objects', args: ['read-tree', next], indexFile })
  return conversions(opened, { ...ground, indexFile }, paths)
}

export async function inspect(
  opened: Opened,
  ground: Ground,
  folder: Folder,
  all: readonly Touch[],
  next: string,
): Promise<{ readonly work: readonly Work[]; readonly offences: readonly Offence[] }> {
  const misnamed = all.flatMap((t) => {
    const why = badlyNamed(t)
    return why ? [{ path: t.path, why }] : []
  })
  if (misnamed.length > 0) return { work: [], offences: misnamed }
  const paths = all.map((t) => t.path)
  const index = await readIndex(opened, ground, paths)
  const before = await conversions(opened, ground, paths)
  const after = (await newConversions(opened, ground, next, paths)) ?? before
  const byPath = new Map(all.map((t) => [t.path, t]))
  const gone = new Set(all.filter((t) => t.from && !t.to).map((t) => foldPath(t.path)))
  const work: Work[] = []
  const offences: Offence[] = []
  await abreast(all, async (touch) => {
    const [read, write] = [before.get(touch.path), after.get(touch.path)]
    const staged = index.get(touch.path)
    const why = unfit(touch, read, write) ?? badlyStaged(touch, staged)
    const found = why ? undefined : await folder.find(touch.path, (read?.crlf ?? false) || (write?.crlf ?? false))
    const verdict = found ? await judge(opened, folder, touch, found, byPath, gone) : { why }
    if (verdict.why !== undefined) offences.push({ path: touch.path, why: verdict.why })
    else work.push({ touch, crlf: write?.crlf ?? false, write: verdict.write ?? false })
  })
  offences.sort((a, b) => (a.path < b.path ? -1 : 1))
  return { work, offences }
}

function unfit(touch: Touch, read: Conversion | undefined, write: Conversion | undefined): string | undefined {
  if (touch.from?.mode === GITLINK || touch.to?.mode === GITLINK) return 'is a nested repository'
  return read?.unfit ?? write?.unfit
}

/** A tree may hold names that no git would check out. What only goes away may be odd, as long as it is inside. */
function badlyNamed({ path, to }: Touch): string | undefined {
  if (to) return pathProblem(path)
  return addressProblem(path) ?? (path.split('/').some(namesGit) ? 'names a git folder' : undefined)
}

const same = (a: Side | undefined, b: Side | undefined) => a?.mode === b?.mode && a?.oid === b?.oid

function accepted(touch: Touch): readonly (Side | undefined)[] {
  return [touch.to, touch.from, ...(touch.also ?? [])]
}

function badlyStaged(touch: Touch, staged: Staged | undefined): string | undefined {
  if (staged && staged.stage !== '0') return 'has an unsettled conflict'
  if (staged && /[sS]/.test(staged.tag)) return 'is left out of the folder by sparse checkout'
  return accepted(touch).some((side) => same(side, staged?.side)) ? undefined : 'has staged changes'
}

type Verdict = { readonly why?: string | undefined; readonly write?: boolean }

async function judge(
  opened: Opened,
  folder: Folder,
  touch: Touch,
  found: Found,
  byPath: ReadonlyMap<string, Touch>,
  gone: ReadonlySet<string>,
): Promise<Verdict> {
  const is = (side: Side | undefined) => holds(opened, found, side)
  if (found.kind === 'blocked') {
    const by = byPath.get(found.by)
    const leaves = by?.from !== undefined && by.to === undefined
    if (!touch.to) return { write: false }
    return leaves ? { write: true } : { why: `is behind ${found.by}, which is a file or a link of your own` }
  }
  if (found.kind === 'folder') {
    if (!touch.to) return { write: false }
    const files = await folder.below(touch.path, 10_000)
    const own = files.find((f) => !(byPath.get(f)?.from && !byPath.get(f)?.to))
    return own === undefined ? { write: true } : { why: `is a folder that holds ${own}` }
  }
  if (is(touch.to)) return { write: false }
  if (accepted(touch).some(is)) return { write: true }
  const folded = !touch.from && opened.settings['core.ignorecase'] === 'true' && gone.has(foldPath(touch.path))
  if (folded) return { write: true }
  return { why: touch.from ? 'has uncommitted changes' : 'is a file of your own that is in the way' }
}

function holds(opened: Opened, found: Found, side: Side | undefined): boolean {
  if (!side) return found.kind === 'absent'
  const links = opened.settings['core.symlinks'] !== 'false'
  if (found.kind === 'link') return side.mode === LINK && side.oid === found.oid
  if (found.kind !== 'file' || (side.mode === LINK && links)) return false
  if (!found.oids.includes(side.oid)) return false
  const counts = process.platform !== 'win32' && opened.settings['core.filemode'] !== 'false'
  return !counts || found.runs === (side.mode === '100755')
}
