// The bytes of git's blobs, trees and commits, and their names: pure, so that the same input gives the same id everywhere.
import { createHash, hash } from 'node:crypto'
import { type NewCommit, RepositoryTrouble } from '../core/ports.ts'

export type Format = 'sha1' | 'sha256'
export type ObjectType = 'blob' | 'tree' | 'commit'

/** One line of a tree. `name` holds the raw bytes as latin1, so that names that are not UTF-8 survive; `mode` is as stored (`40000`). */
export interface Entry {
  readonly mode: string
  readonly name: string
  readonly oid: string
}

export const TREE = '40000'
export const LINK = '120000'
export const GITLINK = '160000'

export function nameOf(format: Format, type: ObjectType, bytes: Uint8Array): string {
  // Of what is small one call is quicker than three, copy and all.
  if (bytes.length <= 4096) {
    const head = `${type} ${bytes.length}\0`
    const whole = Buffer.allocUnsafe(head.length + bytes.length)
    whole.write(head, 'latin1')
    whole.set(bytes, head.length)
    return hash(format, whole, 'hex')
  }
  return createHash(format).update(`${type} ${bytes.length}\0`).update(bytes).digest('hex')
}

export function emptyTree(format: Format): string {
  return nameOf(format, 'tree', new Uint8Array(0))
}

export function rawName(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}

export function textName(raw: string): string {
  return Buffer.from(raw, 'latin1').toString('utf8')
}

export function parseTree(format: Format, bytes: Buffer): Entry[] {
  const width = format === 'sha1' ? 20 : 32
  const entries: Entry[] = []
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at)
    const nul = bytes.indexOf(0, space)
    if (space < 0 || nul < 0 || nul + 1 + width > bytes.length) {
      throw new RepositoryTrouble('git', 'A tree in the repository is cut short.', 'Run `git fsck` there.')
    }
    const mode = bytes.toString('latin1', at, space).replace(/^0+/, '')
    const oid = bytes.toString('hex', nul + 1, nul + 1 + width)
    entries.push({ mode, name: bytes.toString('latin1', space + 1, nul), oid })
    at = nul + 1 + width
  }
  return entries
}

/** Git sorts a folder as if its name ended in a slash. */
function sortKey(entry: Entry): string {
  return entry.mode === TREE ? `${entry.name}/` : entry.name
}

export function sortEntries(entries: readonly Entry[]): Entry[] {
  const keyed = entries.map((entry) => ({ key: sortKey(entry), entry }))
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
  return keyed.map((k) => k.entry)
}

export function encodeTree(sorted: readonly Entry[]): Buffer {
  return Buffer.concat(
    sorted.flatMap((e) => [Buffer.from(`${e.mode} ${e.name}\0`, 'latin1'), Buffer.from(e.oid, 'hex')]),
  )
}

/** Control characters, bidirectional overrides and tag characters would deceive whoever reads the log. */
const DECEIVING = /[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e007f}]/gu

function cleanName(text: string, instead: string): string {
  const clean = text
    .toWellFormed()
    .replace(/[<>\s]+/g, ' ')
    .replace(DECEIVING, '')
    .trim()
  return clean === '' ? instead : clean
}

export function encodeCommit(order: NewCommit): Buffer {
  const seconds = Math.floor(order.at / 1000)
  if (!Number.isSafeInteger(seconds) || seconds < 0) {
    throw new RepositoryTrouble(
      'name',
      `The time ${order.at} of a commit is not one after 1970.`,
      'Give milliseconds since 1970.',
    )
  }
  const name = cleanName(order.authorName, 'Baton')
  const who = `${name} <${cleanName(order.authorEmail, 'baton@localhost').replaceAll(' ', '')}> ${seconds} +0000`
  const message = order.message.toWellFormed().replaceAll('\r\n', '\n').replace(DECEIVING, '\ufffd').trimEnd()
  const parents = [...new Set(order.parents)].map((p) => `parent ${p}\n`).join('')
  return Buffer.from(`tree ${order.tree}\n${parents}author ${who}\ncommitter ${who}\n\n${message}\n`, 'utf8')
}

export function parseCommit(bytes: Buffer): { readonly tree: string; readonly parents: readonly string[] } {
  const end = bytes.indexOf('\n\n')
  const head = bytes.toString('latin1', 0, end < 0 ? bytes.length : end)
  const tree = /^tree ([0-9a-f]+)$/m.exec(head)?.[1] ?? ''
  return { tree, parents: [...head.matchAll(/^parent ([0-9a-f]+)$/gm)].map((m) => m[1] ?? '') }
}
