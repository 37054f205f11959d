// An answer that came packed, though it was asked for plain; what it unpacks to is counted by whoever reads it.
import type { IncomingMessage } from 'node:http'
import { pipeline, type Readable, type Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { Trouble } from '../trouble.ts'

const ways: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
}

export function unpacked(answer: IncomingMessage): Readable {
  const packed = (answer.headers['content-encoding'] ?? '').trim().toLowerCase()
  if (packed === '' || packed === 'identity') return answer
  const way = Object.hasOwn(ways, packed) ? ways[packed] : undefined
  if (way === undefined) {
    const why = `its answer is packed as ${packed.slice(0, 40)}, which was not asked for`
    throw new Trouble({ reason: 'network', why, again: false })
  }
  // A fault of either end reaches the reader as an error of the one that is given back.
  return pipeline(answer, way(), () => undefined)
}
