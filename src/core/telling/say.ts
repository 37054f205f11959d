// What a sentence about an entry is made of: words, some of them marked as good, bad or odd.
import type { Facts, FactType } from '../facts.ts'

export type Tone = 'good' | 'bad' | 'odd'
export type Said = string | { readonly text: string; readonly tone: Tone }

/** How a point in time is written for whoever reads the sentence. */
export type When = (at: number) => string

/** A sentence is about the stream that its entry is of, and names nothing by that: whoever shows several puts the stream before it. */
export type Sentence<K extends FactType> = (fact: Facts[K], when: When) => readonly Said[]
export type Sentences<K extends FactType = FactType> = { readonly [Type in K]: Sentence<Type> }

export function say(ours: TemplateStringsArray, ...pieces: readonly (Said | number)[]): readonly Said[] {
  return ours.flatMap((text, at): readonly Said[] => {
    const piece = pieces[at]
    const said = typeof piece === 'number' ? String(piece) : piece
    return said === undefined ? [text] : [text, said]
  })
}

export const good = (text: string): Said => ({ text, tone: 'good' })
export const bad = (text: string): Said => ({ text, tone: 'bad' })
export const odd = (text: string): Said => ({ text, tone: 'odd' })

/** Of a commit or another digest. */
export const brief = (digest: string): string => digest.slice(0, 10)

/** A step or an attempt without its item. */
export const within = (id: string): string => id.slice(id.indexOf('/') + 1)

export const list = (all: readonly string[], most = 6): string =>
  all.length > most ? `${all.slice(0, most).join(', ')} and ${all.length - most} more` : all.join(', ')

export const many = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`

export const keyName = (line: string): string => line.split('+').slice(0, 2).join('+')
