// Brings what a commit changes into our own repository: path by path, each judged as it is written.
import type { Attempt } from '../../core/nouns/attempt.ts'
import type { Change, Collected, Repository } from '../../core/ports.ts'
import { Refused, refuse } from '../../core/refusals.ts'

const brings = { files: 100_000, bytes: 500 * 1024 * 1024 }
const [linked, nested] = ['120000', '160000']

interface Given {
  /** Ours, or another that holds what ours does not. */
  readonly source: Repository
  readonly tree: string
}

/**
 * Written anew also where it is ours already: what no tree of an attempt may hold is refused there, by its path. Objects of another
 * repository come one by one, and links always with where they lead, so that this is judged too.
 */
export async function brought(ours: Repository, attempt: Attempt, given: Given): Promise<Collected> {
  const { id, base } = attempt
  const { source, tree } = given
  const changes = await source.diff(base, tree)
  if (changes.length > brings.files) throw tooMany(id, changes.length)
  const bring: (Change & { readonly content?: Uint8Array })[] = []
  const leftOut: { path: string; why: string }[] = []
  let left = brings.bytes
  for (const change of changes) {
    const { kind, mode, path } = change
    if (mode === nested) {
      leftOut.push({ path, why: 'it is a repository of its own' })
      continue
    }
    const content = reads(change, source === ours)
      ? await source.readFile(kind === 'deleted' ? base : tree, path)
      : undefined
    left -= content?.length ?? 0
    // It was told with other letters in it, and nothing of that name is there.
    if (content === null) leftOut.push({ path, why: 'its name is not text (UTF-8)' })
    else if (left < 0) leftOut.push({ path, why: 'the changes are larger than 500 MB together' })
    else bring.push(content === undefined || kind === 'deleted' ? change : { ...change, content })
  }
  const written = bring.length === 0 ? await ours.treeOf(base) : await ours.writeTree(base, bring)
  return { tree: written, changes: await ours.diff(base, written), leftOut }
}

function reads({ kind, mode, path }: Change, isOurs: boolean): boolean {
  if (path.includes('\ufffd')) return true
  return kind !== 'deleted' && (mode === linked || !isOurs)
}

function tooMany(attempt: string, files: number): Refused {
  const why = `it changes ${files} files, and at most ${brings.files} are taken at once`
  return new Refused(refuse('invalid', `result of ${attempt}`, why, 'leave out what is made by programs'))
}
