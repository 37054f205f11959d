// What agents do in a simulated world: mostly their work, sometimes every kind of harm.
import type { FailureReason } from '../../src/core/nouns/attempt.ts'
import type { Assignment } from '../../src/core/ports.ts'
import type { Act } from '../../src/executors/scripted.ts'
import { dies } from './agents.ts'
import { pool } from './plot.ts'
import type { World } from './world.ts'

/** A result with this in it fails the check. */
export const bad = 'BAD'

const reasons: readonly FailureReason[] = [
  'quota',
  'rate-limited',
  'overloaded',
  'network',
  'auth',
  'context-overflow',
  'refused-tool',
  'timeout',
  'stalled',
  'crashed',
  'bad-output',
  'defect',
  'budget',
  'conflict',
]

export function partFor(world: World, assignment: Assignment, number: number): readonly Act[] {
  const { chance } = world
  const { step, attempt } = assignment
  const acts: Act[] = [{ do: 'say', text: `I begin ${step.key}.` }, ...asks(world), wait(world)]
  if (chance.is(0.5)) acts.push({ do: 'leave', session: `session of ${attempt}`, summary: `I did ${step.key}.` })
  if (chance.is(0.3)) acts.push({ do: 'use', used: { tokensIn: chance.from(0, 10), tokensOut: chance.from(0, 10) } })
  const good = world.healed || !chance.is(world.plot.knobs.badAgents)
  if (!good) acts.push(...harm(world))
  if (good && step.readsOnly === true) return [...acts, { do: 'say', text: 'I have read it.' }]
  acts.push({ do: 'write', path: `out/${assignment.item}-${step.key}.txt`, text: `${attempt} ${number}\n` })
  for (const path of step.writes) {
    if (!path.endsWith('/') && chance.is(0.6)) acts.push({ do: 'write', path, text: `${attempt}\n` })
  }
  if (chance.is(world.plot.knobs.conflicts) && !world.healed)
    acts.push({ do: 'write', path: chance.pick(pool.slice(0, 2)), text: `${attempt} undeclared\n` })
  if (chance.is(0.1)) acts.push({ do: 'delete', path: chance.pick(pool) })
  if (chance.is(0.1)) acts.push({ do: 'write', path: 'tasks.md', text: 'I tick everything myself.\n' })
  acts.push(wait(world))
  return acts
}

/** A person, or nobody, answers what it asks. */
function asks({ chance, healed }: World): readonly Act[] {
  if (healed || !chance.is(0.1)) return []
  const about = chance.pick(['question', 'permission'] as const)
  const tool = chance.pick(['execute', 'fetch', 'other'] as const)
  const yes = { id: '1', kind: 'allow-once', label: 'yes' } as const
  const no = { id: '2', kind: 'reject-once', label: 'no' } as const
  const options = chance.is(0.3) ? [] : [yes, no]
  return [{ do: 'ask', question: { id: 'q', about, asks: 'May I?', tool, options } }]
}

function wait({ chance, healed }: World): Act {
  if (healed || chance.is(0.7)) return { do: 'wait', ms: chance.from(1, 5000) }
  return { do: 'wait', ms: chance.from(1, 1_500_000) }
}

function harm(world: World): Act[] {
  const { chance, clock } = world
  const until = chance.is(0.5) ? { until: clock.now() + chance.from(-1000, 7_200_000) } : {}
  if (chance.is(0.4)) return [{ do: 'fail', reason: chance.pick(reasons), ...until }]
  const kinds: readonly (() => Act[])[] = [
    () => [{ do: 'fail', reason: chance.pick(reasons), ...until }],
    () => [{ do: 'hang' }],
    () => [{ do: 'say', text: dies }],
    () => [{ do: 'succeed', why: 'it only says so' }],
    () => [{ do: 'write', path: 'out/bad.txt', text: bad }],
    () => [{ do: 'report', report: { kind: 'began' } }],
    () => [
      { do: 'write', path: 'out/half.txt', text: 'half' },
      { do: 'report', report: ended() },
      { do: 'write', path: 'out/half.txt', text: 'whole' },
    ],
  ]
  return chance.pick(kinds)()
}

function ended(): Extract<Act, { do: 'report' }>['report'] {
  const used = { tokensIn: 1, tokensOut: 1, cachedIn: 0, cost: 0, ms: 1 }
  return { kind: 'ended', outcome: { kind: 'succeeded', why: 'it says so twice' }, used }
}
