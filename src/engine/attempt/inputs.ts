// Says when an attempt is given what another was given whose work has landed.
import type { Step } from '../../core/nouns/step.ts'

/** `from`: the digest of its inputs, as if it began at that commit. Empty when there is nothing to say. */
export function sameAs(step: Step, from: (base: string) => string): string {
  const own = step.attempts.at(-1)
  const landed = step.attempts.filter((one) => one !== own && one.landed !== undefined && one.inputs !== undefined)
  const same = landed.findLast((one) => one.inputs === from(one.base))
  if (same === undefined || own === undefined) return ''
  const but = same.base === own.base ? '' : ', but for what has landed since'
  return `its inputs are those of ${same.id}, which has landed${but}`
}
