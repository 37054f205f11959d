// The one table of status words: ours, and the five vocabularies of the documents the product was asked for in.

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

export const vocabularies = ['roadmap', 'rpc', 'plans', 'counts', 'attempt', 'box'] as const
export type Vocabulary = (typeof vocabularies)[number]

/** Canonical word, then document 000, 001, 002, 003, 004's attempts, and spec-kit's box. */
export type Canonical = 'queued' | 'running' | 'completed' | 'failed' | 'rework' | 'blocked' | 'cancelled'

export const statusTable: Readonly<Record<Canonical, Readonly<Record<Vocabulary, string>>>> = {
  queued: { roadmap: 'queued', rpc: 'pending', plans: 'pending', counts: 'not-running', attempt: 'queued', box: '[ ]' },
  running: {
    roadmap: 'running',
    rpc: 'in_progress',
    plans: 'in-progress',
    counts: 'running',
    attempt: 'running',
    box: '[ ]',
  },
  completed: {
    roadmap: 'done',
    rpc: 'completed',
    plans: 'done',
    counts: 'not-running',
    attempt: 'completed',
    box: '[X]',
  },
  failed: { roadmap: 'failed', rpc: 'failed', plans: 'blocked', counts: 'not-running', attempt: 'failed', box: '[ ]' },
  rework: {
    roadmap: 'queued',
    rpc: 'in_progress',
    plans: 'in-progress',
    counts: 'not-running',
    attempt: 'rework',
    box: '[ ]',
  },
  blocked: {
    roadmap: 'queued',
    rpc: 'skipped',
    plans: 'blocked',
    counts: 'not-running',
    attempt: 'queued',
    box: '[ ]',
  },
  cancelled: {
    roadmap: 'stopped',
    rpc: 'cancelled',
    plans: 'pending',
    counts: 'not-running',
    attempt: 'failed',
    box: '[ ]',
  },
}

/** Words that mean the same on the way in. */
const aliases: Readonly<Record<Vocabulary, Readonly<Record<string, Canonical>>>> = {
  roadmap: { pending: 'queued', success: 'completed', error: 'failed' },
  rpc: { error: 'failed' },
  plans: { todo: 'queued' },
  counts: {},
  attempt: { rejected: 'rework' },
  box: { '[x]': 'completed' },
}

export function wordFor(canonical: Canonical, vocabulary: Vocabulary): string {
  return statusTable[canonical][vocabulary]
}

/** The first canonical word that this one may stand for; undefined for a word nobody uses. */
export function canonicalOf(word: string, vocabulary: Vocabulary): Canonical | undefined {
  for (const canonical of Object.keys(statusTable) as Canonical[]) {
    if (statusTable[canonical][vocabulary] === word) return canonical
  }
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
