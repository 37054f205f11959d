// From the portfolio down to an item, its steps, their attempts and what they left: one life by hand, and every number of it.
import { describe, expect, it } from 'vitest'
import { bars, short, timeline } from '../../src/cli/lead/timeline.ts'
import { detailOf } from '../../src/core/portfolio/detail.ts'
import { dossier } from '../../src/core/portfolio/dossier.ts'
import { Lives } from '../../src/core/portfolio/lives.ts'
import { measureAll } from '../../src/core/portfolio/measures.ts'
import { grouped } from '../../src/core/portfolio/select.ts'
import { csvOf, markdownOf } from '../../src/core/portfolio/sheets.ts'
import { Trails } from '../../src/core/portfolio/trail.ts'
import { Journal } from './journals.ts'

const hour = 3_600_000
const window = { from: 0, to: 40 * hour }

/** Opened by ada at 0; k1 at work 2–10, blocked 4–6 by a decision and 5–8 by a lawyer on all; k2 handed to linus, then lands at 20. */
function told(): Journal {
  const journal = new Journal()
  const at = (hours: number): Journal => Object.assign(journal, { at: hours * hour })
  journal.open('i')
  at(2).start('i/k1', 1)
  at(4).say('blocker.raised', 'i', {
    blocker: 'b1',
    item: 'i',
    step: 'i/k1',
    kind: 'decision',
    owner: 'ada',
    notes: '',
  })
  at(5).say('blocker.raised', 'i', { blocker: 'b2', item: 'i', kind: 'lawyers', owner: 'law', notes: 'a name' })
  at(6).say('blocker.cleared', 'i', { blocker: 'b1', by: 'ada', notes: '' })
  at(8).say('blocker.cleared', 'i', { blocker: 'b2', by: 'ada', notes: '' })
  at(10).end('i/k1/1', 2)
  journal.land('i/k1/1')
  at(12).say('ownership.transferred', 'i', { item: 'i', step: 'i/k2', from: '', to: 'linus', why: '', by: '' })
  at(12).start('i/k2', 1)
  at(14).end('i/k2/1', 3)
  at(14).start('i/k2', 2)
  at(15).say('ownership.transferred', 'i', { item: 'i', from: 'owner-i', to: 'grace', why: '', by: '' })
  at(20).end('i/k2/2', 4)
  journal.land('i/k2/2')
  const left = { of: 1, event: 'attempt-completed' as const, path: 'handoff/one.json', digest: 'd', attempt: 'i/k2/2' }
  journal.say('handoff.written', 'i', { item: 'i', commit: '', files: [left] })
  return journal
}

function read(journal: Journal) {
  const lives = new Lives(window.to)
  const trails = new Trails(window.to)
  journal.entries.forEach((entry, index) => {
    lives.add(entry)
    trails.add({ ...entry, seq: index + 1 })
  })
  const [life] = [...lives.all.values()]
  const trail = trails.all.get('i')
  if (life === undefined || trail === undefined) throw new Error('There is no such life.')
  return { life, trail, lives: [life], trails: trails.all }
}

describe('one item', () => {
  it('says how much of its time and of each step was blocked, and by what', () => {
    const { life, trail } = read(told())
    const { spans, steps } = detailOf(life, trail, 40 * hour)
    const by = [
      { kind: 'other', ms: 3 * hour },
      { kind: 'decision', ms: 2 * hour },
    ]
    const of = (hours: number) => by.map((one) => ({ ...one, share: one.ms / (hours * hour) }))
    expect(spans).toMatchObject([{ openedAt: 0, begunAt: 2 * hour, blocked: { ms: 4 * hour, share: 0.1, by: of(40) } }])
    expect(steps).toMatchObject([
      { key: 'k1', owner: 'owner-i', cycleMs: 8 * hour, blocked: { ms: 4 * hour, share: 0.5, by: of(8) } },
      { key: 'k2', owner: 'linus', cycleMs: 8 * hour, blockedMs: 3 * hour },
    ])
    expect(steps[1]).not.toHaveProperty('blocked')
  })

  it('leads to its attempts, what they cost, what landed and what they left', () => {
    const { life, trail } = read(told())
    const { attempts, blockers, artifacts } = detailOf(life, trail, 40 * hour)
    expect(attempts.map(({ attempt, outcome, costUsd }) => [attempt, outcome, costUsd])).toEqual([
      ['i/k1/1', 'landed', 2],
      ['i/k2/1', 'succeeded', 3],
      ['i/k2/2', 'landed', 4],
    ])
    expect(attempts[2]?.artifacts).toEqual(['handoff/one.json'])
    expect(artifacts).toEqual(['handoff/one.json'])
    expect(blockers).toMatchObject([
      { kind: 'decision', until: 6 * hour },
      { kind: 'lawyers', notes: 'a name' },
    ])
  })

  it('says of an attempt that ended well whether it was refused afterwards, by its checks or by a person', () => {
    const journal = new Journal()
    const outcomes = (): unknown => [...read(journal).trail.attempts.values()].map(({ outcome }) => outcome)
    const judge = (attempt: string, passed: boolean): unknown =>
      journal.say('attempt.checked', 'i', { attempt, tip: '', commit: '', tree: '', passed, verdicts: [] })
    journal.open('i')
    journal.start('i/k1', 1)
    journal.end('i/k1/1')
    expect(outcomes()).toEqual(['succeeded'])
    judge('i/k1/1', false)
    journal.start('i/k1', 2)
    journal.end('i/k1/2')
    judge('i/k1/2', true)
    expect(outcomes()).toEqual(['rejected: checks-failed', 'succeeded'])
    journal.say('step.reworked', 'i', { step: 'i/k1', why: 'too hot', by: 'eve' })
    expect(outcomes()).toEqual(['rejected: checks-failed', 'rejected: sent-back'])
    journal.start('i/k1', 3)
    journal.end('i/k1/3')
    journal.land('i/k1/3')
    journal.say('step.reworked', 'i', { step: 'i/k1', why: 'still', by: 'eve' })
    expect(outcomes()).toEqual(['rejected: checks-failed', 'rejected: sent-back', 'landed'])
  })

  it('counts for whoever had it when it happened: its time is parted, a step is its owner’s', () => {
    const { lives } = read(told())
    const found = new Map(grouped(lives, ['owner'], window).map(({ keys, sum }) => [keys[0], sum]))
    expect(found.get('owner-i')).toMatchObject({
      items: 0,
      openMs: 15 * hour,
      blockedMs: 4 * hour,
      landed: 1,
      costUsd: 2,
    })
    expect(found.get('grace')).toMatchObject({ items: 1, openMs: 25 * hour, blockedMs: 0, landed: 0, costUsd: 0 })
    expect(found.get('linus')).toMatchObject({ items: 0, openMs: 0, landed: 1, attempts: 2, costUsd: 7 })
  })

  it('whose work goes on under another has no lead time, and is counted as what it is', () => {
    const journal = new Journal()
    journal.open('i')
    journal.at = 3 * hour
    journal.say('item.closed', 'i', { id: 'i', why: 'merged into j', duplicateOf: 'j' })
    const { life, trail, lives } = read(journal)
    expect(measureAll(lives, window)).toMatchObject({ closed: 1, duplicates: 1, leads: [] })
    const [span] = detailOf(life, trail, window.to).spans
    expect(span).toEqual({ openedAt: 0, endedAt: 3 * hour, end: 'duplicate', duplicateOf: 'j' })
  })

  it('is given away with all of it, its moments as programs write them', () => {
    const { lives, trails } = read(told())
    const portfolio = { seq: 9, window, wanted: {}, lives, trails }
    const said = JSON.parse(JSON.stringify(dossier(portfolio)))
    expect(said.items[0].owners).toMatchObject([
      { owner: 'owner-i' },
      { owner: 'grace', at: '1970-01-01T15:00:00.000Z' },
    ])
    expect(said.items[0].attempts[2]).toMatchObject({
      startedAt: '1970-01-01T14:00:00.000Z',
      artifacts: ['handoff/one.json'],
    })
    expect(said.metrics[0].measures.blockedTime).toMatchObject({
      ms: 4 * hour,
      share: 0.1,
      ofCycleTime: { share: 0.25 },
    })
    const rows = csvOf(portfolio, 'attempts').split('\r\n')
    expect(rows[3]).toContain('i/k2/2,sh,1970-01-01T14:00:00.000Z,1970-01-01T20:00:00.000Z,landed')
    expect(csvOf(portfolio, 'steps').split('\r\n')[1]).toMatch(/^i,k1,owner-i,.*,28800000,14400000,14400000,0.5,0,1,2$/)
    expect(csvOf(portfolio, 'items').split('\r\n')[0]).toContain('blocked ms: decision')
    expect(markdownOf(portfolio, 'items')).toContain('- blocked by other: 3.0 h')
  })
})

describe('a picture in letters', () => {
  it('shows from when to when each step was at work, blocked and landed', () => {
    const { life, trail } = read(told())
    const drawn = timeline(detailOf(life, trail, 40 * hour), 40 * hour, 46)
    expect(drawn).toEqual([
      '      1970-01-01 00:00        1970-01-02 16:00',
      'all   ..==xxxx==..========....................',
      'k1      ==xxxx==|',
      'k2                ========|',
    ])
  })

  it('lets what is on all of an item stand in the way of a step from its first attempt to its landing alone', () => {
    const journal = new Journal()
    journal.open('i')
    journal.say('blocker.raised', 'i', { blocker: 'b', item: 'i', kind: 'external', owner: '', notes: '' })
    journal.at = 4 * hour
    journal.start('i/k1', 1)
    journal.at = 10 * hour
    journal.end('i/k1/1')
    journal.land('i/k1/1')
    const { life, trail } = read(journal)
    const [, all, step] = timeline(detailOf(life, trail, 20 * hour), 20 * hour, 26)
    expect([all, step]).toEqual(['all   xxxxxxxxxxxxxxxxxxxx', 'k1        xxxxxx|'])
  })

  it('shows how many steps landed on each day, none included, as long as there is something to compare', () => {
    const day = (landed: number, at: number) => ({
      day: `2026-11-0${at}`,
      opened: 0,
      landed,
      integrated: at === 3 ? 1 : 0,
    })
    expect(bars([day(4, 1), day(0, 2), day(2, 3)], 60)).toEqual([
      'steps landed a day',
      '2026-11-01  ########################## 4',
      '2026-11-02  0',
      '2026-11-03  ############# 2   1 item done',
    ])
    expect(bars([day(4, 1)], 60)).toEqual([])
    expect(bars([day(0, 1), day(0, 2)], 60)).toEqual([])
  })

  it('says times with no more than two units', () => {
    const said = [0, 400, 31_000, 725_000, 15_120_000, 90_000_000, 86_400_000].map(short)
    expect(said).toEqual(['0', '400ms', '31s', '12m 5s', '4h 12m', '1d 1h', '1d'])
  })
})
