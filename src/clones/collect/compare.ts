// Compares what was found in a folder with the base tree: what to read, what is gone, what is left out and why.
import { createHash } from 'node:crypto'
import type { Found, TreeEntry, Walked } from '../../core/ports.ts'
import { linkTrouble, pathTrouble } from './judge.ts'

export interface LeftOut {
  readonly path: string
  readonly why: string
}

export interface Compared {
  /** Files to read, with what the base has there. */
  readonly files: readonly { readonly found: Found & { readonly path: string }; readonly base?: TreeEntry }[]
  readonly links: readonly { readonly path: string; readonly target: string; readonly base?: TreeEntry }[]
  readonly deleted: readonly string[]
  /** Files and links that the base does not have: ignore rules apply to these. */
  readonly fresh: readonly string[]
  readonly leftOut: readonly LeftOut[]
}

const gitlink = '160000'
const notEntered = {
  repository: 'it is a repository of its own',
  deep: 'it lies more than 100 folders deep',
  other: 'it is neither a file, a folder nor a link, or its name cannot be written down',
} as const

export function blobId(bytes: Uint8Array, like: string): string {
  return createHash(like.length === 64 ? 'sha256' : 'sha1')
    .update(`blob ${bytes.length}\0`)
    .update(bytes)
    .digest('hex')
}

function above(path: string): string[] {
  const found: string[] = []
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) found.push(path.slice(0, at))
  return found
}

class Comparison {
  readonly #base: ReadonlyMap<string, TreeEntry>
  readonly files: { found: Found & { path: string }; base?: TreeEntry }[] = []
  readonly links: { path: string; target: string; base?: TreeEntry }[] = []
  readonly fresh: string[] = []
  readonly leftOut: LeftOut[] = []
  /** Paths that hold a file or link now. */
  readonly present = new Set<string>()
  /** Paths at which, and below which, the base's version stays. */
  readonly kept = new Set<string>()

  constructor(base: ReadonlyMap<string, TreeEntry>) {
    this.#base = base
  }

  take(found: Found): void {
    if (found.kind === 'folder') return
    const { path } = found
    if (path === undefined || found.kind === 'repository' || found.kind === 'deep' || found.kind === 'other') {
      this.#leave(path, found.shown, notEntered[found.kind as keyof typeof notEntered])
      return
    }
    const base = this.#base.get(path)
    const isLink = found.kind === 'link'
    const same =
      base !== undefined &&
      isLink &&
      base.mode === '120000' &&
      blobId(Buffer.from(found.target ?? ''), base.oid) === base.oid
    const trouble = same ? undefined : this.#trouble(found, path, base)
    if (trouble !== undefined) {
      // An odd name that the base has already is only odd news when it changed, which reading tells.
      this.#leave(path, found.shown, trouble)
      return
    }
    this.present.add(path)
    if (base === undefined) this.fresh.push(path)
    const old = base === undefined ? {} : { base }
    if (isLink) this.links.push({ path, target: found.target ?? '', ...old })
    else this.files.push({ found: { ...found, path }, ...old })
  }

  #trouble(found: Found, path: string, base: TreeEntry | undefined): string | undefined {
    if (base?.mode === gitlink || above(path).some((folder) => this.#base.get(folder)?.mode === gitlink))
      return 'the base has a submodule there'
    // What the base has under an odd name may stay as it is; whether it changed is seen when it is read.
    if (base === undefined || found.kind === 'link') {
      const trouble = pathTrouble(path)
      if (trouble !== undefined) return trouble
    }
    return found.kind === 'link' ? linkTrouble(path, found.target ?? '') : undefined
  }

  #leave(path: string | undefined, shown: string, why: string): void {
    this.leftOut.push({ path: shown, why })
    if (path !== undefined) this.kept.add(path)
  }

  stays(path: string): boolean {
    return this.kept.has(path) || above(path).some((folder) => this.kept.has(folder))
  }
}

/**
 * `whole`: the walk saw everything, so what it did not see is gone. Otherwise only what it tells is: hidden paths with all below them, and
 * what a file or link has taken the place of.
 */
export function compare(walked: Walked, base: ReadonlyMap<string, TreeEntry>, whole: boolean): Compared {
  const comparison = new Comparison(base)
  for (const found of walked.found) comparison.take(found)
  const hidden = new Set(walked.hidden)
  const isGone = (path: string): boolean =>
    whole || [path, ...above(path)].some((at) => hidden.has(at) || (at !== path && comparison.present.has(at)))
  const deleted = [...base.values()]
    .filter(
      ({ path, mode }) => mode !== gitlink && !comparison.present.has(path) && isGone(path) && !comparison.stays(path),
    )
    .map(({ path }) => path)
  const { files, links, fresh, leftOut } = comparison
  return { files, links, deleted, fresh, leftOut }
}

/** Left-out paths of one reason, gathered by the folder at the top when there are many. */
export function gather(paths: Iterable<string>, why: string): LeftOut[] {
  const tops = new Map<string, string[]>()
  for (const path of paths) {
    const top = path.includes('/') ? path.slice(0, path.indexOf('/') + 1) : path
    const all = tops.get(top)
    if (all === undefined) tops.set(top, [path])
    else all.push(path)
  }
  return [...tops].flatMap(([top, all]) =>
    all.length <= 3
      ? all.map((path) => ({ path, why }))
      : [{ path: top, why: `${why} (${all.length} files below it)` }],
  )
}
