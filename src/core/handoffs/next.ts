// Says what follows by the record after something ended, in plain words.
import type { Item } from '../nouns/item.ts'
import { endedPhases, type Step } from '../nouns/step.ts'
import { goesBefore } from '../schedule/index.ts'
import type { State } from '../state.ts'
import { quoted } from '../text/neutral.ts'
import type { Owed } from './artifact.ts'

const namesAtMost = 5

export function nextOf(state: State, item: Item, step: Step | undefined, { event, gate }: Owed): string {
  if (event === 'baseline-integration') return `nothing: ${item.id} is on the base branch`
  if (step !== undefined)
    return step.retired ? `nothing: the plan has left ${step.spec.key} out` : afterStep(item, step)
  const kind = gate === undefined ? undefined : state.gates.get(gate)?.kind
  if (event === 'gate-approved' && kind === 'release') return `${item.id} is merged into its base branch`
  if (event === 'gate-approved') return `the work on ${item.id} goes on`
  return `a person decides how ${item.id} goes on: baton status ${item.id}`
}

function afterStep(item: Item, step: Step): string {
  const { key } = step.spec
  if (step.phase === 'waiting') return `${key} is tried again when its turn comes: ${step.why || 'it waits'}`
  if (step.phase === 'running') return `${key} is worked on: ${step.attempts.at(-1)?.id ?? step.id}`
  if (step.phase === 'verifying' || step.phase === 'landing')
    return `the result of ${key} is checked on the tip of its branch, then it lands`
  if (step.phase === 'gated') return `a person answers what is asked of ${key}: baton gate`
  if (step.phase === 'failed') return `a person looks at ${key}: baton why ${step.id}, then baton retry ${step.id}`
  if (step.phase === 'done') return afterDone(item, step)
  return `nothing: ${key} is ${step.phase}`
}

/** What is longer than a few names is counted. */
function afterDone(item: Item, step: Step): string {
  const open = goesBefore(item, step)
  if (open.length > 0) {
    const named = open.slice(0, namesAtMost).map((one) => quoted(one.spec.key, 40))
    const more = open.length > namesAtMost ? ` and ${open.length - namesAtMost} more` : ''
    return `what waits for ${step.spec.key}: ${named.join(', ')}${more}`
  }
  // Without a run nothing is chosen, and yet there is more to do.
  return item.open > 0 || item.steps.some((one) => !one.retired && !endedPhases.has(one.phase))
    ? `the other steps of ${item.id} go on`
    : `${item.id} is to be integrated: baton integrate ${item.id}`
}
