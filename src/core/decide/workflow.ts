// Decides which versions of workflows hold, and how items go over from one to another.
import { fact } from '../facts.ts'
import type { PlanItem } from '../nouns/plan.ts'
import { type Refusal, refuse } from '../refusals.ts'
import { endlessIn, toldOf } from '../schedule/endless.ts'
import type { State } from '../state.ts'
import { utc } from '../text/utc.ts'
import type { Wish, Wishes } from '../wishes.ts'
import { currentVersion, findVersion, partsOf, standingOf } from '../workflows/current.ts'
import { patternOf, sameSteps, specOf } from '../workflows/pattern.ts'
import type { Published } from '../workflows/published.ts'
import { builtInWorkflows } from '../workflows/workflow.ts'
import type { Decided, Decider } from './answer.ts'
import { migrated } from './migrate.ts'

const nameShape = /^[A-Za-z0-9][A-Za-z0-9._-]{0,119}$/
const versionShape = /^[A-Za-z0-9][A-Za-z0-9._+-]{0,99}$/
const mostSteps = 500
const mostLetters = 500_000
const mostVersions = 1000

export function publishWorkflow(state: State, data: Wishes['workflow.publish'], wish: Wish, at: number): Decided {
  const bad = unfit(data)
  if (bad !== undefined) return bad
  const { name, version, steps, why, impact } = data
  const versions = state.workflows.get(name) ?? []
  const known = versions.find((one) => one.version === version)
  if (known !== undefined) return again(known, data, at)
  if (versions.length >= mostVersions)
    return refuse('conflict', `workflow ${name}`, `it has ${mostVersions} versions`, 'publish it under another name')
  const effectiveFrom = Math.max(data.effectiveFrom ?? at, at)
  return [fact('workflow.published', 'house', { name, version, steps, effectiveFrom, why, impact, by: wish.by })]
}

function unfit({ name, version, steps }: Wishes['workflow.publish']): Refusal | undefined {
  const what = `workflow ${name}`
  const invalid = (why: string, remedy: string): Refusal => refuse('invalid', what, why, remedy)
  if (!nameShape.test(name) || !versionShape.test(version))
    return invalid('names and versions hold letters, digits, dot, dash and underscore only', 'give it another')
  if (builtInWorkflows.some((one) => one.name === name)) return invalid('it is built in', 'give it another name')
  if (steps.length === 0) return invalid('it has no steps', 'write at least one')
  if (steps.length > mostSteps || JSON.stringify(steps).length > mostLetters)
    return invalid(`a workflow has at most ${mostSteps} steps and ${mostLetters} letters`, 'divide it')
  const keys = new Set(steps.map(({ key }) => key))
  if (keys.size < steps.length) return invalid('two of its steps have the same key', 'give one of them another')
  const odd = steps.find(({ key }) => !nameShape.test(key))
  if (odd !== undefined) return invalid(`the key ${odd.key} is none`, 'use letters, digits, dot, dash and underscore')
  const open = steps.find(({ exitCriteria }) => exitCriteria.length === 0)
  if (open !== undefined) return invalid(`${open.key} does not say when it is done`, 'give it exit criteria')
  const lost = steps.flatMap(({ after = [] }) => after).find((key) => !keys.has(key))
  if (lost !== undefined) return invalid(`it comes after ${lost}, which is no step of it`, 'correct that key')
  const [endless] = endlessIn(steps.map(specOf), 'document')
  return endless && invalid(toldOf(endless), endless.remedy)
}

/** What was published never changes: to say it twice is nothing, to say something else under its name is refused. */
function again(known: Published, data: Wishes['workflow.publish'], at: number): Decided {
  const what = `${data.name}@${data.version}`
  const next = 'publish it as another version'
  if (known.withdrawn !== undefined)
    return refuse('conflict', what, `${known.withdrawn.by} took it back: ${known.withdrawn.why}`, next)
  if (!sameSteps(known.steps, data.steps))
    return refuse('conflict', what, `${known.by} has published it with other steps`, next)
  const from = data.effectiveFrom
  if (from === undefined || Math.max(from, known.at) === known.effectiveFrom || Math.max(from, at) === at) return []
  return refuse('conflict', what, `it holds from ${moment(known.effectiveFrom)}`, next)
}

export function rollBackWorkflow(state: State, data: Wishes['workflow.roll-back'], wish: Wish, at: number): Decided {
  const { name, why, impact } = data
  const versions = state.workflows.get(name) ?? []
  const current = currentVersion(versions, at)
  if (current === undefined) {
    const known = versions.length > 0
    const words = known ? 'no version of it is in force' : 'nobody has published it'
    return refuse(known ? 'conflict' : 'not-found', `workflow ${name}`, words, 'baton workflow list')
  }
  const before = currentVersion(
    versions.filter((one) => one !== current),
    at,
  )
  const to = before === undefined ? {} : { to: before.version }
  const { version } = current
  return [fact('workflow.rolled-back', 'house', { name, version, ...to, why, impact, by: wish.by })]
}

export function migrateItem(state: State, data: Wishes['workflow.migrate'], wish: Wish, at: number): Decided {
  return migrated(state, data, wish.by, at)
}

export function underVersions(importPlan: Decider<'plan.import'>): Decider<'plan.import'> {
  return (state, data, wish, at) => heldTo(state, data, at) ?? importPlan(state, data, wish, at)
}

/** Before a plan is taken in: whether its item may be opened, or go on, under the version that the plan names. */
function heldTo(state: State, data: Wishes['plan.import'], at: number): Refusal | undefined {
  const known = state.items.get(data.item.id)
  const over = state.closed.get(data.item.id)
  if (known === undefined)
    return over === undefined || over.reversion?.done !== undefined ? admitted(state, data.item, at) : undefined
  const same = known.workspace === data.workspace && known.tickFile === data.tickFile
  return same && known.format === 'workflow' && data.format === 'workflow'
    ? stays(state, known.workflow, data.item)
    : undefined
}

/** Names that nobody has published are free. */
function admitted(state: State, read: PlanItem, at: number): Refusal | undefined {
  const { name, version } = partsOf(read.workflow)
  const versions = state.workflows.get(name)
  if (versions === undefined) return undefined
  const current = currentVersion(versions, at)
  const holds = current === undefined ? 'no version of it holds now' : `${name}@${current.version} holds now`
  const found = versions.find((one) => one.version === version)
  const say = (why: string): Refusal =>
    refuse('conflict', `item ${read.id}`, `its plan is ${read.workflow}: ${why}`, `baton workflow show ${name}`)
  if (found === undefined) return current === undefined ? undefined : say(`that version is not published, and ${holds}`)
  if (found.withdrawn !== undefined) return say(`${found.withdrawn.by} took it back, and ${holds}`)
  if (found.effectiveFrom > at) return say(`it holds from ${moment(found.effectiveFrom)}, and ${holds}`)
  if (standingOf(versions, found, at) === 'superseded') return say(holds)
  return unlike(read, found)
}

/** An item that is open stays under its version until it is migrated, and a version stays what it was. */
function stays(state: State, workflow: string, read: PlanItem): Refusal | undefined {
  if (workflow !== read.workflow) {
    const why = `it goes by ${workflow}, and its plan says ${read.workflow} now`
    const file = `publish that version, then: baton workflow migrate ${read.id} --to ${read.workflow}`
    return refuse('conflict', `item ${read.id}`, why, `${file}; or bring the plan back to ${workflow}`)
  }
  const found = findVersion(state, read.workflow)
  return found === undefined ? undefined : unlike(read, found)
}

function unlike(read: PlanItem, found: Published): Refusal | undefined {
  if (sameSteps(read.steps.map(patternOf), found.steps)) return undefined
  const why = `its plan has other steps than ${read.workflow} as it was published`
  return refuse('conflict', `item ${read.id}`, why, 'give the plan another version and publish that')
}

function moment(at: number): string {
  return `${utc(at).join(' ')} UTC`
}
