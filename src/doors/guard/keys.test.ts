import * as crypto from 'node:crypto'
import * as fc from 'fast-check'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { realClock } from '../../presets/clock.ts'
import { readGrants } from './grants.ts'
import { type Ended, Keys } from './keys.ts'

vi.mock('node:crypto', async (real) => {
  const known = await real<typeof import('node:crypto')>()
  return { ...known, timingSafeEqual: vi.fn(known.timingSafeEqual) }
})

const minute = 60_000
const day = 24 * 60 * minute
const token = 'the-owner-has-this-one-and-nobody-else'
let now = 0
const clock = { ...realClock, now: () => now, monotonic: () => now }
const keysOf = (own = token, apiKeys = 'ci=abcdefgh:read-only,boss=ijklmnop:approve') =>
  new Keys({ token: own, owner: 'ada', grants: readGrants(apiKeys), clock })
const cookieOf = (keys: Keys): string => keys.redeem(keys.invite().code)?.cookie ?? ''

beforeEach(() => {
  now = 1_700_000_000_000
})

describe('keys', () => {
  it('are whole words: no part of one, and nothing more than one', () => {
    const keys = keysOf()
    expect(keys.bySecret(token)?.name).toBe('ada')
    expect([...(keys.bySecret('abcdefgh')?.may ?? [])]).toEqual(['read'])
    for (const near of ['', ' ', token.slice(1), token.slice(0, -1), `${token} `, token.toUpperCase(), `${token}\0`])
      expect(keys.bySecret(near)).toBeUndefined()
    expect(keys.bySecret('ci')).toBeUndefined()
    expect(keys.bySecret('ci=abcdefgh')).toBeUndefined()
  })

  it('are no others', () => {
    const keys = keysOf()
    const held = new Set([token, 'abcdefgh', 'ijklmnop'])
    fc.assert(
      fc.property(fc.string(), (given) => void expect(keys.bySecret(given) !== undefined).toBe(held.has(given))),
    )
  })

  it('are each compared with every one there is, whichever it is', () => {
    const keys = keysOf()
    keys.admit('a/T1/1')
    const comparisons = (secret: string): number => {
      vi.mocked(crypto.timingSafeEqual).mockClear()
      keys.bySecret(secret)
      return vi.mocked(crypto.timingSafeEqual).mock.calls.length
    }
    expect([token, 'abcdefgh', 'ijklmnop', 'nobody has this', ''].map(comparisons)).toEqual([4, 4, 4, 4, 4])
  })

  it('for an attempt are good until it is dismissed, and one at a time', () => {
    const keys = keysOf()
    const first = keys.admit('a/T1/1')
    expect(keys.bySecret(first)).toMatchObject({ attempt: 'a/T1/1', name: 'agent of a/T1/1' })
    expect([...(keys.bySecret(first)?.may ?? [])]).toEqual(['read', 'run'])
    const second = keys.admit('a/T1/1')
    expect(keys.bySecret(first)).toBeUndefined()
    const other = keys.admit('a/T2/1')
    keys.dismiss('a/T1/1')
    expect(keys.bySecret(second)).toBeUndefined()
    expect(keys.bySecret(other)?.attempt).toBe('a/T2/1')
    expect(second).not.toContain('T1')
  })
})

it('knows which keys it made itself, and which a person chose', () => {
  const keys = keysOf()
  const isMade = (secret: string): boolean => {
    const known = keys.bySecret(secret)
    return known !== undefined && keys.isMade(known)
  }
  expect([token, keys.admit('a/T1/1'), 'abcdefgh', 'ijklmnop'].map(isMade)).toEqual([true, true, false, false])
})

describe('an invitation', () => {
  it('lets one in, once', () => {
    const keys = keysOf()
    const { code } = keys.invite()
    const [cookie, again] = [keys.redeem(code)?.cookie ?? '', keys.redeem(code)]
    expect(keys.byCookie(cookie)?.name).toBe('ada')
    expect(again).toBeUndefined()
  })

  it('is worth nothing after ten minutes, to the millisecond', () => {
    const keys = keysOf()
    const [early, late] = [keys.invite(), keys.invite()]
    expect(early.until).toBe(now + 10 * minute)
    now += 10 * minute - 1
    expect(keys.redeem(early.code)).toBeDefined()
    now += 1
    expect(keys.redeem(late.code)).toBeUndefined()
  })

  it('is no key and no cookie, and neither of them is one', () => {
    const keys = keysOf()
    const { code } = keys.invite()
    const cookie = cookieOf(keys)
    expect(keys.bySecret(code)).toBeUndefined()
    expect(keys.byCookie(code)).toBeUndefined()
    expect(keys.bySecret(cookie)).toBeUndefined()
    for (const other of [token, cookie, 'abcdefgh', '', code.slice(1), `${code} `])
      expect(keys.redeem(other)).toBeUndefined()
    expect(keys.redeem(code)).toBeDefined()
  })

  it('is kept by the hundred, the newest ones, so that asking for more fills no memory', () => {
    const keys = keysOf()
    const codes = Array.from({ length: 150 }, () => keys.invite().code)
    expect(new Set(codes).size).toBe(150)
    expect(codes.filter((code) => keys.redeem(code) !== undefined)).toEqual(codes.slice(50))
  })
})

describe('a cookie that was ended', () => {
  it('lets nobody in any more, also after a restart; others still do', () => {
    let kept: Ended = new Map()
    const ended = {
      read: () => kept,
      write: (all: Ended) => {
        kept = all
      },
    }
    const open = () => new Keys({ token, owner: 'ada', grants: [], clock: realClock, ended })
    const keys = open()
    const [one, other] = [cookieOf(keys), cookieOf(keys)]
    keys.endCookie(one)
    keys.endCookie(`${one}x`)
    keys.endCookie('nothing.of.ours')
    expect(kept.size).toBe(1)
    for (const each of [keys, open()]) {
      expect(each.byCookie(one)).toBeUndefined()
      expect(each.byCookie(other)?.name).toBe('ada')
    }
    expect(JSON.stringify([...kept])).not.toContain(one)
  })
})

describe('a cookie', () => {
  it('ends after thirty days', () => {
    const keys = keysOf()
    const cookie = cookieOf(keys)
    now += 30 * day - 1
    expect(keys.byCookie(cookie)?.name).toBe('ada')
    now += 1
    expect(keys.byCookie(cookie)).toBeUndefined()
  })

  it('outlives a restart, and not another token', () => {
    const cookie = cookieOf(keysOf())
    expect(keysOf().byCookie(cookie)?.name).toBe('ada')
    expect(keysOf(`${token}2`).byCookie(cookie)).toBeUndefined()
  })

  it('cannot be made to last longer, nor cut, nor enlarged, nor put together from two', () => {
    const keys = keysOf()
    const [until = '', chance = '', seal = ''] = cookieOf(keys).split('.')
    const [until2 = '', chance2 = '', seal2 = ''] = cookieOf(keys).split('.')
    expect(keys.byCookie(`${until}.${chance}.${seal}`)).toBeDefined()
    const later = (now + 365 * day).toString(36)
    for (const forged of [
      `${later}.${chance}.${seal}`,
      `z${until}.${chance}.${seal}`,
      `${until}.${chance2}.${seal}`,
      `${until2}.${chance}.${seal2}`,
      `${until}.${chance}${seal}`,
      `${until}${chance}.${seal}`,
      `${until}.${chance}.`,
      `${until}.${chance}`,
      `.${seal}`,
      `..${seal}`,
      `${until}.${chance}.${seal}.`,
      `${until}.${chance}.${seal}.${seal}`,
      `${until}.${chance}.${seal}=`,
      `${until}.${chance}.${seal.slice(0, -1)}`,
      `${until}.${chance}.${seal.toLowerCase()}`,
      `${until}.${chance}.${seal}${' '.repeat(300)}`,
      'NaN.x.y',
      'undefined',
      '',
      '.',
    ])
      expect(keys.byCookie(forged), forged).toBeUndefined()
  })

  it('is good only as it is: no change of any place of it is', () => {
    const keys = keysOf()
    const cookie = cookieOf(keys)
    fc.assert(
      fc.property(fc.nat(cookie.length), fc.string({ maxLength: 2 }), fc.nat(2), (at, put, cut) => {
        const forged = cookie.slice(0, at) + put + cookie.slice(at + cut)
        expect(keys.byCookie(forged) !== undefined).toBe(forged === cookie)
      }),
      { numRuns: 1000 },
    )
  })
})
