// What agents said, kept in memory: an ordered log per attempt.
import { hash } from 'node:crypto'
import type { TranscriptPart } from '../../core/ports/house.ts'
import type { Transcripts } from '../../engine/parts.ts'

export function memoryTranscripts(): Transcripts {
  const logs = new Map<string, TranscriptPart[]>()
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
      const log = logs.get(attempt)
      return log === undefined ? '' : hash('sha256', JSON.stringify(log), 'hex')
    },
  }
}
