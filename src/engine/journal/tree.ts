// The RFC 6962 Merkle tree: a frontier that grows leaf by leaf, proofs, and their verification.
import { hash } from 'node:crypto'

/** Hashes are lower-case hex throughout; a leaf is a leaf hash, not a text. */
const pair = Buffer.alloc(65)
pair[0] = 1

export function nodeHash(left: string, right: string): string {
  pair.write(left, 1, 32, 'hex')
  pair.write(right, 33, 32, 'hex')
  return hash('sha256', pair, 'hex')
}

export const emptyRoot = hash('sha256', '', 'hex')

/** What must be kept to go on growing a tree: its size and the roots of its complete subtrees, largest first. */
export interface SavedFrontier {
  readonly size: number
  readonly nodes: readonly string[]
}

/** How many leaves are hashed together: a power of two, so that they make one complete subtree. */
const atOnce = 256
const atOnceLevel = Math.log2(atOnce)

/** Both children of each node of one level, after the byte that marks a node; the level above is written over them. */
const pairs = Array.from({ length: atOnce / 2 }, () => Buffer.alloc(65, 1))

/** The root over exactly `atOnce` leaves: between leaf and root no hash is ever spelt out. */
function subtree(leaves: readonly string[]): string {
  for (let at = 0; at < atOnce; at++) {
    ;(pairs[at >> 1] as Buffer).write(leaves[at] as string, 1 + 32 * (at & 1), 32, 'hex')
  }
  for (let width = atOnce / 2; width > 1; width /= 2) {
    for (let at = 0; at < width; at++) {
      const sum = hash('sha256', pairs[at] as Buffer, 'binary')
      ;(pairs[at >> 1] as Buffer).write(sum, 1 + 32 * (at & 1), 32, 'latin1')
    }
  }
  return hash('sha256', pairs[0] as Buffer, 'hex')
}

export class Frontier {
  #size = 0
  /** By level: the root of the complete subtree of 2^level leaves that the size's binary digit stands for. */
  readonly #levels: string[] = []

  /** Leaves that wait to be hashed together, while the processor has the code at hand. */
  readonly #pending: string[] = []

  get size(): number {
    return this.#size + this.#pending.length
  }

  /** Adds a complete subtree of 2^level leaves. The size so far must be a multiple of that. */
  #push(node: string, level: number): void {
    const width = 2 ** level
    let rest = this.#size / width
    let at = level
    let sum = node
    while (rest % 2 === 1) {
      sum = nodeHash(this.#levels[at] as string, sum)
      rest = (rest - 1) / 2
      at++
    }
    this.#levels[at] = sum
    this.#size += width
  }

  #fold(): void {
    if (this.#pending.length === atOnce) this.#push(subtree(this.#pending), atOnceLevel)
    else for (const leaf of this.#pending) this.#push(leaf, 0)
    this.#pending.length = 0
  }

  /** Folds at whole multiples, so that what waits is a complete subtree of its own whenever there is as much of it. */
  append(leaf: string): void {
    if ((this.#size + this.#pending.push(leaf)) % atOnce === 0) this.#fold()
  }

  /** Joins the frontier of the leaves that follow; this one's size must be a multiple of its largest subtree. */
  join(next: SavedFrontier): void {
    this.#fold()
    let left = next.size
    for (const node of next.nodes) {
      const level = Math.floor(Math.log2(left))
      this.#push(node, level)
      left -= 2 ** level
    }
  }

  copy(): Frontier {
    return Frontier.from(this.save())
  }

  root(): string {
    const nodes = this.save().nodes
    let sum = nodes.at(-1)
    if (sum === undefined) return emptyRoot
    for (let at = nodes.length - 2; at >= 0; at--) sum = nodeHash(nodes[at] as string, sum)
    return sum
  }

  save(): SavedFrontier {
    this.#fold()
    const nodes: string[] = []
    for (let level = 0, rest = this.#size; rest > 0; level++, rest = Math.floor(rest / 2)) {
      if (rest % 2 === 1) nodes.unshift(this.#levels[level] as string)
    }
    return { size: this.#size, nodes }
  }

  /** Takes what `save` gave; what cannot be a frontier is refused, since it may come from a damaged file. */
  static from(saved: SavedFrontier): Frontier {
    const digits = saved.size.toString(2).replaceAll('0', '').length
    const sound =
      Number.isSafeInteger(saved.size) && saved.size >= 0 && saved.nodes.length === (saved.size === 0 ? 0 : digits)
    if (!sound || !saved.nodes.every((node) => /^[0-9a-f]{64}$/.test(node))) throw new Error('This is no saved tree.')
    const frontier = new Frontier()
    frontier.join(saved)
    return frontier
  }
}

/** The root over leaves `from` (included) to `to` (excluded). */
export type RootOf = (from: number, to: number) => string

/** The largest power of two below `size`. */
function split(size: number): number {
  let width = 1
  while (width * 2 < size) width *= 2
  return width
}

/** Computes every complete subtree once, level by level, from leaf hashes of 32 bytes each; any root is then a few hashes away. */
export function rootsOver(leaves: Uint8Array): RootOf {
  const levels = [Buffer.from(leaves.buffer, leaves.byteOffset, leaves.byteLength)]
  for (let below = levels[0]; below !== undefined && below.length >= 64; below = levels.at(-1)) {
    const above = Buffer.alloc(Math.floor(below.length / 64) * 32)
    for (let at = 0; at < above.length; at += 32) {
      below.copy(pair, 1, at * 2, at * 2 + 64)
      above.write(hash('sha256', pair, 'hex'), at, 32, 'hex')
    }
    levels.push(above)
  }
  const rootOf: RootOf = (from, to) => {
    if (from >= to) return emptyRoot
    const level = Math.log2(to - from)
    const place = (from / (to - from)) * 32
    if (Number.isInteger(level) && Number.isInteger(place / 32))
      return levels[level]?.toString('hex', place, place + 32) ?? ''
    const middle = from + split(to - from)
    return nodeHash(rootOf(from, middle), rootOf(middle, to))
  }
  return rootOf
}

/** RFC 6962 PATH(index, D[size]): from the leaf's sibling up to the root's child. */
export function inclusionProof(rootOf: RootOf, index: number, size: number): string[] {
  const proof: string[] = []
  let [from, to] = [0, size]
  while (to - from > 1) {
    const middle = from + split(to - from)
    if (index < middle) {
      proof.unshift(rootOf(middle, to))
      to = middle
    } else {
      proof.unshift(rootOf(from, middle))
      from = middle
    }
  }
  return proof
}

/** RFC 6962 PROOF(older, D[size]). Empty when either is the empty tree or both are the same. */
export function consistencyProof(rootOf: RootOf, older: number, size: number): string[] {
  if (older === 0 || older === size) return []
  const proof: string[] = []
  let [from, to, whole] = [0, size, true]
  while (older !== to) {
    const middle = from + split(to - from)
    if (older <= middle) {
      proof.unshift(rootOf(middle, to))
      to = middle
    } else {
      proof.unshift(rootOf(from, middle))
      from = middle
      whole = false
    }
  }
  if (!whole) proof.unshift(rootOf(from, to))
  return proof
}

const half = (value: number) => Math.floor(value / 2)

/** RFC 9162 section 2.1.3.2. */
export function verifyInclusion(
  leaf: string,
  index: number,
  size: number,
  proof: readonly string[],
  root: string,
): boolean {
  if (index < 0 || index >= size) return false
  let [at, last, sum] = [index, size - 1, leaf]
  for (const node of proof) {
    if (last === 0) return false
    if (at % 2 === 1 || at === last) {
      sum = nodeHash(node, sum)
      while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)]
    } else {
      sum = nodeHash(sum, node)
    }
    ;[at, last] = [half(at), half(last)]
  }
  return last === 0 && sum === root
}

/** RFC 9162 section 2.1.4.2. */
export function verifyConsistency(
  older: { readonly size: number; readonly root: string },
  newer: { readonly size: number; readonly root: string },
  proof: readonly string[],
): boolean {
  if (older.size > newer.size) return false
  if (older.size === newer.size) return proof.length === 0 && older.root === newer.root
  if (older.size === 0) return proof.length === 0 && older.root === emptyRoot
  const path = Number.isInteger(Math.log2(older.size)) ? [older.root, ...proof] : [...proof]
  const first = path.shift()
  if (first === undefined) return false
  let [at, last] = [older.size - 1, newer.size - 1]
  while (at % 2 === 1) [at, last] = [half(at), half(last)]
  let [oldSum, newSum] = [first, first]
  for (const node of path) {
    if (last === 0) return false
    if (at % 2 === 1 || at === last) {
      oldSum = nodeHash(node, oldSum)
      newSum = nodeHash(node, newSum)
      while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)]
    } else {
      newSum = nodeHash(newSum, node)
    }
    ;[at, last] = [half(at), half(last)]
  }
  return last === 0 && oldSum === older.root && newSum === newer.root
}
