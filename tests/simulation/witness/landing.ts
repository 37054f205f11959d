// Holds every landing and integration against what was promised: checks, order, gates, and what the commit contains.
import type { Facts } from '../../../src/core/facts.ts'
import { covers, termsOf } from '../../../src/core/policy.ts'
import { attemptOf, runOf, type State, stepOf } from '../../../src/core/state.ts'
import { tickFile } from '../boxes.ts'
import type { Witness } from '../witness.ts'

type Ordered = Facts['landing.ordered']

/** Each is judged as if it landed alone on the one before it; only what was checked is the last commit, where the branch goes. */
export function judgeLandingOrder(witness: Witness, state: State, data: Ordered): void {
  const { book } = witness
  const item = book.item(book.step(book.attempt(data.attempt).step).item)
  const batch = data.batch ?? [{ attempt: data.attempt, commit: data.commit }]
  if (batch[0]?.attempt !== data.attempt || batch.at(-1)?.commit !== data.commit)
    witness.breaks('once', `${data.attempt} lands in a batch that begins or ends elsewhere`)
  if (data.expected !== item.tip) witness.breaks('once', `${data.attempt} lands on ${data.expected}, not ${item.tip}`)
  if (data.ref !== `refs/heads/${item.branch}`) witness.breaks('branches', `${data.attempt} lands on ${data.ref}`)
  let tip = data.expected
  for (const [at, { attempt, commit }] of batch.entries()) {
    judgeOne(witness, { attempt, commit, tip, first: book.lane(item.id)[at] })
    judgeLook(witness, state, attempt, data.commit)
    if (data.batch !== undefined) judgeBatched(witness, state, attempt, { commit, tip, on: data.commit })
    tip = commit
  }
  witness.later(async () => {
    if ((await witness.world.repository.treeOf(data.commit)) !== data.tree)
      witness.breaks('verified', `the commit of ${data.attempt} holds another tree`)
  })
}

interface One {
  readonly attempt: string
  readonly commit: string
  readonly tip: string
  readonly first: string | undefined
}

function judgeOne(witness: Witness, { attempt: id, commit, tip, first }: One): void {
  const { book } = witness
  const attempt = book.attempt(id)
  const step = book.step(attempt.step)
  if (attempt.landed !== undefined) witness.breaks('once', `${id} has landed already`)
  if (step.phase !== 'busy') witness.breaks('once', `${id} lands while its step is ${step.phase}`)
  if (first !== id) witness.breaks('once', `${id} lands before ${first ?? 'it was ready'}`)
  witness.later(async () => {
    const { repository } = witness.world
    const touched = new Set([tickFile])
    if (attempt.commit !== undefined)
      for (const one of await repository.diff(attempt.base, attempt.commit)) touched.add(one.path)
    for (const one of await repository.diff(tip, commit))
      if (!touched.has(one.path)) witness.breaks('contains', `the landing of ${id} changes ${one.path}`)
  })
  witness.contains(commit, tip, `the landing of ${id} must contain the tip`)
}

/** What is judged with others says so in the record, and no person had to see it. */
function judgeBatched(
  witness: Witness,
  state: State,
  id: string,
  own: { commit: string; tip: string; on: string },
): void {
  const attempt = witness.book.attempt(id)
  const checked = attemptOf(state, id)?.attempt.checked
  if (checked?.passed !== true || checked.on !== own.on || checked.commit !== own.commit || checked.tip !== own.tip)
    witness.breaks(
      'verified',
      `${id} lands in a batch, and its record does not name its commit and where it was checked`,
    )
  const terms = witness.terms(state, attempt.step)
  if (terms === undefined || terms.checks.length === 0)
    witness.breaks('verified', `nothing checks ${id}, and it is in a batch`)
  if (terms?.gate !== undefined) witness.breaks('gates', `${id} is held by "${terms.gate}", and it is in a batch`)
  const { protect } = witness.world.plot.policy
  witness.later(async () => {
    if (attempt.commit === undefined) return
    for (const { path } of await witness.world.repository.diff(attempt.base, attempt.commit))
      if (protect.some((one) => covers(one, path)) && !attempt.writes.includes(path))
        witness.breaks('gates', `${id} changes ${path}, and it is in a batch`)
  })
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
    if (!witness.passed(id, commit, name) && !witness.passed(`${id} among others`, commit, name))
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
  const item = attempt.item
  let approved = false
  for (const [name, gate] of book.gates) {
    if (gate.past) continue
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
  const item = book.item(attempt.item)
  if (attempt.landed !== undefined) witness.breaks('once', `${attempt.id} lands a second time`)
  if (data.commit === item.tip) {
    judgeLook(witness, state, attempt.id, data.commit)
    return
  }
  const landing = state.items.get(item.id)?.landing
  const together = landing?.batch?.some((one) => one.attempt === attempt.id && one.commit === data.commit)
    ? landing
    : undefined
  if (!witness.hasMoved(data.ref, together?.commit ?? data.commit))
    witness.breaks('lost', `${attempt.id} is said to have landed, but ${data.ref} was never at ${data.commit}`)
  if (together !== undefined)
    witness.contains(together.commit, data.commit, `the batch of ${attempt.id} must contain it`)
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
      const commit = step.landed
      if (item.lenient || step.phase !== 'landed' || commit === undefined) continue
      if (!(await world.repository.isAncestor(commit, item.tip)))
        witness.breaks('lost', `${step.id} counts as done, and ${item.branch} does not contain ${commit}`)
    }
  })
}

export function judgeIntegration(witness: Witness, state: State, data: Facts['integration.ordered']): void {
  const { book } = witness
  const gates = [...book.gates.values()].filter(
    (gate) => gate.item === data.item && gate.kind === 'release' && !gate.past,
  )
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
