// What work took, in words: nothing that nobody counted, and each unit up to where the next one begins.
import { expect, it } from 'vitest'
import { nothingUsed } from '../nouns/attempt.ts'
import { row, tookText } from './parts.ts'

const took = (ms: number, more: object = {}): string => tookText([{ used: { ...nothingUsed, ms, ...more } }])

it.each([
  [0, 'under a second'],
  [499, 'under a second'],
  [500, '1 s'],
  [59_499, '59 s'],
  [59_500, '1 min 0 s'],
  [3_599_000, '59 min 59 s'],
  [3_600_000, '1 h 0 min'],
  [90 * 60_000, '1 h 30 min'],
])('given %i ms, then they are %s', (ms, said) => {
  expect(took(ms)).toBe(said)
})

it('given what has no price, then the sum is said to be the least, also when it is nothing', () => {
  expect(took(1000, { unpriced: true })).toBe('1 s, at least $0.00, for some of it has no known price')
  expect(took(1000, { cost: 0.256, tokensIn: 2 })).toBe('1 s, 2 tokens, $0.26')
  const [priced, unpriced] = [
    { ...nothingUsed, cost: 1 },
    { ...nothingUsed, unpriced: true as const },
  ]
  expect(tookText([{ used: priced }, { used: unpriced }, {}])).toMatch(/^under a second, at least \$1\.00, for/u)
})

it('given no value, then a row is not there', () => {
  expect([row('Plan', undefined).text, row('Plan', '').text]).toEqual(['', ''])
  expect(row('Entries', 0).text).toBe('<dt>Entries</dt><dd>0</dd>')
})
