// Metrics and the portfolio through the command line: what a person reads, what a spreadsheet and a program get.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { csvCell, markdownCell } from '../../src/core/portfolio/sheets.ts'
import { wish } from '../../src/core/wishes.ts'
import { baton, busyHouse, hostile } from '../cli/testing.ts'

const folder = mkdtempSync(join(tmpdir(), 'baton-export-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function exported(words: readonly string[], title?: string) {
  const { out, code } = await baton(['export', ...words], busyHouse(title))
  return { out, code }
}

describe('baton metrics', () => {
  it('says of the one item what a person and what a program can read', async () => {
    const { out, code } = await baton(['metrics'], busyHouse())
    expect(code).toBe(0)
    expect(out).toMatch(/item\s+open\s+done\s+lead\s+cycle\s+landed\s+back\s+blocked\s+tries\s+cost/)
    const said = JSON.parse((await baton(['metrics', '--json'], busyHouse())).out)
    expect(said.total).toMatchObject({ items: 1, open: 1, inProgress: 1, stepsInProgress: 1, attempts: 1, landed: 0 })
    expect(said.total).not.toHaveProperty('reworkRate')
    expect(said.lines).toHaveLength(1)
  })

  it('names what stands in the way now, by kind, and what it holds up, at every place that is asked', async () => {
    const house = busyHouse()
    const raise = (on: string, kind: string) =>
      house.say(wish('blocker.raise', 'ada', { on, kind, owner: 'law', notes: 'may we?' }))
    raise('001-photo-albums/T003', 'lawyers')
    raise('001-photo-albums', 'external')
    expect((await baton(['status'], house)).out).toContain('blocked by 1 other, 1 external')
    const listed = (await baton(['unblock'], house)).out
    expect(listed).toMatch(/T003 +lawyers +for .* holds 1 of 3 steps +law/)
    expect(listed).toMatch(/external +for .* holds 3 of 3 steps/)
    expect(listed).toContain('in all: 1 other, 1 external')
    const { out } = await baton(['metrics', '001-photo-albums'], house)
    expect(out).toMatch(/lawyers on T003, for .*: may we\? \(law\)\n {2}holds 1 of 3 steps/)
    const down = await baton(['metrics', 'T001'], house)
    expect(down.out).toMatch(/001-photo-albums\/T001\/1 {2}sh {2}at work/)
    const missing = await baton(['metrics', '001-photo-albums/T999'], house)
    expect([missing.code, missing.err]).toEqual([5, expect.stringContaining('nothing was done at a step of this name')])
  })

  it('is told apart by two things at once, and refuses more, or one that there is not', async () => {
    const { out } = await baton(['metrics', '--by', 'workflow,owner'], busyHouse())
    expect(out).toMatch(/workflow +owner +open/)
    for (const by of ['owner,', 'owner,day,item', 'person', 'owner,owner'])
      expect((await baton(['metrics', '--by', by], busyHouse())).code, by).toBe(2)
  })

  it.each([
    ['--from', 'yesterday', /no day or time in UTC/],
    ['--to', '2026-02-30', /no day or time in UTC/],
    ['--status', 'done', /one of: queued, in-progress, blocked/],
    ['--from', '2026-01-01', /not before the end of the window/],
  ])('refuses %s %s', async (option, value, why) => {
    const { out, code } = await baton(['metrics', option, value, '--json'], busyHouse())
    expect(code).not.toBe(0)
    expect(out).toMatch(why)
  })
})

describe('baton export', () => {
  it('leads from the sums to each item, its attempts and its entries', async () => {
    const house = busyHouse()
    house.say(
      wish('blocker.raise', 'ada', {
        on: [...house.state.items.keys()][0] ?? '',
        kind: 'external',
        owner: 'ada',
        notes: 'x',
      }),
    )
    const { out } = await baton(['export', '--stdout'], house)
    const said = JSON.parse(out)
    expect(said.metrics.map(({ scope }: { scope: string }) => scope)).toEqual([
      ...['portfolio', 'workflow', 'owner', 'item'],
    ])
    expect(said.metrics[0].measures).toMatchObject({ WIP: { items: 1 }, throughput: { landed: 0 } })
    const [item] = said.items
    const own = house.entries.filter(({ stream }) => stream === item.id).map(({ seq }) => seq)
    expect(item.history).toEqual({ entries: own.length, first: own[0], last: own.at(-1), seqs: own })
    expect(item.attempts).toHaveLength(1)
    expect(own).toContain(item.attempts[0].seq)
    expect(item.blockers).toMatchObject([{ kind: 'external', owner: 'ada' }])
  })

  it('writes a new file where it is told, and never over one that is there', async () => {
    const file = join(folder, 'one.csv')
    expect((await exported(['--format', 'csv', '--out', file])).code).toBe(0)
    const before = readFileSync(file, 'utf8')
    expect(before.split('\r\n')).toHaveLength(3)
    expect((await exported(['--format', 'csv', '--out', file])).code).not.toBe(0)
    expect(readFileSync(file, 'utf8')).toBe(before)
    expect((await exported(['--out', `${folder}/artifacts/exports/`])).code).toBe(0)
    expect(readdirSync(join(folder, 'artifacts/exports'))).toEqual([
      expect.stringMatching(/^portfolio-[\dTZ-]+\.json$/),
    ])
    expect((await exported(['--stdout', '--out', file])).code).not.toBe(0)
  })

  it.each(['json', 'csv', 'md'])('prints nothing in %s that a terminal would obey', async (format) => {
    const { out } = await exported(['--format', format], hostile)
    expect(out).toContain('Make')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
    expect(out).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b\u202e\u{e0041}]/u)
    if (format === 'json') expect(JSON.parse(out).items[0].title).toBe(hostile)
  })

  it('lets no cell become a formula, end itself, or mean anything', () => {
    for (const sign of ['=', '+', '-', '@', '\uff1d', '\uff0b', '\uff0d', '\uff20'])
      expect(csvCell(`${sign}cmd|x!A1`)).toBe(`'${sign}cmd|x!A1`)
    expect(csvCell('\t=1')).toMatch(/^'/)
    expect(csvCell(' =1')).toMatch(/^'/)
    expect(csvCell('a "b", c\nd')).toBe('"a ""b"", c\nd"')
    expect(csvCell(-5)).toBe('-5')
    expect(markdownCell('a | b\n<img src=x> [x](http://y) `c`')).toBe(
      'a \\| b &lt;img src=x&gt; \\[x\\]\\(http:&#47;&#47;y\\) \\`c\\`',
    )
  })

  it('leaves out what the filters do not mean', async () => {
    const items = async (...words: string[]) => JSON.parse((await exported(words)).out).items.length
    expect(await items('--status', 'in-progress')).toBe(1)
    expect(await items('--status', 'completed')).toBe(0)
    expect(await items('--owner', 'nobody at all')).toBe(0)
    expect(await items('--workspace', '/elsewhere')).toBe(0)
  })
})
