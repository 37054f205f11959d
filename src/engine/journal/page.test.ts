// The format's page is true: what it prints verifies by what it says, in a verifier that uses nothing of ours.
import { createHash, createPublicKey, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { isCanonical, leafHash, readEntry } from './entry.ts'
import { openCheckpoint, parseVerifier } from './note.ts'
import { checkProof } from './proofs.ts'
import { verifyConsistency } from './tree.ts'

const page = readFileSync(join(import.meta.dirname, '../../../docs/journal-format.md'), 'utf8')
const blocks = (kind: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${kind}\\n([^]*?)^\`\`\`$`, 'gm'))].map((found) => found[1] ?? '')
const texts = blocks('json').map((block) => block.slice(0, -1))
const [hashes = '', roots = '', growth = '', key = '', older = '', newer = '', proof = ''] = blocks('text')

const sha = (...parts: (string | Uint8Array)[]) =>
  createHash('sha256')
    .update(Buffer.concat(parts.map((part) => Buffer.from(part as string))))
    .digest()
const leaf = (text: string) => sha(Buffer.from([0]), text)
const node = (left: Buffer, right: Buffer) => sha(Buffer.from([1]), left, right)
const hex = (...all: Buffer[]) => `${all.map((each) => each.toString('hex')).join('\n')}\n`

it('prints entries, hashes and roots that fit each other', () => {
  const [a, b, c] = texts.map(leaf) as [Buffer, Buffer, Buffer]
  expect(texts).toHaveLength(3)
  expect(hashes).toBe(hex(a, b, c))
  expect(roots).toBe(hex(node(a, b), node(node(a, b), c)))
  expect(growth).toBe(hex(c))
  expect(texts.map((text) => JSON.parse(text).prev)).toEqual(['0'.repeat(64), a.toString('hex'), b.toString('hex')])
})

it('prints checkpoints that its key has signed', () => {
  const [name = '', id = '', encoded = ''] = key.trim().split('+')
  const raw = Buffer.from(key.trim().slice(name.length + id.length + 2), 'base64')
  expect(encoded).not.toBe('')
  expect(sha(`${name}\n`, raw).subarray(0, 4).toString('hex')).toBe(id)
  const known = createPublicKey({
    format: 'jwk',
    key: { kty: 'OKP', crv: 'Ed25519', x: raw.subarray(1).toString('base64url') },
  })
  for (const [at, note] of [older, newer].entries()) {
    const [text = '', signed = ''] = note.split(/(?<=\n)\n(?=— )/)
    const signature = Buffer.from(signed.trim().split(' ')[2] ?? '', 'base64')
    expect(signature.subarray(0, 4).toString('hex')).toBe(id)
    expect(verify(null, Buffer.from(text), known, signature.subarray(4))).toBe(true)
    const [origin, size, root = ''] = text.split('\n')
    expect([origin, size, Buffer.from(root, 'base64').toString('hex')]).toEqual([
      name,
      `${at + 2}`,
      roots.split('\n')[at],
    ])
  }
})

it('prints what our own readers take', () => {
  const known = [parseVerifier(key)]
  for (const text of texts) expect(isCanonical(text, readEntry(text))).toBe(true)
  expect(texts.map(leafHash)).toEqual(hashes.trim().split('\n'))
  expect(checkProof(proof, known, 'example.com/baton')).toMatchObject({ text: texts[1], entry: { seq: 2 } })
  const [from, to] = [openCheckpoint(older, known), openCheckpoint(newer, known)]
  expect(verifyConsistency(from, to, growth.trim().split('\n'))).toBe(true)
})
