// A bug planted on purpose: which promise it breaks, and what is written where in place of what.
import type { PromiseName } from '../promises.ts'

export interface Edit {
  /** A module, or a room: then one of its modules. */
  readonly at: string
  /** Must stand there exactly once. */
  readonly find: string
  readonly put: string
}

export interface Mutant {
  readonly name: string
  /** What it attacks; another promise may be seen to break first. */
  readonly promise: PromiseName
  readonly edits: readonly Edit[]
}

export function mutant(name: string, promise: PromiseName, at: string, find: string, put: string): Mutant {
  return { name, promise, edits: [{ at: `src/${at}`, find, put }] }
}

/** The text with the edit made; throws when the edit does not fit any more. */
export function edited(text: string, { at, find, put }: Edit): string {
  const parts = text.split(find)
  if (parts.length !== 2)
    throw new Error(`${at} holds ${parts.length - 1} times what a planted bug replaces: ${find.slice(0, 80)}`)
  return parts.join(put)
}
