// The one table of status words: ours, and those of the documents the product was asked for in.

import type { Item } from './nouns/item.ts'
import { busyPhases, type Step, type StepPhase } from './nouns/step.ts'
import { fresh, startable } from './schedule/board.ts'

/** What a person sees: the phases, with `waiting` told apart into waiting, ready and blocked. */
export type Status = StepPhase | 'ready' | 'blocked'

export function statusOf(item: Item, step: Step): Status {
  fresh(item)
  if (step.phase === 'waiting' && (step.blockers > 0 || item.blockers > 0)) return 'blocked'
  return startable(item, step) ? 'ready' : step.phase
}

/** Documents 000, 001, 002, 003, 004's attempts and its work items, and spec-kit's box. */
export const vocabularies = ['roadmap', 'rpc', 'plans', 'counts', 'attempt', 'item', 'box'] as const
export type Vocabulary = (typeof vocabularies)[number]

export const canonicals = ['queued', 'running', 'completed', 'failed', 'rework', 'blocked', 'cancelled'] as const
export type Canonical = (typeof canonicals)[number]

/** One column a canonical word, in the order of `canonicals`. */
const words: Readonly<Record<Vocabulary, readonly string[]>> = {
  roadmap: ['queued', 'running', 'done', 'failed', 'queued', 'queued', 'stopped'],
  rpc: ['pending', 'in_progress', 'completed', 'failed', 'pending', 'skipped', 'cancelled'],
  plans: ['pending', 'in-progress', 'done', 'blocked', 'in-progress', 'blocked', 'pending'],
  counts: ['not-running', 'running', 'not-running', 'not-running', 'not-running', 'not-running', 'not-running'],
  attempt: ['queued', 'running', 'completed', 'failed', 'rework', 'queued', 'failed'],
  item: ['queued', 'in-progress', 'completed', 'blocked', 'rework', 'blocked', 'blocked'],
  box: ['[ ]', '[ ]', '[X]', '[ ]', '[ ]', '[ ]', '[ ]'],
}

/** What a word that several share means when nothing is said beside it. */
const plain: Readonly<Partial<Record<Vocabulary, Readonly<Record<string, Canonical>>>>> = {
  plans: { blocked: 'blocked' },
  item: { blocked: 'blocked' },
}

/** Words that mean the same on the way in. */
const aliases: Readonly<Record<Vocabulary, Readonly<Record<string, Canonical>>>> = {
  roadmap: { pending: 'queued', success: 'completed', error: 'failed' },
  rpc: { error: 'failed' },
  plans: { todo: 'queued' },
  counts: {},
  attempt: { rejected: 'rework' },
  item: {},
  box: { '[x]': 'completed' },
}

/** A word of a vocabulary, and beside it what it hides: with the note, every status reads back as what it was. */
export interface Said {
  readonly word: string
  readonly note?: Canonical
}

export function say(canonical: Canonical, vocabulary: Vocabulary): Said {
  const word = wordFor(canonical, vocabulary)
  return canonicalOf(word, vocabulary) === canonical ? { word } : { word, note: canonical }
}

export function wordFor(canonical: Canonical, vocabulary: Vocabulary): string {
  return words[vocabulary][canonicals.indexOf(canonical)] as string
}

/** Undefined for a word nobody uses. A note that does not fit the word is somebody else's: the word decides. */
export function canonicalOf(word: string, vocabulary: Vocabulary, note?: string): Canonical | undefined {
  const noted = canonicals.find((one) => one === note)
  if (noted !== undefined && wordFor(noted, vocabulary) === word) return noted
  const meant = plain[vocabulary]
  if (meant !== undefined && Object.hasOwn(meant, word)) return meant[word]
  const first = words[vocabulary].indexOf(word)
  if (first >= 0) return canonicals[first]
  return Object.hasOwn(aliases[vocabulary], word) ? aliases[vocabulary][word] : undefined
}

export function canonicalStatus(item: Item, step: Step): Canonical {
  const status = statusOf(item, step)
  if (status === 'done' || status === 'skipped') return 'completed'
  if (status === 'failed' || status === 'cancelled' || status === 'blocked') return status
  if (status === 'gated') return 'blocked'
  if (busyPhases.has(step.phase)) return 'running'
  return step.reworks > 0 ? 'rework' : 'queued'
}
