// Reads a file that may go at any moment, such as a lock of a git that is about to end: asked once, so that nothing can come between.
import { readFileSync } from 'node:fs'

const gone: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR'])

/** Byte for byte as latin1; undefined when there is none. */
export function textIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'latin1')
  } catch (error) {
    if (error instanceof Error && 'code' in error && gone.has(String(error.code))) return undefined
    throw error
  }
}
