// What the cases of a repository are written with.
import { expect } from 'vitest'
import { type Change, type NewCommit, type Repository, RepositoryTrouble } from '../../src/core/ports.ts'

export const MAIN = 'refs/heads/main'
export const bytes = (text: string) => Buffer.from(text)
export const put = (path: string, text: string, mode = '100644') =>
  ({ path, kind: 'added', mode, content: bytes(text) }) as const
export const drop = (path: string) => ({ path, kind: 'deleted' }) as const
export type Changes = readonly (Change & { readonly content?: Uint8Array })[]

export async function commitOn(repository: Repository, parents: readonly string[], changes: Changes, message = 'work') {
  const tree = await repository.writeTree(parents[0] ?? '', changes)
  return repository.commit(order(tree, parents, message))
}

export function order(tree: string, parents: readonly string[], message = 'work'): NewCommit {
  return { tree, parents, message, authorName: 'Ada', authorEmail: 'ada@example.org', at: 1_700_000_000_000 }
}

export async function mainOf(repository: Repository): Promise<string> {
  const tip = await repository.tip(MAIN)
  if (tip === null) throw new Error('main is missing')
  return tip
}

export async function trouble(work: Promise<unknown>): Promise<RepositoryTrouble> {
  const error = await work.then(
    () => undefined,
    (e: unknown) => e,
  )
  if (!(error instanceof RepositoryTrouble)) throw new Error(`expected trouble, got ${String(error)}`)
  expect(error.remedy).not.toBe('')
  return error
}

export const text = async (repository: Repository, at: string, path: string) => {
  const found = await repository.readFile(at, path)
  return found === null ? null : Buffer.from(found).toString('utf8')
}

export type Make = (files?: Readonly<Record<string, string>>) => Promise<Repository>
