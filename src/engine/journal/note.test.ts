// Notes and checkpoints are those of the C2SP specifications, and nothing unsigned is believed.
import { chmodSync, mkdtempSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import {
  generateSigner,
  loadSigner,
  NoteRefused,
  openCheckpoint,
  openNote,
  openRotation,
  parseCheckpoint,
  parseVerifier,
  rotateKey,
  signCheckpoint,
  signNote,
} from './note.ts'

const folder = mkdtempSync(join(tmpdir(), 'baton-keys-'))
const old = generateSigner('example.com/old', join(folder, 'keys', 'old.pem'))
const next = generateSigner('example.com/next', join(folder, 'next.pem'))
const checkpoint = { origin: 'example.com/log', size: 7, root: 'ab'.repeat(32) }

it('verifies a note that Go signed (golang.org/x/mod/sumdb/note)', () => {
  const peter = parseVerifier('PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW')
  const note =
    'If you think cryptography is the answer to your problem,\n' +
    "then you don't know what your problem is.\n\n" +
    '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n'
  expect(openNote(note, [peter]).signedBy).toEqual([peter])
  expect(() => openNote(note.replace('think', 'thank'), [peter])).toThrow(NoteRefused)
})

it('writes a key once, for its owner alone, and loads it again', () => {
  const path = join(folder, 'keys', 'old.pem')
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(() => generateSigner('again', path)).toThrow(/EEXIST/)
  expect(loadSigner('example.com/old', path).verifier.text).toBe(old.verifier.text)
  expect(parseVerifier(old.verifier.text).id).toBe(old.verifier.id)
  chmodSync(path, 0o640)
  expect(() => loadSigner('example.com/old', path)).toThrow(/chmod 600/)
})

it('opens what it signed, and knows who signed', () => {
  const note = signNote('a text\n\nwith an empty line\n', [old, next])
  expect(openNote(note, [next.verifier])).toMatchObject({
    text: 'a text\n\nwith an empty line\n',
    signedBy: [next.verifier],
  })
})

it('round-trips a checkpoint, and refuses one of another journal', () => {
  const note = signCheckpoint(checkpoint, [old])
  expect(note.split('\n').slice(0, 3)).toEqual(['example.com/log', '7', Buffer.alloc(32, 0xab).toString('base64')])
  expect(openCheckpoint(note, [old.verifier], 'example.com/log')).toEqual(checkpoint)
  expect(() => openCheckpoint(note, [old.verifier], 'example.com/other')).toThrow(/not of/)
})

it('believes no note of which any byte was changed', () => {
  const bytes = Buffer.from(signCheckpoint(checkpoint, [old]))
  for (let at = 0; at < bytes.length; at++) {
    for (const flip of [1, 2, 8, 32, 128]) {
      const changed = Buffer.from(bytes)
      changed[at] = (changed[at] ?? 0) ^ flip
      expect(() => openCheckpoint(changed.toString('utf8'), [old.verifier]), `byte ${at} ^ ${flip}`).toThrow(
        NoteRefused,
      )
    }
  }
})

it.each(['', 'a\n', 'a\n1\n', 'a\n01\nAA==\n', 'a\n-1\nAA==\n', `\n1\n${Buffer.alloc(32).toString('base64')}\n`])(
  'is no checkpoint: %j',
  (text) => {
    expect(() => parseCheckpoint(text)).toThrow(NoteRefused)
  },
)

it.each(['', 'a', 'a+b', 'a b+00000000+AQ==', old.verifier.text.replace(/\+[0-9a-f]{8}\+/, '+00000000+')])(
  'is no key: %j',
  (text) => {
    expect(() => parseVerifier(text)).toThrow(NoteRefused)
  },
)

it('says nothing of what it was given instead of a public key: that may be a secret', () => {
  expect(() => parseVerifier('TOKEN=hunter2')).toThrow(/^(?!.*hunter2).*name\+id\+key/)
})

it('hands over to a next key only by the word of both', () => {
  const rotation = rotateKey('example.com/log', old, next)
  expect(openRotation(rotation, 'example.com/log', [old.verifier]).text).toBe(next.verifier.text)
  expect(() => openRotation(rotation, 'example.com/other', [old.verifier])).toThrow(NoteRefused)
  expect(() => openRotation(rotation, 'example.com/log', [])).toThrow(NoteRefused)
  const alone = { ...rotation, note: signNote(rotation.note.slice(0, rotation.note.lastIndexOf('\n\n') + 1), [next]) }
  expect(() => openRotation(alone, 'example.com/log', [old.verifier])).toThrow(NoteRefused)
  const unproved = { ...rotation, note: signNote(rotation.note.slice(0, rotation.note.lastIndexOf('\n\n') + 1), [old]) }
  expect(() => openRotation(unproved, 'example.com/log', [old.verifier])).toThrow(NoteRefused)
})
