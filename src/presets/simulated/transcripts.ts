// What agents said, kept in memory: an ordered log per attempt.
import { hash } from 'node:crypto'
import type { TranscriptPart } from '../../core/ports/house.ts'
import type { Transcripts } from '../../engine/parts.ts'

export function memoryTranscripts(): Transcripts {
  const logs = new Map<string, TranscriptPart[]>()
  const textOf = (attempt: string): string | undefined =>
    logs
      .get(attempt)
      ?.map((part) => `${JSON.stringify(part)}\n`)
      .join('')
  return {
    append: async (attempt, parts) => {
      const log = logs.get(attempt) ?? []
      log.push(...parts)
      logs.set(attempt, log)
    },
    read: async (attempt, from, limit) => {
      const parts = (logs.get(attempt) ?? []).slice(from, from + limit)
      return { parts, next: from + parts.length }
    },
    seal: async (attempt) => {
      const text = textOf(attempt)
      return text === undefined ? '' : hash('sha256', text, 'hex')
    },
    attempts: async () => [...logs.keys()].sort(),
    bytes: async (attempt) => {
      const text = textOf(attempt)
      return text === undefined ? undefined : only(new TextEncoder().encode(text))
    },
    put: async (attempt, bytes) => {
      const text = new TextDecoder().decode(await whole(bytes))
      const lines = text.split('\n').filter((line) => line !== '')
      logs.set(
        attempt,
        lines.map((line) => JSON.parse(line) as TranscriptPart),
      )
    },
    forget: async (attempt) => void logs.delete(attempt),
  }
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

async function whole(bytes: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of bytes) chunks.push(chunk)
  return Buffer.concat(chunks)
}
