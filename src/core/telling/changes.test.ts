import { expect, it } from 'vitest'
import type { Entry } from '../nouns/entry.ts'
import { Changes, type ChangesWanted } from './changes.ts'

const entry = (seq: number, type: string, data: unknown, by = 'ada', stream = 'wf'): Entry => ({
  ...{ seq, stream, at: seq * 1000, by, because: '', type, version: 1, data, prev: '' },
})
const landed = (seq: number, by = 'baton') =>
  entry(seq, 'landing.done', { attempt: `wf/a/${seq}`, ref: 'r', commit: 'c' }, by)

function read(entries: readonly Entry[], wanted: ChangesWanted = { limit: 10 }): Changes {
  const changes = new Changes(wanted)
  for (const one of entries) changes.take(one)
  return changes
}

it('given entries of several kinds, when they are read, then each kind is counted and told in one order, by whom and of what', () => {
  const changes = read([
    landed(3),
    entry(1, 'item.opened', { id: 'wf', source: 'wf.yaml', title: 'A tea book' }),
    entry(2, 'gate.answered', { gate: 'gate-2', review: { by: 'eve', at: 1, answer: 'approve', reasons: [] } }, 'eve'),
    entry(4, 'attempt.began', { attempt: 'wf/a/1', isolation: 'none' }),
  ])
  expect(changes.kinds().map(({ kind, count, told }) => [kind, count, told.map(({ says }) => says)])).toEqual([
    ['opened', 1, ['opened from wf.yaml: A tea book']],
    ['answered', 1, ['gate-2 answered: approve by eve']],
    ['done', 1, ['a/3 landed as c']],
    ['carried', 1, []],
  ])
  expect(changes.people(2)).toEqual([
    { by: 'ada', entries: 2 },
    { by: 'baton', entries: 1 },
  ])
  expect(changes.streams(5)).toEqual([{ of: 'wf', entries: 4 }])
})

it('given more of a kind than may be told, when the next are asked for, then every one is told once', () => {
  const all = Array.from({ length: 25 }, (_, at) => landed(at + 1))
  const told: number[] = []
  for (let after = 0; ; ) {
    const [done] = read(all, { limit: 10, kind: 'done', after }).kinds()
    told.push(...(done?.told ?? []).map(({ seq }) => seq))
    expect(done?.count).toBe(25)
    expect(done?.more).toBe(25 - told.length)
    after = told.at(-1) ?? 0
    if (done?.more === 0) break
  }
  expect(told).toEqual(all.map(({ seq }) => seq))
})

it('given one kind that is asked for, then the others are counted and not told, and so is what this version does not know', () => {
  const changes = read([landed(1), entry(2, 'item.closed', { id: 'wf', why: 'done' }), entry(3, 'worker.joined', {})], {
    limit: 10,
    kind: 'opened',
  })
  expect(changes.kinds()).toEqual([{ kind: 'done', count: 2, told: [], more: 2 }])
  expect([changes.entries, changes.unknown]).toEqual([3, 1])
})

it('given a hundred thousand entries by as many people, then it is quick, and names no more of them than it may', () => {
  const changes = new Changes({ limit: 50 })
  const started = performance.now()
  for (let seq = 1; seq <= 100_000; seq += 1) changes.take(landed(seq, `person ${seq}`))
  expect(performance.now() - started).toBeLessThan(1500)
  expect(changes.people(5)[0]).toEqual({ by: 'others', entries: 99_000 })
  expect(changes.kinds()).toMatchObject([{ kind: 'done', count: 100_000, more: 99_950 }])
})
