// Texts as vectors: in portions that servers take, each answer looked at before it is believed.
import type { ModelSpec } from '../../core/nouns/model.ts'
import type { Stop } from '../../core/ports.ts'
import type { Caller } from '../caller.ts'
import { fieldsOf, listOf } from '../reading.ts'
import type { Target } from '../target.ts'
import { Trouble } from '../trouble.ts'

const textsAtMost = 96
const lettersAtMost = 500_000

export async function embed(
  caller: Caller,
  target: Target,
  model: ModelSpec,
  { texts, stop }: { readonly texts: readonly string[]; readonly stop: Stop | undefined },
): Promise<Float32Array[]> {
  const vectors: Float32Array[] = []
  for (const input of portions(texts)) {
    const body = JSON.stringify({ model: model.id, input, encoding_format: 'float' })
    const url = `${target.address}/embeddings`
    vectors.push(...vectorsOf(await caller.json(target, { url, body, local: model.local, stop }), input.length))
  }
  if (new Set(vectors.map(({ length }) => length)).size > 1) throw wrong('its vectors are of different lengths')
  return vectors
}

function portions(texts: readonly string[]): string[][] {
  const all: string[][] = []
  let [last, letters]: [string[], number] = [[], 0]
  for (const text of texts) {
    if (last.length > 0 && (last.length >= textsAtMost || letters + text.length > lettersAtMost)) {
      all.push(last)
      ;[last, letters] = [[], 0]
    }
    last.push(text.toWellFormed())
    letters += text.length
  }
  if (last.length > 0) all.push(last)
  return all
}

function vectorsOf(answer: unknown, count: number): Float32Array[] {
  const rows = listOf(fieldsOf(answer)?.data).map((row) => fieldsOf(row) ?? {})
  if (rows.length !== count) throw wrong(`it gave ${rows.length} vectors for ${count} texts`)
  const placed = new Map(rows.map((row, at) => [typeof row.index === 'number' ? row.index : at, row.embedding]))
  return Array.from({ length: count }, (_, at) => vectorOf(placed.get(at)))
}

/** Numbers, or the same as bytes in base64, which some servers send unasked. */
function vectorOf(told: unknown): Float32Array {
  const vector = typeof told === 'string' ? unpacked(told) : numbers(told)
  if (vector.length === 0 || !vector.every(Number.isFinite))
    throw wrong('one of its vectors is empty or holds what is no number')
  return vector
}

function numbers(told: unknown): Float32Array {
  const given = listOf(told)
  return given.every((one) => typeof one === 'number') ? Float32Array.from(given) : new Float32Array()
}

function unpacked(text: string): Float32Array {
  const bytes = Buffer.from(text, 'base64')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length % 4 !== 0) return new Float32Array()
  return Float32Array.from({ length: bytes.length / 4 }, (_, at) => view.getFloat32(at * 4, true))
}

const wrong = (why: string): Trouble => new Trouble({ reason: 'bad-output', why, again: false })
