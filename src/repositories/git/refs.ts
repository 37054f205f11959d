// Refs by compare-and-swap: what is there, and moving one only from where it was expected.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RefMove } from '../../core/ports.ts'
import { RepositoryTrouble } from '../../core/ports.ts'
import type { Opened } from './open.ts'

export interface Ref {
  readonly ref: string
  readonly commit: string
  /** The ref that this one only points to. */
  readonly pointsTo?: string
}

export async function listRefs(run: Opened['run'], prefix: string): Promise<readonly Ref[]> {
  const format = '--format=%(refname)%00%(objectname)%00%(*objectname)%00%(symref)'
  const { out } = await run({ reach: 'refs', args: ['for-each-ref', format, '--', prefix] })
  const lines = out.toString('utf8').split('\n')
  return lines.flatMap((line) => {
    const [ref, oid, peeled, symref] = line.split('\0')
    return ref && oid ? [{ ref, commit: peeled || oid, ...(symref ? { pointsTo: symref } : {}) }] : []
  })
}

/** The commit in the file that git would look at first; undefined when only git can tell what the ref is, and whether it is there. */
export function looseRef({ places }: Pick<Opened, 'places'>, ref: string): string | undefined {
  if (!/^refs\/(heads|baton)\//.test(ref) || existsSync(join(places.commonDir, 'reftable'))) return undefined
  try {
    const commit = readFileSync(join(places.commonDir, ref), 'latin1')
    return /^([0-9a-f]{40}|[0-9a-f]{64})\n$/.test(commit) ? commit.slice(0, -1) : undefined
  } catch {
    return undefined
  }
}

export async function readRef(run: Opened['run'], ref: string): Promise<Ref | undefined> {
  return (await listRefs(run, ref)).find((r) => r.ref === ref)
}

/** What goes into the reflog: one line, plain. */
export function reason(why: string): string {
  const line = why
    .toWellFormed()
    .replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .trim()
    .slice(0, 300)
  return `baton: ${line || 'move'}`
}

/** The instruction for `git update-ref --stdin -z`. An expected nothing is written as zeros, so that an existing ref is refused. */
export function updateLine(ref: string, to: string, expected: string | null): string {
  return `update ${ref}\0${to}\0${expected ?? '0'.repeat(to.length)}\0`
}

export async function casRef(
  run: Opened['run'],
  ref: string,
  to: string,
  expected: string | null,
  why: string,
): Promise<RefMove> {
  const args = ['update-ref', '--no-deref', '-m', reason(why), '--stdin', '-z']
  try {
    await run({ reach: 'refs', args, input: updateLine(ref, to, expected) })
    return { kind: 'moved' }
  } catch (error) {
    return explain(run, ref, expected, error)
  }
}

/** After a refusal by git: the ref is elsewhere, or its name is taken, or the trouble is another one. */
export async function explain(
  run: Opened['run'],
  ref: string,
  expected: string | null,
  error: unknown,
): Promise<RefMove> {
  const at = (await readRef(run, ref))?.commit ?? null
  if (at !== expected) return { kind: 'elsewhere', at }
  const taken = /'(refs\/[^']+)' exists; cannot create/.exec(error instanceof Error ? error.message : '')?.[1]
  if (taken)
    throw new RepositoryTrouble('taken', `The branch ${ref} cannot be made beside ${taken}.`, 'Rename one of the two.')
  throw error
}

export async function dropRef(run: Opened['run'], ref: string, expected: string): Promise<void> {
  const args = ['update-ref', '--no-deref', '--stdin', '-z']
  try {
    await run({ reach: 'refs', args, input: `delete ${ref}\0${expected}\0` })
  } catch (error) {
    const at = (await readRef(run, ref))?.commit ?? null
    if (at === expected) throw error
    throw new RepositoryTrouble(
      'elsewhere',
      `${ref} is at ${at ?? 'nothing'}, not at ${expected}, so it was not deleted.`,
      'Look who moved it.',
    )
  }
}
