// Decides what becomes of parts that an agent would split its step into: refused, asked about, or joined to the item.

import { type Decided, nextId } from '../decide/answer.ts'
import { mootGates, stopWork } from '../decide/step.ts'
import { added } from '../decide/sync.ts'
import { type Fact, fact } from '../facts.ts'
import type { Gate } from '../nouns/gate.ts'
import type { Item } from '../nouns/item.ts'
import { deepestPart, mostParts, type ProposedStep, type Step, type StepSpec } from '../nouns/step.ts'
import type { Workspace } from '../nouns/workspace.ts'
import { placed } from '../parts.ts'
import { covers, scriptsOf } from '../policy.ts'
import { type Refusal, refuse } from '../refusals.ts'
import { attemptOf, runOf, type State } from '../state.ts'
import type { Wishes } from '../wishes.ts'

const mostLetters = 100_000
const longestKey = 120

export function proposeSteps(state: State, data: Wishes['steps.propose']): Decided {
  const what = `parts of ${data.attempt}`
  const found = attemptOf(state, data.attempt)
  const workspace = found === undefined ? undefined : state.workspaces.get(found.item.workspace)
  if (found === undefined || workspace === undefined)
    return refuse('not-found', what, 'no such attempt was started', 'name a running attempt')
  const { item, step, attempt } = found
  if (step.phase !== 'running' || attempt.endedAt !== undefined)
    return refuse('conflict', what, 'its attempt has ended', 'nothing to do')
  const gates = [...state.gates.values()].filter((gate) => gate.step === step.id && gate.phase === 'open')
  const unfit = misfit(state, item, step, workspace, data.steps)
  if (unfit !== undefined) return refuse(unfit.kind, what, unfit.why, unfit.remedy)
  const specs = specsOf(item, step, attempt.id, gates, data.steps)
  if (workspace.policy.proposals === 'auto') return join(state, item, step, attempt.id, specs)
  const names = specs.slice(0, 10).map(({ key, title }) => `${key} "${short(title)}"`)
  const more = specs.length > names.length ? ` and ${specs.length - names.length} more` : ''
  return [
    fact('gate.opened', item.id, {
      gate: nextId(state, 'gate-', 0),
      kind: 'approval',
      item: item.id,
      step: step.id,
      attempt: attempt.id,
      asks: `${attempt.id} would split ${step.spec.key} into ${specs.length} parts: ${names.join(', ')}${more}. Add them to the plan?`,
      options: ['approve', 'reject'],
      usual: 'approve',
      proposes: { by: attempt.id, steps: specs },
    }),
  ]
}

/** Agreed: the parts join the item. Rejected: the step is done again, told why. */
export function answerProposal(state: State, gate: Gate, answer: string, why: string, by: string): Fact[] | Refusal {
  const found = gate.attempt === undefined ? undefined : attemptOf(state, gate.attempt)
  const proposed = gate.proposes
  if (found === undefined || proposed === undefined) return []
  const { item, step } = found
  if (answer !== 'approve') {
    const stopped = step.phase === 'running' ? stopWork(state, item, step, 'cancelled', why) : []
    const moot = mootGates(state, step, why).filter((one) => one.type !== 'gate.mooted' || one.data.gate !== gate.id)
    return [...stopped, ...moot, fact('step.reworked', item.id, { step: step.id, why, by })]
  }
  const taken = proposed.steps.find(({ key }) => item.keys.has(key))
  if (taken !== undefined) {
    const why = `the plan itself has a step ${taken.key} by now`
    return refuse('conflict', `gate ${gate.id}`, why, `reject it, so that ${step.spec.key} is split anew`)
  }
  return join(state, item, step, proposed.by, proposed.steps)
}

/** What earlier attempts proposed and nobody has begun gives way; whoever runs the step runs its parts. */
function join(state: State, item: Item, step: Step, by: string, steps: readonly StepSpec[]): Fact[] {
  const run = runOf(state, item)
  const runs = run !== undefined && run.phase !== 'ended' && step.wanted
  const before = item.steps.filter(
    ({ spec, phase, retired, attempts }) =>
      spec.part?.of === step.spec.key &&
      spec.part.by !== by &&
      phase === 'waiting' &&
      !retired &&
      attempts.length === 0,
  )
  return [
    ...before.map((one) => fact('step.retired', item.id, { step: one.id, why: `${by} split ${step.spec.key} anew` })),
    ...added(
      item.id,
      steps.map((spec) => placed(spec, rootOf(item, step).spec)),
    ),
    ...(runs ? [fact('run.widened', item.id, { run: run.id, item: item.id, steps: steps.map(({ key }) => key) })] : []),
  ]
}

function rootOf(item: Item, step: Step): Step {
  const root = step.spec.part === undefined ? undefined : item.steps[item.keys.get(step.spec.part.root) ?? -1]
  return root ?? step
}

interface Misfit {
  readonly kind: Refusal['kind']
  readonly why: string
  readonly remedy: string
}

function misfit(
  state: State,
  item: Item,
  step: Step,
  workspace: Workspace,
  steps: readonly ProposedStep[],
): Misfit | undefined {
  const depth = (step.spec.part?.path.length ?? 0) + 1
  if (depth > deepestPart) {
    const why = `${step.spec.key} is a part of a part already, and may not be split again`
    return { kind: 'policy', why, remedy: 'do the step, or declare a blocker that says why it is too large' }
  }
  if (steps.length === 0) return { kind: 'invalid', why: 'it names no part', remedy: 'name at least one' }
  const root = rootOf(item, step).spec.key
  const all = partsOf(state, item, root) + steps.length
  if (all > mostParts) {
    const why = `${root} would have ${all} parts, and ${mostParts} are the most`
    return { kind: 'policy', why, remedy: 'propose fewer and larger ones' }
  }
  if (JSON.stringify(steps).length > mostLetters)
    return { kind: 'invalid', why: `it is longer than ${mostLetters} letters`, remedy: 'say less of each part' }
  return misorder(steps) ?? exposed(step, workspace, steps)
}

/** Those that there are, and those that a person is asked about. */
function partsOf(state: State, item: Item, root: string): number {
  let count = item.steps.filter(({ spec, retired }) => spec.part?.root === root && !retired).length
  for (const gate of state.gates.values()) {
    if (gate.item !== item.id || gate.phase !== 'open') continue
    count += gate.proposes?.steps.filter(({ part }) => part?.root === root).length ?? 0
  }
  return count
}

function misorder(steps: readonly ProposedStep[]): Misfit | undefined {
  const at = steps.findIndex(({ after }, place) =>
    after.some((one) => !(Number.isInteger(one) && one >= 1 && one <= place)),
  )
  if (at < 0) return undefined
  const why = `part ${at + 1} comes after ${steps[at]?.after.join(', ')}, which are not all parts before it`
  return { kind: 'invalid', why, remedy: 'list the parts so that each names only earlier ones, counted from 1' }
}

/** What the plan says that a step touches is allowed where it is protected; an agent cannot say that of itself. */
function exposed(step: Step, { policy, path: root }: Workspace, steps: readonly ProposedStep[]): Misfit | undefined {
  const protect = [...policy.protect, ...scriptsOf(policy, root), 'baton.yaml']
  for (const path of steps.flatMap(({ writes }) => writes)) {
    if (step.spec.writes.includes(path) || !protect.some((one) => covers(one, path))) continue
    const why = `${path} is protected, and the plan does not say that ${step.spec.key} touches it`
    return { kind: 'policy', why, remedy: 'leave it out of `writes`; a change of it is asked about before it lands' }
  }
  return undefined
}

function specsOf(
  item: Item,
  step: Step,
  by: string,
  gates: readonly Gate[],
  steps: readonly ProposedStep[],
): StepSpec[] {
  const keys = freeKeys(item, step, gates, steps.length)
  const root = rootOf(item, step).spec
  const { gate, locks, labels, story, parent, owner, priority } = step.spec
  const kept = { story, parent, owner, labels, priority, gate }
  const said = Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined))
  return steps.map((one, at): StepSpec => {
    const after = [step.spec.key, ...one.after.map((place) => keys[place - 1]?.key ?? '')]
    const spec: StepSpec = {
      ...said,
      key: keys[at]?.key ?? '',
      title: one.title,
      brief: one.brief,
      order: root.order,
      group: root.group,
      after: after.map((key) => ({ key, source: 'stated' })),
      parallel: true,
      writes: one.writes,
      locks,
      role: one.role,
      exitCriteria: one.exitCriteria,
      ticked: false,
      ...(one.readsOnly === true ? { readsOnly: true } : {}),
      part: { of: step.spec.key, root: root.key, path: keys[at]?.path ?? [], beside: root.parallel, by },
    }
    return spec
  })
}

/** `<key>.1` and on, past every number that was ever given below this step. */
function freeKeys(
  item: Item,
  step: Step,
  gates: readonly Gate[],
  count: number,
): { readonly key: string; readonly path: readonly number[] }[] {
  const asked = new Set(gates.flatMap((gate) => gate.proposes?.steps.map(({ key }) => key) ?? []))
  const free: { key: string; path: readonly number[] }[] = []
  for (let number = 1; free.length < count; number++) {
    const key = keyOf(step.spec.key, number)
    if (!item.keys.has(key) && !asked.has(key)) free.push({ key, path: [...(step.spec.part?.path ?? []), number] })
  }
  return free
}

/** Cut where a key would become too long to be one. */
function keyOf(of: string, number: number): string {
  const end = `.${number}`
  return `${of.slice(0, longestKey - end.length)}${end}`
}

function short(title: string): string {
  return title.length > 80 ? `${title.slice(0, 79)}…` : title
}
