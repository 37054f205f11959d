import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Trouble } from '../trouble.ts'
import { Decoder } from './letters.ts'

const read = (...pieces: readonly Uint8Array[]): string => {
  const decoder = new Decoder()
  const text = pieces.map((bytes) => decoder.take(Buffer.from(bytes))).join('')
  decoder.end()
  return text
}

describe('bytes as text', () => {
  it('are the same text however they are cut', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.array(fc.nat(40)), (text, cuts) => {
        const bytes = Buffer.from(text)
        const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
        expect(read(...at.map((from, n) => bytes.subarray(from, at[n + 1] ?? bytes.length)))).toBe(text)
        expect(read(...[...bytes].map((byte) => Uint8Array.of(byte)))).toBe(text)
      }),
    )
  })

  it('that are no UTF-8 are refused, as the decoder of the platform refuses them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), fc.nat(12), (bytes, cut) => {
        let text: string | undefined
        try {
          text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
        } catch (error) {
          expect(error).toBeInstanceOf(TypeError)
        }
        const ours = (): string => read(bytes.subarray(0, cut), bytes.subarray(cut))
        if (text === undefined) expect(ours).toThrow(Trouble)
        else expect(ours()).toBe(text)
      }),
      { numRuns: 2000 },
    )
  })
})
