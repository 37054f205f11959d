import { describe, expect, it } from 'vitest'
import type { ModelRequest } from '../../core/ports.ts'
import { roughly, roughlyAsked, wasCut } from './estimate.ts'

const asked = (content: string): ModelRequest => ({
  model: {
    name: 'm',
    id: 'm',
    provider: 'p',
    endpoint: '',
    dialect: 'auto',
    tier: 'small',
    local: true,
    tools: 'native',
    account: 'a',
  },
  messages: [{ role: 'user', content }],
})
const prose = 'The quick brown fox jumps over the lazy dog, and then it sleeps. '.repeat(500)

describe('a text without a tokenizer', () => {
  it('has roughly a token for four bytes', () => {
    expect(roughly('')).toBe(0)
    expect(roughly('abcde')).toBe(2)
    expect(roughlyAsked({ ...asked(prose), tools: [{ name: 'a', description: 'b', parameters: {} }] })).toBeGreaterThan(
      8000,
    )
  })

  it('was cut when a server read less than its words', () => {
    expect(wasCut(asked(prose), 4096)).toBe(true)
    expect(wasCut(asked(prose), 6500)).toBe(false)
    expect(wasCut(asked(prose), 7000)).toBe(false)
  })

  it('was not cut because few tokens are enough for it, or nobody counted', () => {
    expect(wasCut(asked(' '.repeat(100_000)), 500)).toBe(false)
    expect(wasCut(asked('x'.repeat(100_000)), 500)).toBe(false)
    expect(wasCut(asked('-=+;'.repeat(20_000)), 500)).toBe(false)
    expect(wasCut(asked(prose), 0)).toBe(false)
    expect(wasCut(asked('Hello there, how are you?'), 1)).toBe(false)
  })
})
