import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Refused } from '../../core/refusals.ts'
import { readGrants } from './grants.ts'

const read = (text: string | undefined) =>
  readGrants(text).map(({ name, secret, may }) => ({ name, secret, may: [...may] }))
const refusal = (text: string): string => {
  try {
    readGrants(text)
  } catch (error) {
    if (error instanceof Refused) return error.refusal.why
    throw error
  }
  return 'it was taken'
}

describe('what API_KEYS says', () => {
  it.each([undefined, '', ' ', ',', ' , ,'])('nothing: %j', (text) => expect(read(text)).toEqual([]))

  it('a bare key may read and run', () =>
    expect(read('abcdefgh')).toEqual([{ name: 'key 1', secret: 'abcdefgh', may: ['read', 'run'] }]))

  it.each([
    ['abcdefgh:approve', ['read', 'run', 'approve']],
    ['abcdefgh:approve,admin', ['read', 'run', 'approve', 'admin']],
    ['abcdefgh:approve+admin', ['read', 'run', 'approve', 'admin']],
    ['abcdefgh:admin', ['read', 'run', 'admin']],
    ['abcdefgh:read-only', ['read']],
    ['abcdefgh:read-only,approve', ['read', 'approve']],
    ['abcdefgh:run+read-only', ['read']],
    ['abcdefgh:read', ['read', 'run']],
  ])('rights: %s', (text, may) => expect(read(text)).toEqual([{ name: 'key 1', secret: 'abcdefgh', may }]))

  it('many keys, each with its own rights and its own name', () => {
    expect(read('abcdefgh, ci=ijklmnop:read-only , qrstuvwx:approve,admin,boss=yz012345:approve')).toEqual([
      { name: 'key 1', secret: 'abcdefgh', may: ['read', 'run'] },
      { name: 'ci', secret: 'ijklmnop', may: ['read'] },
      { name: 'key 3', secret: 'qrstuvwx', may: ['read', 'run', 'approve', 'admin'] },
      { name: 'boss', secret: 'yz012345', may: ['read', 'run', 'approve'] },
    ])
  })

  it('a key may hold = and, before its rights, colons', () => {
    expect(read('abcdefghij==')).toMatchObject([{ name: 'key 1', secret: 'abcdefghij==' }])
    expect(read('ci=abcdefghij==')).toMatchObject([{ name: 'ci', secret: 'abcdefghij==' }])
    expect(read('abcd:efgh:read-only')).toMatchObject([{ secret: 'abcd:efgh', may: ['read'] }])
    expect(read('A=bcdefghi')).toMatchObject([{ name: 'key 1', secret: 'A=bcdefghi' }])
  })
})

describe('what it refuses', () => {
  it.each([
    ['abcdefg', /shorter than 8/],
    ['ci=abcdefg:admin', /.*/],
    ['abcdefgh:', /right that there is not/],
    ['abcdefgh:root', /right that there is not/],
    ['abcdefgh:Admin', /right that there is not/],
    ['abcdefgh:approve+', /right that there is not/],
    ['abcdefgh:approve admin', /right that there is not/],
    ['abcdefgh:1234', /right that there is not/],
    [':admin', /shorter than 8/],
    ['abcdefgh,admin', /shorter than 8/],
    ['abcdefgh,abcdefgh', /twice/],
    ['ci=abcdefgh,abcdefgh:admin', /twice/],
  ])('%s', (text, why) => expect(refusal(text)).toMatch(why))

  it.each(['read-only', 'abcdefgh,read-only', 'ci=read-only', 'read-only:admin'])(
    'a word for a right is no key, since everybody knows it: %s',
    (text) => expect(refusal(text)).not.toBe('it was taken'),
  )

  it('without ever saying a key', () => {
    for (const text of ['sekrit-1:root', 'sekrit-2,sekrit-2', 'sekrit', 'ci=sekrit:admin', 'sekrit-3:sekrit-4'])
      expect(refusal(text)).not.toContain('sekrit')
  })
})

it('never gives a right that was not written, and never anything but a refusal', () => {
  const word = fc.constantFrom(
    'approve',
    'admin',
    'read-only',
    'read',
    'run',
    'abcdefgh',
    'x',
    'ci=',
    ':',
    ',',
    '+',
    ' ',
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.array(word).map((words) => words.join('')),
        fc.string(),
      ),
      (text) => {
        try {
          for (const { secret, may } of readGrants(text)) {
            expect(secret.length).toBeGreaterThanOrEqual(8)
            for (const right of ['approve', 'admin'] as const) if (may.has(right)) expect(text).toContain(right)
          }
        } catch (error) {
          expect(error).toBeInstanceOf(Refused)
        }
      },
    ),
    { numRuns: 3000 },
  )
})
