// The calendar agrees with the platform's on every day that matters.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { utc } from './utc.ts'

it('is the same as the platform says', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 7_000_000_000_000 }), (at) => {
      const iso = new Date(at).toISOString()
      expect(utc(at)).toEqual([iso.slice(0, 10), iso.slice(11, 16)])
    }),
  )
  expect(utc(Date.UTC(2028, 1, 29, 23, 59, 59))).toEqual(['2028-02-29', '23:59'])
})
