// The tree agrees with RFC 6962's own definition and test vectors, at every size.
import { hash } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  consistencyProof,
  emptyRoot,
  Frontier,
  inclusionProof,
  nodeHash,
  rootsOver,
  verifyConsistency,
  verifyInclusion,
} from './tree.ts'

const leaf = (text: string | Uint8Array) => hash('sha256', Buffer.concat([Buffer.from([0]), Buffer.from(text)]), 'hex')
const most = 200
const leaves = Array.from({ length: most }, (_, at) => leaf(`entry ${at}`))
const rootOf = rootsOver(Buffer.from(leaves.join(''), 'hex'))

/** MTH of RFC 6962 section 2.1, word for word. */
function defined(hashes: readonly string[]): string {
  if (hashes.length === 0) return emptyRoot
  if (hashes.length === 1) return hashes[0] ?? ''
  let k = 1
  while (k * 2 < hashes.length) k *= 2
  return nodeHash(defined(hashes.slice(0, k)), defined(hashes.slice(k)))
}
const roots = Array.from({ length: most + 1 }, (_, size) => defined(leaves.slice(0, size)))
const root = (size: number) => roots[size] ?? ''

it('gives the roots of the certificate transparency test vectors', () => {
  const inputs = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']
  const frontier = new Frontier()
  for (const input of inputs) frontier.append(leaf(Buffer.from(input, 'hex')))
  expect(frontier.root()).toBe('5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328')
  expect(emptyRoot).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
})

it('gives the defined root at every size, from a frontier saved at any', () => {
  const frontier = new Frontier()
  for (let size = 0; size <= most; size++) {
    expect(frontier.root()).toBe(root(size))
    expect(rootOf(0, size)).toBe(root(size))
    expect(Frontier.from(JSON.parse(JSON.stringify(frontier.save()))).root()).toBe(root(size))
    frontier.append(leaves[size] ?? '')
  }
})

it('gives the same root whether leaves are hashed together or one by one, wherever it is asked between', () => {
  const many = Array.from({ length: 1100 }, (_, at) => leaf(`many ${at}`))
  const whole = rootsOver(Buffer.from(many.join(''), 'hex'))
  for (const stops of [[], [1], [255, 257], [256, 512], [300, 768, 1030]]) {
    const frontier = new Frontier()
    for (const [at, each] of many.entries()) {
      if (stops.includes(at)) expect(frontier.root()).toBe(whole(0, at))
      frontier.append(each)
    }
    expect([frontier.size, frontier.root()]).toEqual([1100, whole(0, 1100)])
  }
})

it('joins what was built apart', () => {
  for (const width of [1, 2, 16, 64]) {
    const frontier = new Frontier()
    for (let at = 0; at < most; at += width) {
      const piece = new Frontier()
      for (const each of leaves.slice(at, at + width)) piece.append(each)
      frontier.join(piece.save())
    }
    expect([frontier.size, frontier.root()]).toEqual([most, root(most)])
  }
})

it('refuses a saved frontier that is none', () => {
  for (const bad of [
    { size: 3, nodes: [root(1)] },
    { size: 1, nodes: ['x'] },
    { size: -1, nodes: [] },
    { size: 0, nodes: [root(1)] },
  ]) {
    expect(() => Frontier.from(bad)).toThrow()
  }
})

it('proves every entry at every size, and nothing else', () => {
  for (let size = 1; size <= most; size++) {
    for (let index = 0; index < size; index++) {
      const proof = inclusionProof(rootOf, index, size)
      const own = leaves[index] ?? ''
      if (!verifyInclusion(own, index, size, proof, root(size))) throw new Error(`${index} of ${size} is not proved`)
      if (size > 1 && verifyInclusion(leaf('other'), index, size, proof, root(size)))
        throw new Error('another leaf passes')
      if (verifyInclusion(own, (index + 1) % (size + 1), size, proof, root(size)))
        throw new Error(`${index} of ${size} passes elsewhere`)
    }
  }
})

it('proves every growth, and nothing else', () => {
  for (let size = 0; size <= most; size++) {
    for (let older = 0; older <= size; older++) {
      const proof = consistencyProof(rootOf, older, size)
      const [old, now] = [
        { size: older, root: root(older) },
        { size, root: root(size) },
      ]
      if (!verifyConsistency(old, now, proof)) throw new Error(`${older} to ${size} is not proved`)
      if (verifyConsistency({ ...old, root: leaf('other') }, now, proof)) throw new Error(`a foreign ${older} passes`)
      if (verifyConsistency(now, old, proof) && older !== size) throw new Error('a shrinking passes')
    }
  }
})

it('takes no altered proof', () => {
  const alter = (proof: string[], at: number, kind: number) => {
    const place = at % proof.length
    if (kind === 0) proof.splice(place, 1)
    else if (kind === 1) proof.splice(place, 0, leaf(`${at}`))
    else proof[place] = leaf(`${at}`)
  }
  const holds = (size: number, at: number, kind: number) => {
    const index = at % size
    const included = inclusionProof(rootOf, index, size)
    alter(included, at, kind)
    expect(verifyInclusion(leaves[index] ?? '', index, size, included, root(size))).toBe(false)
    const older = 1 + (at % (size - 1))
    const grown = consistencyProof(rootOf, older, size)
    alter(grown, at, kind)
    expect(verifyConsistency({ size: older, root: root(older) }, { size, root: root(size) }, grown)).toBe(false)
  }
  fc.assert(fc.property(fc.integer({ min: 2, max: most }), fc.nat(), fc.integer({ min: 0, max: 2 }), holds), {
    numRuns: 1000,
  })
})
