// Counts what happened in played worlds: facts by type, the verdicts and answers among them, and what the weather brought.
import type { Facts } from '../../src/core/facts.ts'
import type { World } from './world.ts'

export type Tally = Record<string, number>

const verdicts: Readonly<Record<string, string>> = {
  'duplicate.settled': 'verdict',
  'blocker.raised': 'kind',
  'gate.answered': 'answer',
  'reversion.refused': 'kind',
  'attempt.ended': 'reason',
}

/** It keeps its own name, and stands below a step that is called otherwise now. */
function movedPart({ spec: { key, part } }: Facts['step.changed']): boolean {
  return part !== undefined && !key.startsWith(`${part.root}.`)
}

export function tallyOf(world: World): Tally {
  const tally: Tally = {}
  const count = (what: string): void => {
    tally[what] = (tally[what] ?? 0) + 1
  }
  for (const { type, data } of world.witness.facts) {
    count(type)
    const about = data as Readonly<Record<string, unknown>>
    const { review, outcome } = about as { review?: object; outcome?: object }
    const said = verdicts[type] === undefined ? undefined : { ...about, ...review, ...outcome }[verdicts[type]]
    if (typeof said === 'string' && !/^as you like$/.test(said)) count(`${type}: ${said}`)
    if (type === 'step.changed' && movedPart(data as Facts['step.changed']))
      count('step.changed: a part under another name')
  }
  for (const line of world.story) {
    const what = /(somebody|nobody|a person) (.*the record.*)$/.exec(line)?.[0]
    if (what !== undefined) count(what)
    const asked = /(outside: \S+ \S+) \(/.exec(line)?.[1]
    if (asked !== undefined) count(asked)
  }
  return tally
}

export function summed(one: Tally, other: Tally): Tally {
  const sum = { ...one }
  for (const [what, count] of Object.entries(other)) sum[what] = (sum[what] ?? 0) + count
  return sum
}
