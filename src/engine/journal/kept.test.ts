import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { joinNotes, readKept } from './kept.ts'
import { KeyChain } from './keys.ts'
import { generateSigner, keyNote, NoteRefused, rotateKey, type Signer, signCheckpoint } from './note.ts'

const origin = 'example.com/baton'
const folder = mkdtempSync(join(tmpdir(), 'baton-kept-'))
const [one, two, stranger] = ['one', 'two', 'stranger'].map((name) =>
  generateSigner(origin, join(folder, `${name}.pem`)),
) as [Signer, Signer, Signer]
const rotation = rotateKey(origin, one, two)
const at = (by: Signer, size: number) => signCheckpoint({ origin, size, root: 'ab'.repeat(32) }, [by])
const whole = joinNotes([keyNote(one), at(one, 3), rotation.note, at(two, 9)])

function chainOf(...facts: readonly (readonly [type: string, data: object])[]): KeyChain {
  const chain = new KeyChain()
  for (const [place, [type, data]] of facts.entries()) chain.take({ seq: place * 5 + 1, by: 'ada', type, data })
  return chain
}
const first = ['key.published', { name: origin, key: one.verifier.text }] as const
const handed = ['key.rotated', { name: origin, key: two.verifier.text, note: rotation.note }] as const

it('follows the keys that what is kept itself names, whatever the record says of them', () => {
  const kept = readKept(whole, new KeyChain(), origin)
  expect([kept.pinned?.text, kept.key?.text, kept.torn]).toEqual([one.verifier.text, two.verifier.text, 0])
  expect(kept.checkpoints.map(({ size, foreign }) => [size, foreign])).toEqual([
    [3, undefined],
    [9, undefined],
  ])
  const late = readKept(joinNotes([keyNote(one), rotation.note, at(one, 9)]), new KeyChain(), origin)
  expect(late.checkpoints[0]?.foreign).toContain(one.verifier.id)
})

it('judges a note alone by the record, to the entry: a key signs nothing over what came after it was handed over', () => {
  const chain = chainOf(first, handed)
  const foreign = (note: string) => readKept(note, chain, origin).checkpoints[0]?.foreign
  expect([foreign(at(one, 5)), foreign(at(two, 6))]).toEqual([undefined, undefined])
  expect(foreign(at(one, 6))).toMatch(/handed over at entry 6/)
  expect(foreign(at(stranger, 5))).toContain(stranger.verifier.id)
  expect(readKept(at(one, 5), chain, 'example.com/other').checkpoints[0]?.foreign).toContain('example.com/other')
})

it('believes nothing that is kept once any byte of it was changed', () => {
  const bytes = Buffer.from(whole)
  for (let place = 0; place < bytes.length - 2; place++) {
    for (const flip of [1, 32, 128]) {
      const changed = Buffer.from(bytes)
      changed[place] = (changed[place] ?? 0) ^ flip
      let good: readonly number[] = []
      try {
        const kept = readKept(changed.toString('utf8'), new KeyChain(), origin)
        const pinned = kept.pinned?.text === one.verifier.text
        good = pinned ? kept.checkpoints.filter(({ foreign }) => foreign === undefined).map(({ size }) => size) : []
      } catch (error) {
        expect(error, `byte ${place} ^ ${flip}`).toBeInstanceOf(NoteRefused)
      }
      expect(good, `byte ${place} ^ ${flip}`).not.toEqual([3, 9])
    }
  }
})

it('passes over a last note that is cut off, at any byte, and says how much of it there is', () => {
  const begins = whole.indexOf(at(two, 9))
  for (let end = begins + 1; end < whole.length - 2; end += 7) {
    const kept = readKept(whole.slice(0, end), new KeyChain(), origin)
    expect(kept.checkpoints.map(({ size }) => size)).toEqual([3])
    expect(kept.torn, String(end)).toBeGreaterThan(0)
  }
})

it('takes a next key by the word of both, a lost one by the word of a person, and any other as foreign', () => {
  const strange = ['key.published', { name: origin, key: stranger.verifier.text }] as const
  const lost = ['key.published', { name: origin, key: stranger.verifier.text, lost: 'it burnt' }] as const
  const forged = ['key.rotated', { name: origin, key: stranger.verifier.text, note: rotation.note }] as const
  expect(chainOf(first, handed).faults).toEqual([])
  expect(chainOf(first, handed).trusted(one.verifier)).toHaveLength(2)
  expect(chainOf(first, strange).faults).toMatchObject([{ seq: 6, what: expect.stringContaining('foreign key') }])
  expect(chainOf(first, strange).trusted()).toHaveLength(1)
  expect(chainOf(first, forged).faults).toHaveLength(1)
  expect(chainOf(first, forged).current?.verifier.text).toBe(one.verifier.text)
  const person = chainOf(first, lost)
  expect([person.faults.length, person.trusted().length, person.trusted(one.verifier).length]).toEqual([0, 2, 1])
  expect(person.told()[0]).toContain('it burnt')
})
