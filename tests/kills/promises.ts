// Holds what is there after a run against what was promised: journal, branch, observer and the undisturbed run, one against the other.

import { hash } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { branch, git } from './project.ts'
import type { Room } from './room.ts'

export interface Fact {
  readonly seq: number
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
}

export function journal(home: string): readonly Fact[] {
  const db = new DatabaseSync(join(home, 'journal.db'), { readOnly: true })
  try {
    return db
      .prepare('SELECT seq, text FROM entries ORDER BY seq')
      .all()
      .map((row) => ({ ...(JSON.parse(String(row.text)) as Fact), seq: Number(row.seq) }))
  } finally {
    db.close()
  }
}

const stepOf = (attempt: unknown): string => String(attempt).slice(0, String(attempt).lastIndexOf('/'))

function twice(words: readonly string[]): readonly string[] {
  return words.filter((word, at) => words.indexOf(word) !== at)
}

/** What the tree of the branch holds; which of two that conflict came first is left to chance. */
export function landedTree(room: Room): string {
  const listed = git(room.repository, 'ls-tree', '-r', branch)
  const files = listed.split('\n').filter((line) => !line.endsWith('book/index.md'))
  const index = listed.includes('book/index.md') ? git(room.repository, 'show', `${branch}:book/index.md`) : ''
  return [...files, ...index.split('\n').sort()].join('\n')
}

function landings(room: Room, facts: readonly Fact[]): string[] {
  const broken: string[] = []
  const done = facts.filter((one) => one.type === 'landing.done')
  const steps = facts.filter((one) => one.type === 'steps.added').flatMap((one) => one.data.steps as { key: string }[])
  const landed = done.map((one) => stepOf(one.data.attempt))
  for (const step of new Set(twice(landed))) broken.push(`${step} landed twice`)
  for (const { key } of steps) if (!landed.some((one) => one.endsWith(`/${key}`))) broken.push(`${key} did not land`)
  const recorded = done.map((one) => String(one.data.commit))
  const commits = git(room.repository, 'rev-list', '--reverse', '--first-parent', `main..${branch}`).split('\n')
  if (recorded.join() !== commits.join())
    broken.push(`the journal says that ${recorded.join(' ')} landed, the branch holds ${commits.join(' ')}`)
  const moves = git(room.repository, 'reflog', 'show', '--format=%H', branch).split('\n').reverse()
  // What landed together was one move, to the last of it.
  const ordered = facts.filter((one) => one.type === 'landing.ordered').map((one) => String(one.data.commit))
  if (moves.join() !== ordered.join() || moves.at(-1) !== commits.at(-1))
    broken.push(
      `the branch was moved to ${moves.join(' ')}, ordered to ${ordered.join(' ')}, and holds ${commits.join(' ')}`,
    )
  return broken
}

function attempts(room: Room, facts: readonly Fact[]): string[] {
  const broken: string[] = [...room.observer.broken]
  const started = facts.filter((one) => one.type === 'attempt.started').map((one) => String(one.data.attempt))
  const ended = facts.filter((one) => one.type === 'attempt.ended').map((one) => String(one.data.attempt))
  for (const one of twice(started)) broken.push(`${one} is recorded as started twice`)
  for (const one of twice(ended)) broken.push(`${one} is recorded as ended twice`)
  for (const one of started) if (!ended.includes(one)) broken.push(`${one} is recorded as started and never as ended`)
  const seen = room.observer.starts.map((one) => one.attempt)
  for (const one of seen) if (!started.includes(one)) broken.push(`${one} was started and is not recorded`)
  const succeeded = facts.filter(
    (one) => one.type === 'attempt.ended' && (one.data.outcome as { kind: string }).kind === 'succeeded',
  )
  for (const { data } of succeeded)
    if (!room.observer.starts.some((one) => one.attempt === data.attempt && one.said))
      broken.push(`${data.attempt} is recorded as succeeded, and nobody saw it come to its end`)
  return broken
}

function branches(room: Room, base: string): string[] {
  const broken: string[] = []
  if (git(room.repository, 'rev-parse', 'main') !== base) broken.push('main was moved')
  const status = git(room.repository, 'status', '--porcelain')
  if (status !== '') broken.push(`the working tree was changed: ${status}`)
  const refs = git(room.repository, 'for-each-ref', '--format=%(refname)').split('\n')
  const strange = refs.filter((ref) => ref !== branch && ref !== 'refs/heads/main' && !ref.startsWith('refs/baton/'))
  if (strange.length > 0) broken.push(`there are refs outside of our own: ${strange.join(' ')}`)
  return broken
}

const recordRef = 'refs/baton/record'
const leavesOne = ['landing.done', 'gate.answered', 'step.reworked', 'integration.done', 'integration.reverted']

function leaves({ type, data }: Fact): boolean {
  if (type === 'attempt.ended') return (data.outcome as { kind: string }).kind !== 'succeeded'
  return leavesOne.includes(type) || (type === 'attempt.checked' && data.passed === false)
}

/** What has ended left one file, named by one fact with its bytes, and nothing else lies on the record. */
export function handoffs(room: Room, facts: readonly Fact[]): string[] {
  const begun = facts.findIndex(({ type }) => type === 'record.begun')
  const due = facts.filter((one, at) => at > begun && leaves(one)).map(({ seq }) => seq)
  const written = facts.filter(({ type }) => type === 'handoff.written')
  const named = written.flatMap(({ data }) => data.files as { of: number; path: string; digest: string }[])
  const broken: string[] = begun < 0 ? ['the record was never begun'] : []
  for (const seq of due) {
    const many = named.filter(({ of }) => of === seq).length
    if (many !== 1) broken.push(`entry ${seq} is named with ${many} handoffs`)
  }
  for (const { of, path } of named) if (!due.includes(of)) broken.push(`${path} is of ${of}, which leaves none`)
  const there = git(room.repository, 'ls-tree', '-r', '--name-only', recordRef).split('\n')
  for (const path of there) if (!named.some((one) => one.path === path)) broken.push(`nothing names ${path}`)
  for (const { path, digest } of named) {
    const text = there.includes(path) ? git(room.repository, 'show', `${recordRef}:${path}`) : ''
    if (hash('sha256', `${text}\n`, 'hex') !== digest) broken.push(`${path} is not there as it was named`)
  }
  return broken
}

/** At the moment of the kill, before anything is mended: whatever was done or said had been written down before. */
export function donePromises(room: Room, shown: string): string[] {
  const facts = journal(room.home)
  const told = (type: string, name: string) =>
    facts.filter((one) => one.type === type).map((one) => String(one.data[name]))
  const started = told('attempt.started', 'attempt')
  const ordered = told('landing.ordered', 'commit')
  const landed = told('landing.done', 'commit')
  const born = git(room.repository, 'for-each-ref', branch) !== ''
  const moves = born ? git(room.repository, 'reflog', 'show', '--format=%H', branch).split('\n') : []
  const said = [...shown.matchAll(/ landed as ([0-9a-f]{10})/g)].map(([, commit]) => commit ?? '')
  return [
    ...room.observer.starts
      .filter(({ attempt }) => !started.includes(attempt))
      .map(({ attempt }) => `at the kill ${attempt} had been started, and the record did not know it`),
    ...moves
      .filter((commit) => !ordered.includes(commit))
      .map((commit) => `at the kill the branch had been moved to ${commit}, and the record had not ordered it`),
    ...said
      .filter((commit) => !landed.some((one) => one.startsWith(commit)))
      .map((commit) => `at the kill a person had been told that ${commit} landed, and the record did not know it`),
  ]
}

/** `shown` is what a person was told before the kill: all of it must be in the record. */
export async function brokenPromises(room: Room, base: string, tree: string, shown = ''): Promise<string[]> {
  const facts = journal(room.home)
  const broken = [...landings(room, facts), ...attempts(room, facts), ...branches(room, base)]
  for (const [, commit] of shown.matchAll(/ landed as ([0-9a-f]{10})/g))
    if (!facts.some((one) => one.type === 'landing.done' && String(one.data.commit).startsWith(commit ?? '')))
      broken.push(`a person was told that ${commit} had landed, and the record does not know it`)
  if (landedTree(room) !== tree) broken.push(`the tree is another than without a kill:\n${landedTree(room)}`)
  broken.push(...handoffs(room, facts))
  const audit = await room.do('audit', 'verify', '--json')
  if (audit.code !== 0) broken.push(`audit verify: ${audit.out} ${audit.err}`)
  return broken
}
