// C2SP signed notes and the checkpoints written in them: Ed25519 keys, signing, reading, and handing over to a next key.
import { createPrivateKey, createPublicKey, generateKeyPairSync, hash, type KeyObject, sign, verify } from 'node:crypto'
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, statSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

export class NoteRefused extends Error {
  constructor(why: string) {
    super(why)
    this.name = 'NoteRefused'
  }
}

/** Who signed: a public key under a name. `text` is its one-line form, `name+id+key`. */
export interface Verifier {
  readonly name: string
  /** The key's four-byte id, lower-case hex. */
  readonly id: string
  readonly text: string
  verifies(text: string, signature: Uint8Array): boolean
}

export interface Signer {
  readonly verifier: Verifier
  sign(text: string): Uint8Array
}

export interface Checkpoint {
  readonly origin: string
  readonly size: number
  /** Lower-case hex. */
  readonly root: string
}

const nameShape = /^[^\s+\p{Z}\p{Cc}]+$/u
const exactBase64 = (text: string) => {
  const bytes = Buffer.from(text, 'base64')
  return bytes.toString('base64') === text ? bytes : undefined
}

function verifierOf(name: string, raw: Uint8Array): Verifier {
  if (!nameShape.test(name)) throw new NoteRefused(`"${name}" is no key name: it must have no spaces and no plus sign.`)
  const tagged = Buffer.concat([Buffer.from([1]), raw])
  const id = hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), tagged]), 'hex').slice(0, 8)
  const x = Buffer.from(raw).toString('base64url')
  const key = createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x } })
  return {
    name,
    id,
    text: `${name}+${id}+${tagged.toString('base64')}`,
    verifies: (text, signature) => verify(null, Buffer.from(text), key, signature),
  }
}

/** Reads the one-line form of a public key. */
export function parseVerifier(text: string): Verifier {
  const [name = '', id = '', ...rest] = text.trim().split('+')
  const bytes = exactBase64(rest.join('+'))
  if (bytes?.length !== 33 || bytes[0] !== 1)
    throw new NoteRefused('What should be a public key is no Ed25519 key of the form name+id+key.')
  const verifier = verifierOf(name, bytes.subarray(1))
  if (verifier.id !== id)
    throw new NoteRefused(`The key of ${name} has the id ${verifier.id}, but its line says ${id}.`)
  return verifier
}

function signerOf(name: string, key: KeyObject): Signer {
  const jwk = createPublicKey(key).export({ format: 'jwk' })
  if (jwk.crv !== 'Ed25519') throw new NoteRefused(`The key for ${name} is no Ed25519 key.`)
  return {
    verifier: verifierOf(name, Buffer.from(jwk.x ?? '', 'base64url')),
    sign: (text) => sign(null, Buffer.from(text), key),
  }
}

export function readSigner(name: string, pem: string): Signer {
  try {
    return signerOf(name, createPrivateKey(pem))
  } catch (error) {
    if (error instanceof NoteRefused) throw error
    throw new NoteRefused(
      `The private key for ${name} cannot be read: ${error instanceof Error ? error.message : error}.`,
    )
  }
}

/** Makes a key and writes it to `path`, which must not exist: a signing key is never overwritten. */
export function generateSigner(name: string, path: string): Signer {
  const key = generateKeyPairSync('ed25519').privateKey
  const signer = signerOf(name, key)
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const handle = openSync(path, 'wx', 0o600)
  try {
    writeSync(handle, key.export({ type: 'pkcs8', format: 'pem' }).toString())
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  return signer
}

export function loadSigner(name: string, path: string): Signer {
  const mode = statSync(path).mode & 0o077
  if (process.platform !== 'win32' && mode !== 0) {
    throw new NoteRefused(
      `Others may read the signing key ${path}: run "chmod 600 ${path}", and make a new key if they might have.`,
    )
  }
  return readSigner(name, readFileSync(path, 'utf8'))
}

/** `text` must end in a newline. */
export function signNote(text: string, signers: readonly Signer[]): string {
  const lines = signers.map(({ verifier, sign }) => {
    const bytes = Buffer.concat([Buffer.from(verifier.id, 'hex'), sign(text)])
    return `— ${verifier.name} ${bytes.toString('base64')}\n`
  })
  return `${text}\n${lines.join('')}`
}

const signatureLine = /^— (\S+) (\S+)$/u

/** Well-formed, and no control characters but newlines. */
function isPlain(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code < 32 && code !== 10) return false
  }
  return text.isWellFormed()
}

/** The text of a note, once at least one known key has signed it and none of theirs is wrong. */
export function openNote(
  note: string,
  known: readonly Verifier[],
): { readonly text: string; readonly signedBy: readonly Verifier[] } {
  const end = note.lastIndexOf('\n\n')
  if (note.length > 1_000_000 || end < 0 || !note.endsWith('\n') || !isPlain(note)) {
    throw new NoteRefused('This is no signed note: a text, an empty line and signature lines.')
  }
  const text = note.slice(0, end + 1)
  const signedBy: Verifier[] = []
  for (const line of note.slice(end + 2, -1).split('\n')) {
    const [, name, encoded = ''] = signatureLine.exec(line) ?? []
    const bytes = exactBase64(encoded)
    if (name === undefined || bytes === undefined || bytes.length < 5)
      throw new NoteRefused(`This is no signature line: ${line}`)
    const id = bytes.subarray(0, 4).toString('hex')
    const verifier = known.find((each) => each.name === name && each.id === id)
    if (verifier === undefined) continue
    if (!verifier.verifies(text, bytes.subarray(4)))
      throw new NoteRefused(`The signature of ${name} does not fit the note.`)
    signedBy.push(verifier)
  }
  if (signedBy.length === 0) throw new NoteRefused('No known key has signed this note.')
  return { text, signedBy }
}

export function checkpointText({ origin, size, root }: Checkpoint): string {
  if (origin === '' || origin.includes('\n'))
    throw new NoteRefused('A checkpoint needs an origin: one line that names the journal.')
  return `${origin}\n${size}\n${Buffer.from(root, 'hex').toString('base64')}\n`
}

export function parseCheckpoint(text: string): Checkpoint {
  const [origin = '', size = '', root = ''] = text.split('\n')
  const bytes = exactBase64(root)
  const fits = text.endsWith('\n') && origin !== '' && /^(0|[1-9]\d{0,15})$/.test(size) && bytes?.length === 32
  if (!fits) throw new NoteRefused('This is no checkpoint: an origin, a size and a root, one a line.')
  return { origin, size: Number(size), root: bytes.toString('hex') }
}

export function signCheckpoint(checkpoint: Checkpoint, signers: readonly Signer[]): string {
  return signNote(checkpointText(checkpoint), signers)
}

/** Reads and verifies a checkpoint; with `origin`, one of another journal is refused. */
export function openCheckpoint(note: string, known: readonly Verifier[], origin?: string): Checkpoint {
  const checkpoint = parseCheckpoint(openNote(note, known).text)
  if (origin !== undefined && checkpoint.origin !== origin) {
    throw new NoteRefused(`This checkpoint is of ${checkpoint.origin}, not of ${origin}.`)
  }
  return checkpoint
}

/** The data of the fact that hands signing over: a note that names the next key, signed by the old key and by the next. */
export interface KeyRotation {
  readonly next: string
  readonly note: string
}

const rotationHead = 'baton key rotation'

export function rotateKey(origin: string, old: Signer, next: Signer): KeyRotation {
  const text = `${rotationHead}\n${origin}\n${next.verifier.text}\n`
  return { next: next.verifier.text, note: signNote(text, [old, next]) }
}

/** The next key, once the old one has named it for this journal and the next has proved that it exists. */
export function openRotation(rotation: KeyRotation, origin: string, known: readonly Verifier[]): Verifier {
  const next = parseVerifier(rotation.next)
  const { text, signedBy } = openNote(rotation.note, [...known, next])
  if (text !== `${rotationHead}\n${origin}\n${next.text}\n`)
    throw new NoteRefused('This rotation names another journal or another key.')
  const by = (wanted: Verifier) => signedBy.some((each) => each.text === wanted.text)
  if (!known.some(by) || !by(next))
    throw new NoteRefused('A rotation must be signed by a known key and by the next one.')
  return next
}

const keyHead = 'baton key'

/** What a series of kept notes begins with: a key that signs for itself, so that whoever reads them needs nothing else. */
export function keyNote(signer: Signer): string {
  return signNote(`${keyHead}\n${signer.verifier.name}\n${signer.verifier.text}\n`, [signer])
}

/** The key in such a note; undefined when it is another kind of note. */
export function readKeyNote(note: string): Verifier | undefined {
  const [head, name, key = ''] = note.split('\n')
  if (head !== keyHead) return undefined
  const verifier = parseVerifier(key)
  const { text } = openNote(note, [verifier])
  if (text !== `${keyHead}\n${name}\n${verifier.text}\n` || name !== verifier.name)
    throw new NoteRefused('A note that names a key must name one key and be signed by it.')
  return verifier
}

/** The next key that a rotation's note names, its signatures not yet looked at; undefined when it is another kind of note. */
export function rotatedTo(note: string): Verifier | undefined {
  const [head, , key = ''] = note.split('\n')
  return head === rotationHead ? parseVerifier(key) : undefined
}

/** Who a note says has signed it. */
export function signaturesOn(note: string): readonly { readonly name: string; readonly id: string }[] {
  return note
    .slice(note.lastIndexOf('\n\n') + 2)
    .split('\n')
    .flatMap((line) => {
      const [, name, encoded = ''] = signatureLine.exec(line) ?? []
      return name === undefined ? [] : [{ name, id: Buffer.from(encoded, 'base64').subarray(0, 4).toString('hex') }]
    })
}
