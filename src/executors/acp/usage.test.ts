// Shows how what agents say of tokens and money is summed up, whichever way they count.
import { expect, it } from 'vitest'
import { Usage } from './usage.ts'

const answered = (answer: Record<string, unknown>) => {
  const usage = new Usage()
  usage.answer(answer)
  return usage.used(5)
}
const none = { tokensIn: 0, tokensOut: 0, cachedIn: 0, cost: 0, ms: 5 }

it.each([
  [
    'cached among the input',
    { totalTokens: 130, inputTokens: 100, outputTokens: 30, cachedReadTokens: 40 },
    [100, 30, 40],
  ],
  [
    'cached beside the input',
    { totalTokens: 1035, inputTokens: 5, outputTokens: 30, cachedReadTokens: 900, cachedWriteTokens: 100 },
    [1005, 30, 900],
  ],
  [
    'more cached than input, without a sum',
    { inputTokens: 5, outputTokens: 30, cachedReadTokens: 900 },
    [905, 30, 900],
  ],
  [
    'thoughts beside the output',
    { totalTokens: 180, inputTokens: 100, outputTokens: 30, thoughtTokens: 50 },
    [100, 80, 0],
  ],
  [
    'thoughts among the output',
    { totalTokens: 130, inputTokens: 100, outputTokens: 30, thoughtTokens: 20 },
    [100, 30, 0],
  ],
])('%s', (_, usage, [tokensIn, tokensOut, cachedIn]) => {
  expect(answered({ usage })).toEqual({ ...none, tokensIn, tokensOut, cachedIn, unpriced: true })
})

it('adds up what is told of each request, unless the answer has the sum', () => {
  const usage = new Usage()
  for (const told of [
    { inputTokens: 10, outputTokens: 1, totalTokens: 11 },
    'odd',
    { inputTokens: 20, outputTokens: 2, totalTokens: 22 },
  ])
    usage.piece(told)
  usage.answer({})
  expect(usage.used(5)).toMatchObject({ tokensIn: 30, tokensOut: 3 })
  usage.answer({ usage: { inputTokens: 7, outputTokens: 7 } })
  expect(usage.used(5)).toMatchObject({ tokensIn: 7, tokensOut: 7 })
})

it('finds tokens where some told them before there was a place', () => {
  expect(
    answered({ usage: null, _meta: { quota: { token_count: { input_tokens: 7, output_tokens: 2 } } } }),
  ).toMatchObject({ tokensIn: 7, tokensOut: 2 })
})

it.each([
  {},
  { usage: 'much' },
  { usage: { inputTokens: -4, outputTokens: Number.NaN } },
  { _meta: { quota: { token_count: null } } },
])('takes %j for nothing', (answer) => {
  expect(answered(answer)).toEqual(none)
})

it('counts what a session cost since this attempt began, in dollars only, and not what an agent guesses of models of our own', () => {
  const usage = new Usage()
  expect(usage.update({ cost: { amount: 2, currency: 'USD' } })).toBe(true)
  usage.begin()
  expect(usage.update({ used: 3 })).toBe(false)
  expect(usage.update({ cost: { amount: 5, currency: 'EUR' } })).toBe(false)
  expect(usage.update({ cost: { amount: 2.5, currency: 'USD' } })).toBe(true)
  expect(usage.update({ cost: { amount: 2.5, currency: 'USD' } })).toBe(false)
  expect(usage.used(5).cost).toBe(0.5)
  usage.knowsPrices = false
  expect(usage.used(5).cost).toBe(0)
})
