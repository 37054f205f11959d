// Folds the journal from zero and from a snapshot, and compares with what was lived through.
import { duties } from '../../../src/core/duties.ts'
import { evolve } from '../../../src/core/evolve/index.ts'
import { schedule } from '../../../src/core/schedule/index.ts'
import { freeze, thaw } from '../../../src/core/snapshot.ts'
import { emptyState, type State } from '../../../src/core/state.ts'
import { noHash } from '../../../src/engine/journal/entry.ts'
import { verify } from '../../../src/engine/journal/verify.ts'
import type { Witness } from '../witness.ts'

/** All that two equal states must agree on: the state itself, what is owed, and what would be launched. */
export function portrait(state: State, now: number): string {
  const owed = [...state.items.values()].flatMap((item) => duties(state, item).map((duty) => [duty.key, duty.since]))
  return JSON.stringify([freeze(state), owed, schedule(state, now)])
}

/** Where two portraits first differ, with a little around it. */
function difference(a: string, b: string): string {
  let at = 0
  while (at < a.length && a[at] === b[at]) at += 1
  const from = Math.max(0, at - 100)
  return `…${a.slice(from, at + 100)}… and …${b.slice(from, at + 100)}…`
}

export function compareStates(witness: Witness, what: string, found: State, expected: State): void {
  comparePortrait(witness, what, found, portrait(expected, witness.world.clock.now()))
}

function comparePortrait(witness: Witness, what: string, found: State, expected: string): void {
  const own = portrait(found, witness.world.clock.now())
  if (own !== expected) witness.breaks('replay', `${what}: ${difference(own, expected)}`)
}

/** The facts are those of the very texts on the disk, which the audit holds against their hashes; a fold that changes a fact gives another state. */
export async function judgeReplay(witness: Witness): Promise<void> {
  const { raw } = witness.world.disk
  const rows = await raw.read(0, Number.MAX_SAFE_INTEGER)
  const folded = emptyState()
  let thawed: State | undefined
  const middle = Math.floor(rows.length * witness.world.chance.next())
  if (rows.length !== witness.facts.length || (rows.at(-1)?.hash ?? noHash) !== witness.last)
    witness.breaks('chain', `the disk holds ${rows.length} entries, and took ${witness.facts.length}`)
  for (const entry of witness.facts) {
    evolve(folded, entry)
    if (thawed !== undefined) evolve(thawed, entry)
    if (entry.seq !== middle) continue
    thawed = thaw(JSON.parse(JSON.stringify(freeze(folded))))
    if (thawed === undefined) return witness.breaks('replay', 'a snapshot of this version cannot be read')
  }
  const lived = portrait(witness.state, witness.world.clock.now())
  comparePortrait(witness, 'the journal folded again', folded, lived)
  if (thawed !== undefined) comparePortrait(witness, `a snapshot at ${middle} and the rest`, thawed, lived)
  const finding = await verify(raw, {})
  if (!finding.ok) witness.breaks('chain', finding.faults[0]?.what ?? finding.why)
}
