import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { match } from './match.ts'

const steps = (lines: string) =>
  lines.split('|').map((line) => {
    const [key = '', ...words] = line.trim().split(' ')
    return { key, title: words.join(' '), brief: words.join(' ') }
  })

function said(before: string, after: string): string[] {
  const [old, now] = [steps(before), steps(after)]
  const { pairs, added, removed } = match(old, now)
  return [
    ...pairs.map(({ from, to, by }) => `${old[from]?.key}=${now[to]?.key} ${by}`),
    ...added.map((to) => `+${now[to]?.key}`),
    ...removed.map((from) => `-${old[from]?.key}`),
  ]
}

describe('a step is found again', () => {
  it.each([
    [
      'by id, also when its words were edited',
      'A write the store | B test it',
      'A write the journal store | B test it',
      ['A=A id', 'B=B id'],
    ],
    [
      'by its words, when one was put in and all were renumbered',
      'T1 write the store | T2 test the store',
      'T1 lay out folders | T2 write the store | T3 test the store',
      ['T1=T2 text', 'T2=T3 text', '+T1'],
    ],
    [
      'by its words, when two changed places',
      'T1 write it | T2 test it',
      'T1 test it | T2 write it',
      ['T2=T1 text', 'T1=T2 text'],
    ],
    [
      'whatever ids its words name',
      'T1 lay out | T2 test after T1',
      'T0 begin | T5 lay out | T6 test after T5',
      ['T1=T5 text', 'T2=T6 text', '+T0'],
    ],
    [
      'by position, when id and words changed a little',
      'A lay out | B write the big old store | C test',
      'A lay out | X write the big new store | C test',
      ['A=A id', 'B=X position', 'C=C id'],
    ],
    [
      'never by position in quite other words',
      'A lay out | B write the store | C test',
      'A lay out | X paint a cat blue | C test',
      ['A=A id', 'C=C id', '+X', '-B'],
    ],
    [
      'not by words that stand twice',
      'A test it | B test it',
      'C test it | D test it | E other',
      ['+C', '+D', '+E', '-A', '-B'],
    ],
  ])('%s', (_, before, after, wanted) => {
    expect(said(before, after)).toEqual(wanted)
  })

  it('uses every step at most once, and loses none', () => {
    const plan = fc.uniqueArray(
      fc.record({
        key: fc.constantFrom(...'ABCDEFGH'),
        title: fc.constantFrom('a b', 'a c', 'd e', 'f'),
        brief: fc.constant(''),
      }),
      { selector: (one) => one.key },
    )
    fc.assert(
      fc.property(plan, plan, (old, now) => {
        const { pairs, added, removed } = match(old, now)
        expect([...pairs.map((one) => one.from), ...removed].toSorted((a, b) => a - b)).toEqual([...old.keys()])
        expect([...pairs.map((one) => one.to), ...added].toSorted((a, b) => a - b)).toEqual([...now.keys()])
        for (const { from, to, by } of pairs) if (by === 'id') expect(old[from]?.key).toBe(now[to]?.key)
        if (JSON.stringify(old) === JSON.stringify(now)) expect(pairs.every((one) => one.by === 'id')).toBe(true)
      }),
    )
  })
})
