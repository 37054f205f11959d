// What an entry of the record says, in a plain sentence on one line that is safe to show: the one definition for every face.
import type { FactType } from '../facts.ts'
import type { Entry } from '../nouns/entry.ts'
import { clip, singleLine } from '../text/neutral.ts'
import { utc } from '../text/utc.ts'
import { kindOf } from './kinds.ts'
import { ofHouse } from './of-house.ts'
import { ofPeople } from './of-people.ts'
import { ofWork } from './of-work.ts'
import type { Said, Sentence, Sentences, When } from './say.ts'

export const sentences: Sentences = { ...ofWork, ...ofPeople, ...ofHouse }

const mostLetters = 400
const universal: When = (at) => `${utc(at).join(' ')} UTC`

/** Entries that only carry work from one of the others to the next need no line of their own. */
export function isTold({ type }: Pick<Entry, 'type'>): boolean {
  const kind = kindOf(type)
  return kind !== undefined && kind !== 'carried'
}

/** Never throws: of an entry that this version does not know, or that holds something else than its type says, the type is said. */
export function said({ type, data }: Pick<Entry, 'type' | 'data'>, when: When = universal): readonly Said[] {
  if (!Object.hasOwn(sentences, type)) return [type]
  try {
    return (sentences[type as FactType] as Sentence<never>)(data as never, when).map((piece) =>
      typeof piece === 'object' ? { text: String(piece.text), tone: piece.tone } : String(piece),
    )
  } catch {
    return [`${type}, which cannot be read`]
  }
}

export function tell(entry: Pick<Entry, 'type' | 'data'>): string {
  const text = said(entry).map((piece) => (typeof piece === 'string' ? piece : piece.text))
  return clip(singleLine(text.join('')), mostLetters)
}
