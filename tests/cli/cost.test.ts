// What was spent and what would have been, as a person reads it and as a program does.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { wish } from '../../src/core/wishes.ts'
import { baton, busyHouse, paperHouse } from './testing.ts'

const table = join(import.meta.dirname, '..', 'fixtures', 'outcomes', 'twenty.json')
const folder = mkdtempSync(join(tmpdir(), 'baton-cost-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

async function json(words: readonly string[], house = paperHouse()) {
  const { out, code } = await baton([...words, '--json'], house)
  return { code, said: JSON.parse(out) }
}

const simulated = (...words: string[]) => json(['simulate', '--outcomes', table, ...words])

describe('baton simulate', () => {
  it('halves the cost of the strong model alone at an equal solve rate, with a check that errs', async () => {
    const { said } = await simulated('--policy', 'mini > large', '--check', '0.9/0.2', '--last-taken')
    expect(said.against).toMatchObject({ model: 'large', tasks: 20 })
    expect(said.against.costRatio).toBeCloseTo((0.03 + 0.55 * 0.38) / 0.55, 9)
    expect(said.against.costRatio).toBeLessThanOrEqual(0.45)
    expect(said.against.solvedMore).toBeGreaterThanOrEqual(0)
    expect(said.policy.solved).toBeCloseTo(12 * 0.9 + 11 * 0.1 + 3 * 0.8, 9)
  })

  it('knows the strong alone, the perfect check, and the limit that nothing beats', async () => {
    const { said } = await simulated('--policy', 'mini > large')
    expect(said.policy).toMatchObject({ solved: 15, wrong: 0, tasks: 20, unknown: 0 })
    expect(said.policy.costUsd).toBeCloseTo(20 * 0.03 + 8 * 0.55, 9)
    expect(said.alone.map((one: { solved: number }) => one.solved)).toEqual([12, 14])
    expect(said.oracle).toMatchObject({ solved: 15 })
    expect(said.oracle.costUsd).toBeCloseTo(12 * 0.03 + 3 * 0.55 + 5 * 0.03, 9)
    expect(said).not.toHaveProperty('makespan')
  })

  it('plays the time by a seed, and the same seed gives the same bytes', async () => {
    const words = ['--check', '0.5/0.5', '--call-ms', '1000', '--slots', '3', '--seed', '7']
    const once = (await simulated(...words)).said
    expect((await simulated(...words)).said).toEqual(once)
    expect(once.makespan.makespanMs).toBeGreaterThanOrEqual(once.makespan.boundMs)
    const other = (await simulated(...words.slice(0, -1), '8')).said
    expect(other.makespan).not.toEqual(once.makespan)
    expect({ ...other, makespan: 0 }).toEqual({ ...once, makespan: 0 })
  })

  it('takes its ladder from a file, and from a repository’s own configuration', async () => {
    const yaml = file('policy.yaml', 'ladder: [mini, large]\ncheck: 0.9/0.2\nlastIsTaken: true\n')
    const { said } = await simulated('--policy', yaml)
    expect(said).toMatchObject({ ladder: ['mini', 'large'], check: { right: 0.9, wrong: 0.2 }, lastIsTaken: true })
    expect((await simulated('--policy', yaml, '--check', 'perfect')).said.check).toEqual({ right: 1, wrong: 0 })
    const agents = 'agents:\n  mini:\n    command: [sh]\n  large:\n    command: [sh]\n'
    const own = await simulated('--policy', file('baton.yaml', `${agents}routing:\n  ladder: [mini, large]\n`))
    expect(own.said).toMatchObject({ ladder: ['mini', 'large'], tries: 2 })
  })

  it('says what a person can read', async () => {
    const { out } = await baton(['simulate', '--outcomes', table, '--check', '0.9/0.2', '--last-taken'], paperHouse())
    expect(out).toContain('Simulated on 40 outcomes of the table')
    expect(out).toMatch(/mini > large\s+20\s+71\.5 %\s+\$0\.239/)
    expect(out).toContain('0.43 × the cost of large alone, and +1.5 % of 20 tasks solved')
  })

  it.each<[string, string[], RegExp]>([
    [
      'a model that nobody tried',
      ['--policy', 'mini > other'],
      /"other".*name one of: "?large|the outcomes do not name it/s,
    ],
    ['the same model twice', ['--policy', 'mini > mini'], /on it twice/],
    ['a check that is none', ['--check', '9/2'], /two numbers from 0 to 1/],
    ['a file that is not there', ['--policy', 'nowhere.yaml'], /ENOENT/],
    ['a file with words of its own', ['--policy', 'own.yaml'], /stairs/],
    ['a table that is none', ['--outcomes', 'own.yaml'], /not a JSON object/],
  ])('refuses %s', async (_, words, why) => {
    file('own.yaml', 'stairs: [mini]\n')
    const placed = words.map((word) => (word.endsWith('.yaml') ? join(folder, word) : word))
    const { code, said } = await simulated(...placed)
    expect(code).not.toBe(0)
    expect(JSON.stringify(said.error)).toMatch(why)
  })

  it('needs a record with something in it when it is given no table', async () => {
    const { code, said } = await json(['simulate'])
    expect([code, said.error.kind]).toEqual([5, 'not-found'])
  })
})

/** One attempt that was paid for and failed, and another at work. */
function spending() {
  const house = busyHouse()
  const attempt = '001-photo-albums/T001/1'
  const fence = house.state.items.get('001-photo-albums')?.steps[0]?.attempts[0]?.fence ?? 0
  const used = { tokensIn: 40_000, tokensOut: 2000, cachedIn: 30_000, cost: 0.25, ms: 90_000 }
  const outcome = { kind: 'failed', reason: 'timeout', why: 'it took too long' } as const
  const asked = [
    wish('attempt.end', 'baton', { attempt, fence, outcome, used: { ...used, unpriced: true } }),
    wish('tick', 'baton', {}),
  ]
  for (const one of asked) expect(house.say(one)).toMatchObject({ ok: true })
  return house
}

describe('baton cost', () => {
  it('adds up what was spent, and what of it is lost', async () => {
    const { said } = await json(['cost'], spending())
    expect(said.total).toMatchObject({ attempts: 2, landed: 0, costUsd: 0.25, abandonedUsd: 0.25, abandonedShare: 1 })
    expect(said.total).toMatchObject({ cachedShare: 0.75, unpriced: 42_000, ms: 90_000 })
    expect(said.lines).toMatchObject([{ key: '001-photo-albums', attempts: 2 }])
    expect(said.total).not.toHaveProperty('perLandedUsd')
  })

  it.each([
    ['agent', 'sh'],
    ['model', ''],
    ['day', '1970-01-01'],
    ['step', '001-photo-albums/T001'],
  ])('by %s', async (by, key) => {
    const { said } = await json(['cost', '001', '--by', by], spending())
    expect(said).toMatchObject({ by, item: '001-photo-albums', lines: [{ key, costUsd: 0.25 }] })
  })

  it('is a table for people, that says which prices are not known', async () => {
    const { out } = await baton(['cost', '001', '--by', 'model'], spending())
    expect(out).toMatch(
      /\(chosen by the agent\)\s+\$0\.250\+\?\s+\$0\.250 \(100 %\)\s+2\s+0\s+40\.0 k\s+75 %\s+2\.0 k\s+1 m 30 s/,
    )
    expect(out).toContain('42.0 k tokens have no known price')
  })

  it('says so when nothing was tried, and when there is no such item', async () => {
    expect((await baton(['cost'], paperHouse())).out).toBe('nothing was spent: no attempt was made\n')
    expect((await baton(['cost', 'nothing'], busyHouse())).code).toBe(5)
  })
})

it('has a table of its own, small enough to be read', () => {
  expect(readFileSync(table, 'utf8').split('\n').length).toBeLessThan(60)
})
