// Reads what an agent sent, of which nothing is sure: a field of another type is as good as absent.
import { updateLettersAtMost } from '../../core/nouns/update.ts'

export type Fields = Readonly<Record<string, unknown>>

export function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {}
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

export function word(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** A count: a finite number that is not below nothing. */
export function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined
}

/** Words as they are, anything else as JSON. */
export function asText(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}

/** Both ends of what is too long, and how much was left out between them. */
export function bounded(text: string, most = updateLettersAtMost): string {
  if (text.length <= most) return text
  const half = Math.floor((most - 60) / 2)
  return `${text.slice(0, half)}\n[${text.length - 2 * half} letters are left out here]\n${text.slice(-half)}`
}

export function hasCode(error: unknown, code: string): boolean {
  return fields(error).code === code
}
