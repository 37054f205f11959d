// Lines come out whole, however the bytes were cut on their way.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { lines } from './wire.ts'

it('gives every line once, in order, and keeps back what has no end yet', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string().map((text) => JSON.stringify(text))),
      fc.string().map((text) => JSON.stringify(text)),
      fc.infiniteStream(fc.integer({ min: 1, max: 9 })),
      (sent, rest, sizes) => {
        const bytes = Buffer.from(`${sent.map((line) => `${line}\n`).join('')}${rest}`)
        const got: string[] = []
        const take = lines((line) => got.push(line))
        for (let at = 0; at < bytes.length; ) {
          const size = sizes.next().value ?? 1
          take(bytes.subarray(at, at + size))
          at += size
        }
        expect(got).toEqual(sent)
      },
    ),
  )
})
