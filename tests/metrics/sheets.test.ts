// Four items, one of each end, as tables and as a dossier: every column and every number, reckoned by hand.
import { expect, it } from 'vitest'
import { dossier, type Portfolio } from '../../src/core/portfolio/dossier.ts'
import { Lives } from '../../src/core/portfolio/lives.ts'
import { select } from '../../src/core/portfolio/select.ts'
import { csvOf, markdownOf, type Rows } from '../../src/core/portfolio/sheets.ts'
import { Trails } from '../../src/core/portfolio/trail.ts'
import { Journal } from './journals.ts'

const hour = 3_600_000
const own = {
  brief: '',
  group: '',
  after: [],
  parallel: false,
  writes: [],
  locks: [],
  role: '',
  ticked: false,
  order: 1,
}

/** In hours: `a` is integrated, `b` is a duplicate of it, `c` is taken back, `d` goes on. */
function told(): Journal {
  const journal = new Journal()
  const at = (hours: number): Journal => Object.assign(journal, { at: hours * hour })
  const says = { why: '', by: 'ada' }
  at(0).open('a')
  at(0).say('item.changed', 'a', { id: 'a', title: 'Tea | cups' })
  at(0).say('steps.added', 'a', { item: 'a', steps: [{ ...own, key: 'k1', title: '', owner: 'linus' }] })
  at(1).say('workflow.migrated', 'a', { ...says, item: 'a', from: 'direct@1', to: 'direct@2', mapping: [] })
  at(2).start('a/k1', 1)
  at(3).say('blocker.raised', 'a', { blocker: 'b1', item: 'a', step: 'a/k1', kind: 'external', owner: '', notes: '' })
  at(5).say('blocker.cleared', 'a', { blocker: 'b1', by: '', notes: '' })
  at(6).end('a/k1/1', 2)
  journal.land('a/k1/1')
  at(8).say('step.reworked', 'a', { ...says, step: 'a/k1' })
  at(9).start('a/k1', 2)
  at(10).end('a/k1/2', 1)
  journal.say('landing.done', 'a', { attempt: 'a/k1/2', ref: '', commit: 'c0ffee' })
  const left = { of: 1, event: 'attempt-completed' as const, path: 'handoff/a.json', digest: 'd', attempt: 'a/k1/2' }
  journal.say('handoff.written', 'a', { item: 'a', commit: '', files: [left, { ...left, path: 'handoff/b.json' }] })
  at(10).say('gate.opened', 'a', { gate: 'g1', kind: 'release', item: 'a', asks: '', options: [], usual: '' })
  at(11).say('gate.answered', 'a', { gate: 'g1', review: { answer: 'approve', by: 'eve', at: 0, reasons: [] } })
  at(12).say('integration.done', 'a', { item: 'a', ref: '', commit: '', by: '' })
  journal.say('item.closed', 'a', { id: 'a', why: '' })
  at(12).open('b')
  at(14).say('item.closed', 'b', { id: 'b', why: '', duplicateOf: 'a' })
  at(15).open('c')
  at(16).start('c/k1', 1)
  at(18).end('c/k1/1', 4)
  journal.land('c/k1/1')
  at(18).say('integration.done', 'c', { item: 'c', ref: '', commit: '', by: '' })
  journal.say('item.closed', 'c', { id: 'c', why: '' })
  at(19).say('integration.reverted', 'c', { item: 'c', ref: '', commit: '', of: '', by: '' })
  at(20).open('d')
  at(21).start('d/k1', 1)
  at(22).say('attempt.used', 'd', {
    attempt: 'd/k1/1',
    used: { tokensIn: 30, tokensOut: 12, cachedIn: 0, cost: 0.5, ms: 1000 },
  })
  at(22).start('d/k2', 1)
  at(23).say('attempt.ended', 'd', {
    attempt: 'd/k2/1',
    outcome: { kind: 'failed', reason: 'timeout', why: 'slow' },
    used: { tokensIn: 5, tokensOut: 2, cachedIn: 0, cost: 0.25, ms: 1000, unpriced: true },
  })
  at(23).say('step.failed', 'd', { step: 'd/k2', reason: 'timeout', why: 'slow' })
  at(23).say('blocker.raised', 'd', { blocker: 'b2', item: 'd', kind: 'lawyers', owner: '', notes: '' })
  at(23).say('gate.opened', 'd', { gate: 'g2', kind: 'approval', item: 'd', asks: '', options: [], usual: '' })
  return journal
}

function portfolio(from = 0, to = 24 * hour): Portfolio {
  const lives = new Lives(to)
  const trails = new Trails(to)
  const { entries } = told()
  entries.forEach((entry, index) => {
    lives.add(entry)
    trails.add({ ...entry, seq: index + 1 })
  })
  const window = { from, to }
  const all = select(lives.all.values(), {}, window)
  return { seq: entries.length, window, wanted: {}, lives: all, trails: trails.all }
}

const rowsOf = (rows: Rows): string[] => csvOf(portfolio(), rows).trimEnd().split('\r\n')

const table = (heads: string, ...rows: readonly (readonly string[])[]): string[] => [
  heads,
  ...rows.map((row) => row.join(',')),
]
const day = '1970-01-01T'

it('given items of every end, then a table of items has a number in every column, or says that there is none', () => {
  const heads =
    'id,title,status,owner,workflow,workspace,opened,ended,end,lead ms,lead blocked ms,cycle mean ms,steps landed,reworks,rework rate,steps in progress,open ms,blocked ms,blocked ms: dependency,blocked ms: decision,blocked ms: resource,blocked ms: external,blocked ms: quality,blocked ms: handoff,blocked ms: other,gate wait ms,attempts,cost usd'
  const a = ['a,Tea | cups,completed,owner-a,direct@2,/w', `${day}00:00:00.000Z`, `${day}12:00:00.000Z`, 'integrated']
  const b = ['b,b,completed,owner-b,direct@1,/w', `${day}12:00:00.000Z`, `${day}14:00:00.000Z`, 'duplicate of a']
  const c = ['c,c,rework,owner-c,direct@1,/w', `${day}15:00:00.000Z`, `${day}18:00:00.000Z`, 'reverted']
  const d = ['d,d,in-progress,owner-d,direct@1,/w', `${day}20:00:00.000Z`, '', '']
  expect(rowsOf('items')).toEqual(
    table(
      heads,
      [...a, '43200000,7200000,28800000,1,1,1,0,43200000,7200000,0,0,0,7200000,0,0,0,3600000,2,3'],
      [...b, ',0,,0,0,,0,7200000,0,0,0,0,0,0,0,0,0,0,0'],
      [...c, '10800000,0,7200000,1,0,0,0,10800000,0,0,0,0,0,0,0,0,0,1,4'],
      [...d, ',3600000,,0,0,,1,14400000,3600000,0,0,0,0,0,0,3600000,3600000,2,0.75'],
    ),
  )
})

it('given the steps and attempts of items, then each has its line, with what it took and what it left', () => {
  expect(rowsOf('steps')).toEqual(
    table(
      'item,step,owner,begun,landed,cycle ms,blocked ms,cycle blocked ms,cycle blocked share,reworks,attempts,cost usd',
      ['a,k1,linus', `${day}02:00:00.000Z`, `${day}10:00:00.000Z`, '28800000,7200000,7200000,0.25,1,2,3'],
      ['c,k1,owner-c', `${day}16:00:00.000Z`, `${day}18:00:00.000Z`, '7200000,0,0,,0,1,4'],
      ['d,k1,owner-d', `${day}21:00:00.000Z`, ',,3600000,3600000,0.333333,0,1,0.5'],
      ['d,k2,owner-d', `${day}22:00:00.000Z`, ',,3600000,3600000,0.5,0,1,0.25'],
    ),
  )
  expect(rowsOf('attempts')).toEqual(
    table(
      'item,step,attempt,agent,started,ended,outcome,commit,tokens,cost usd,entry,artifacts',
      ['a,k1,a/k1/1,sh', `${day}02:00:00.000Z`, `${day}06:00:00.000Z`, 'landed,,0,2,5,'],
      [
        'a,k1,a/k1/2,sh',
        `${day}09:00:00.000Z`,
        `${day}10:00:00.000Z`,
        'landed,c0ffee,0,1,11,handoff/a.json handoff/b.json',
      ],
      ['c,k1,c/k1/1,sh', `${day}16:00:00.000Z`, `${day}18:00:00.000Z`, 'landed,,0,4,22,'],
      ['d,k1,d/k1/1,sh', `${day}21:00:00.000Z`, ',,,42,0.5,29,'],
      ['d,k2,d/k2/1,sh', `${day}22:00:00.000Z`, `${day}23:00:00.000Z`, 'failed: timeout,,7,0.25,31,'],
    ),
  )
})

it('given a page of items, then it says in words how they stand, and times as people say them', () => {
  expect(markdownOf(portfolio(), 'items').split('\n')).toEqual([
    '# Portfolio',
    '',
    'As at 1970-01-02T00:00:00.000Z, entry 35 of the record.',
    '',
    '- 4 items: 1 open, 1 of them in progress; 2 integrated, 1 closed without (1 of them as a duplicate), 1 reverted',
    '- lead time: median 3.0 h, nine in ten within 12.0 h (13 % of it blocked)',
    '- throughput a day: 2.00 steps, 2.00 items',
    '- 1 rework on 2 landed steps; blocked 3.0 h (14 %), at gates 2.0 h; $7.75',
    '- blocked by external: 2.0 h',
    '- blocked by other: 1.0 h',
    '',
    '| item | title | status | owner | workflow | opened | end | lead | cycle | landed | reworks | blocked | at gates | attempts | cost |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    '| a | Tea \\| cups | completed | owner-a | direct\\@2 | 1970-01-01 | integrated | 12.0 h | 8.0 h | 1 | 1 | 2.0 h \\(17 %\\) | 1.0 h | 2 | \\$3.00 |',
    '| b | b | completed | owner-b | direct\\@1 | 1970-01-01 | duplicate of a |  |  | 0 | 0 | 0.0 h | 0.0 h | 0 | \\$0.00 |',
    '| c | c | rework | owner-c | direct\\@1 | 1970-01-01 | reverted | 3.0 h | 2.0 h | 1 | 0 | 0.0 h | 0.0 h | 1 | \\$4.00 |',
    '| d | d | in-progress | owner-d | direct\\@1 | 1970-01-01 |  |  |  | 0 | 0 | 1.0 h \\(25 %\\) | 1.0 h | 2 | \\$0.75 |',
    '',
  ])
})

it('given a window of hours, then a page of steps counts what was in it, and says from when', () => {
  const lines = markdownOf(portfolio(14 * hour, 24 * hour), 'steps').split('\n')
  expect(lines.slice(2, 9)).toEqual([
    'As at 1970-01-02T00:00:00.000Z, entry 35 of the record; counted from 1970-01-01T14:00:00.000Z.',
    '',
    '- 3 items: 1 open, 1 of them in progress; 1 integrated, 1 closed without (1 of them as a duplicate), 1 reverted',
    '- lead time: median 3.0 h, nine in ten within 3.0 h',
    '- throughput a day: 1.00 steps, 1.00 items',
    '- 0 reworks on 1 landed step; blocked 1.0 h (14 %), at gates 1.0 h; $4.75',
    '- blocked by other: 1.0 h',
  ])
  expect(lines).toContain(
    '| c | k1 | owner-c | 1970-01-01T16:00:00.000Z | 1970-01-01T18:00:00.000Z | 7200000 | 0 | 0 |  | 0 | 1 | 4 |',
  )
  expect(markdownOf(portfolio(0, hour / 2), 'items')).toContain('- lead time: none yet\n')
})

it('given a dossier, then its sums have the names of the document, and each scope is there', () => {
  const { metrics, items, ...head } = dossier(portfolio()) as {
    metrics: { id: string; scope: string; measures: object }[]
    items: object[]
  }
  expect(head).toEqual({
    schemaVersion: '1.0',
    generatedAt: '1970-01-02T00:00:00.000Z',
    seq: 35,
    filters: { to: '1970-01-02T00:00:00.000Z' },
  })
  expect(metrics.map(({ id }) => id)).toEqual([
    'portfolio',
    ...['direct@1', 'direct@2'].map((one) => `workflow:${one}`),
    ...['linus', 'owner-a', 'owner-b', 'owner-c', 'owner-d'].map((one) => `owner:${one}`),
    ...['a', 'b', 'c', 'd'].map((one) => `item:${one}`),
  ])
  const external = { kind: 'external', ms: 2 * hour, leadMs: 2 * hour, cycleMs: 2 * hour }
  const other = { kind: 'other', ms: hour, leadMs: 0, cycleMs: 0 }
  expect(metrics[0]).toEqual({
    id: 'portfolio',
    scope: 'portfolio',
    measures: {
      leadTime: { count: 2, meanMs: 7.5 * hour, medianMs: 3 * hour, p90Ms: 12 * hour, maxMs: 12 * hour },
      cycleTimePerStep: { count: 2, meanMs: 5 * hour, medianMs: 2 * hour, p90Ms: 8 * hour, maxMs: 8 * hour },
      throughput: { landed: 2, integrated: 2, perDay: { landed: 2, integrated: 2 } },
      WIP: { items: 1, steps: 1, open: 1 },
      reworkRate: 0.5,
      reworks: 1,
      openTime: { ms: 21 * hour },
      blockedTime: {
        ms: 3 * hour,
        share: 3 / 21,
        ofLeadTime: { ms: 2 * hour, share: 2 / 15 },
        ofCycleTime: { ms: 2 * hour, share: 2 / 10 },
        byKind: [external, other],
      },
      gateWait: { ms: 2 * hour },
      duplicates: 1,
      attempts: 5,
      costUsd: 7.75,
    },
  })
  expect(items[0]).toMatchObject({
    blockers: [
      { blocker: 'b1', kind: 'external', step: 'a/k1', from: `${day}03:00:00.000Z`, until: `${day}05:00:00.000Z` },
    ],
    gates: [
      {
        gate: 'g1',
        kind: 'release',
        from: `${day}10:00:00.000Z`,
        until: `${day}11:00:00.000Z`,
        answer: 'approve',
        by: 'eve',
      },
    ],
    artifacts: ['handoff/a.json', 'handoff/b.json'],
  })
  expect(items[1]).toMatchObject({ spans: [{ end: 'duplicate', duplicateOf: 'a' }] })
  expect(items[2]).toMatchObject({ spans: [{ end: 'integrated', revertedAt: `${day}19:00:00.000Z` }] })
})
