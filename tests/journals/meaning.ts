// What a journal means, in words that outlive the shape of the state: who did what, where everything stands, what was answered.
import { createHash } from 'node:crypto'
import type { Attempt } from '../../src/core/nouns/attempt.ts'
import type { Item } from '../../src/core/nouns/item.ts'
import type { State } from '../../src/core/state.ts'

/** A later release may know more than this, never something else. Keys may be added here for newer journals only. */
export function meaning(state: State): Record<string, unknown> {
  return {
    seq: state.seq,
    at: state.at,
    epoch: state.epoch,
    running: state.running,
    keys: [...state.keys.keys()],
    checkpoint: state.checkpoint,
    workspaces: [...state.workspaces.values()].map(({ isolation, clones, baseBranch, trusted, desired }) => {
      return { isolation, clones, baseBranch, trusted, desired }
    }),
    items: [...state.items.values()].map(itemMeaning),
    closed: [...state.closed.values()].map(({ id, steps, done, why }) => ({ id, steps, done, why })),
    runs: [...state.runs.values()].map(({ id, item, phase, outcome }) => ({ id, item, phase, outcome })),
    gates: [...state.gates.values()].map(({ id, kind, step, phase, reviews }) => ({ id, kind, step, phase, reviews })),
    blockers: [...state.blockers.values()].map(({ id, step, kind, owner, startAt, endAt }) => {
      return { id, step, kind, owner, startAt, endAt }
    }),
  }
}

function itemMeaning(item: Item): Record<string, unknown> {
  const { id, branch, base, tip, policy, workflow, source, format } = item
  const steps = item.steps.map((step) => ({
    key: step.spec.key,
    phase: step.phase,
    wanted: step.wanted,
    tries: step.tries,
    reworks: step.reworks,
    blockers: step.blockers,
    retired: step.retired,
    attempts: step.attempts.map(attemptMeaning),
  }))
  return { id, branch, base, tip, policy, workflow, source, format, run: item.run, open: item.open, steps }
}

function attemptMeaning({ number, agent, fence, base, outcome, tree, landed }: Attempt): Record<string, unknown> {
  return { number, agent, fence, base, outcome, tree, landed }
}

export function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex')
}
