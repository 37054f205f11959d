// Holds every landing and integration against what was promised: checks, order, gates, and what the commit contains.
import type { Facts } from '../../../src/core/facts.ts'
import { termsOf } from '../../../src/core/policy.ts'
import { runOf, type State, stepOf } from '../../../src/core/state.ts'
import { tickFile } from '../boxes.ts'
import type { Witness } from '../witness.ts'

export function judgeLandingOrder(witness: Witness, state: State, data: Facts['landing.ordered']): void {
  const { book } = witness
  const attempt = book.attempt(data.attempt)
  const step = book.step(attempt.step)
  const item = book.item(step.item)
  if (attempt.landed !== undefined) witness.breaks('once', `${attempt.id} has landed already`)
  if (step.phase !== 'busy') witness.breaks('once', `${attempt.id} lands while its step is ${step.phase}`)
  if (book.lane(item.id)[0] !== attempt.id)
    witness.breaks('once', `${attempt.id} lands before ${book.lane(item.id)[0] ?? 'it was ready'}`)
  if (data.expected !== item.tip) witness.breaks('once', `${attempt.id} lands on ${data.expected}, not ${item.tip}`)
  if (data.ref !== `refs/heads/${item.branch}`) witness.breaks('branches', `${attempt.id} lands on ${data.ref}`)
  judgeLook(witness, state, data.attempt, data.commit)
  witness.later(async () => {
    const { repository } = witness.world
    if ((await repository.treeOf(data.commit)) !== data.tree)
      witness.breaks('verified', `the commit of ${attempt.id} holds another tree`)
    const touched = new Set([tickFile])
    if (attempt.commit !== undefined)
      for (const one of await repository.diff(attempt.base, attempt.commit)) touched.add(one.path)
    for (const one of await repository.diff(data.expected, data.commit))
      if (!touched.has(one.path)) witness.breaks('contains', `the landing of ${attempt.id} changes ${one.path}`)
  })
  witness.contains(data.commit, data.expected, `the landing of ${attempt.id} must contain the tip`)
}

/** What lands was checked, and a person has seen what a person must see. */
function judgeLook(witness: Witness, state: State, id: string, commit: string): void {
  const approved = judgeGates(witness, id)
  const step = witness.book.step(witness.book.attempt(id).step)
  const terms = witness.terms(state, step.id)
  if (terms === undefined || isSplit(witness, id)) return
  if (terms.gate !== undefined && !approved) witness.breaks('gates', `${id} lands past "${terms.gate}"`)
  if (terms.checks.length === 0 && step.spec.readsOnly !== true && !approved)
    witness.breaks('verified', `${id} lands although nothing and nobody looked at it`)
  for (const { name } of terms.checks)
    if (!witness.passed(id, commit, name))
      witness.breaks('verified', `${id} lands, but "${name}" did not pass on ${commit}`)
}

/** It changed nothing, and its parts are looked at each for itself. */
function isSplit({ book }: Witness, id: string): boolean {
  const attempt = book.attempt(id)
  const { item } = book.step(attempt.step)
  return attempt.commit === undefined && book.ofItem(item).some((one) => one.spec.part?.by === id && !one.retired)
}

/** Whether a person approved this attempt; an open question about it or its item forbids landing. */
function judgeGates(witness: Witness, id: string): boolean {
  const { book } = witness
  const attempt = book.attempt(id)
  const item = book.step(attempt.step).item
  let approved = false
  for (const [name, gate] of book.gates) {
    const ofItem = gate.item === item && gate.step === undefined && gate.kind !== 'release'
    if (gate.open && (gate.step === attempt.step || ofItem))
      witness.breaks('gates', `${id} lands while ${name} is open`)
    if (gate.attempt === id && gate.kind !== 'conflict' && !gate.proposes) approved ||= gate.answer === 'approve'
    if (gate.attempt === id && gate.answer === 'reject') witness.breaks('gates', `${id} lands although ${name} said no`)
  }
  return approved
}

export function judgeLandingDone(witness: Witness, state: State, data: Facts['landing.done']): void {
  const { book } = witness
  const attempt = book.attempt(data.attempt)
  const item = book.item(book.step(attempt.step).item)
  if (attempt.landed !== undefined) witness.breaks('once', `${attempt.id} lands a second time`)
  if (data.commit === item.tip) {
    judgeLook(witness, state, attempt.id, data.commit)
    return
  }
  if (!witness.hasMoved(data.ref, data.commit))
    witness.breaks('lost', `${attempt.id} is said to have landed, but ${data.ref} was never at ${data.commit}`)
  if (witness.isHarmed(item.id)) return
  for (const commit of item.landings.slice(-3))
    witness.contains(data.commit, commit, `the landing of ${attempt.id} must contain earlier ones`)
}

/** Done means on the branch: once all that follows from an adoption is written, what counts as landed is on what was adopted. */
export function judgeAdoption(witness: Witness, data: Facts['branch.adopted']): void {
  const { book, world } = witness
  witness.later(async () => {
    const item = book.item(data.item)
    for (const step of book.ofItem(item.id)) {
      const landed = [...book.attempts.values()].filter((one) => one.step === step.id && one.landed !== undefined)
      const commit = landed.at(-1)?.landed
      if (item.lenient || step.phase !== 'landed' || commit === undefined) continue
      if (!(await world.repository.isAncestor(commit, item.tip)))
        witness.breaks('lost', `${step.id} counts as done, and ${item.branch} does not contain ${commit}`)
    }
  })
}

export function judgeIntegration(witness: Witness, state: State, data: Facts['integration.ordered']): void {
  const { book } = witness
  const gates = [...book.gates.values()].filter((gate) => gate.item === data.item && gate.kind === 'release')
  if (gates.at(-1)?.answer !== 'approve') witness.breaks('branches', `${data.item} is integrated, and nobody signed it`)
  const item = state.items.get(data.item)
  const base = state.workspaces.get(item?.workspace ?? '')?.baseBranch
  if (data.ref !== `refs/heads/${base}`) witness.breaks('branches', `${data.item} is integrated into ${data.ref}`)
  witness.contains(data.commit, data.of, `the integration of ${data.item} must contain its branch`)
  witness.contains(data.commit, data.expected, `the integration of ${data.item} must contain the base`)
}

export function termsAt(state: State, id: string) {
  const step = stepOf(state, id)
  const item = step === undefined ? undefined : state.items.get(step.item)
  const workspace = state.workspaces.get(item?.workspace ?? '')
  if (step === undefined || item === undefined || workspace === undefined) return undefined
  return termsOf(workspace, item, step, runOf(state, item))
}
