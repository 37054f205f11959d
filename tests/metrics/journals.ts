// Makes journals of items for tests of what is measured: any order of things that keeps the order of things.
import fc from 'fast-check'
import { type Facts, type FactType, fact } from '../../src/core/facts.ts'
import { nothingUsed } from '../../src/core/nouns/attempt.ts'
import type { StepSpec } from '../../src/core/nouns/step.ts'
import type { Said } from './naive.ts'

const hour = 3_600_000

export class Journal {
  readonly entries: Said[] = []
  at = 0

  say<K extends FactType>(type: K, item: string, data: Facts[K]): void {
    this.entries.push({ ...fact(type, item, data), at: this.at })
  }

  open(id: string, type: 'item.opened' | 'item.reopened' = 'item.opened'): void {
    const words = { title: id, brief: '', owner: `owner-${id}`, workflow: 'direct@1', branch: '', base: '', source: '' }
    const rest = { workspace: '/w', priority: 1, policy: 'graph', format: '', tickFile: '' } as const
    const opened = { id, ...words, ...rest }
    if (type === 'item.opened') this.say(type, id, opened)
    else this.say(type, id, { ...opened, attempts: 1, why: '', by: '' })
  }

  start(step: string, number: number): void {
    const rest = { agent: 'sh', executor: 'shell', base: '', because: '' }
    this.say('attempt.started', step.split('/')[0] ?? '', { attempt: `${step}/${number}`, step, number, ...rest })
  }

  end(attempt: string, cost = 1): void {
    const used = { ...nothingUsed, cost, ms: cost * 10 }
    this.say('attempt.ended', attempt.split('/')[0] ?? '', { attempt, outcome: { kind: 'succeeded', why: '' }, used })
  }

  land(attempt: string): void {
    this.say('landing.done', attempt.split('/')[0] ?? '', { attempt, ref: '', commit: '' })
  }
}

interface Under {
  tries: number
  readonly gates: string[]
  readonly blockers: string[]
  readonly running: string[]
  readonly begun: Set<string>
}

const kinds = ['decision', 'external', 'a word of our own']

/** Any journal that keeps the order of things: nothing of an item before it is opened, no end of what never began. */
export function journalOf(moves: readonly (readonly [number, number, number, number])[]): Said[] {
  const journal = new Journal()
  const open = new Map<string, Under>()
  const over = new Set<string>()
  moves.forEach(([what, which, key, after], index) => {
    journal.at += after * hour
    const item = `i${which}`
    const found = open.get(item)
    if (found !== undefined) {
      if (happens(journal, found, { what, item, key, index })) return
      open.delete(item)
      over.add(item)
      return
    }
    if (over.has(item) && what < 3)
      journal.say('integration.reverted', item, { item, ref: '', commit: '', of: '', by: '' })
    journal.open(item, over.has(item) ? 'item.reopened' : 'item.opened')
    if (key === 0) journal.say('steps.added', item, { item, steps: [planned('k1', 'owner-1')] })
    open.set(item, { tries: 0, gates: [], blockers: [], running: [], begun: new Set() })
  })
  return journal.entries
}

const planned = (key: string, owner?: string): StepSpec => ({
  ...{ key, title: key, brief: '', order: 1, group: '', after: [], parallel: false, writes: [], locks: [] },
  ...{ role: 'coder', ticked: false, ...(owner === undefined ? {} : { owner }) },
})

interface Move {
  readonly what: number
  readonly item: string
  readonly key: number
  readonly index: number
}

/** False when the item is over with it. */
function happens(journal: Journal, found: Under, { what, item, key, index }: Move): boolean {
  const step = `${item}/k${key}`
  if (what < 4) {
    found.tries = index + 1
    found.begun.add(step)
    journal.start(step, found.tries)
    found.running.push(`${step}/${found.tries}`)
  } else if (what < 6) {
    const attempt = found.running.pop()
    if (attempt !== undefined) journal.end(attempt, key)
  } else if (what === 6) {
    const used = { ...nothingUsed, cost: index % 3, ms: (index % 3) * 10 }
    const attempt = found.running.at(-1)
    if (attempt !== undefined) journal.say('attempt.used', item, { attempt, used })
  } else if (what < 10) {
    if (found.begun.has(step)) journal.land(`${step}/${found.tries}`)
  } else if (what < 12) journal.say('step.reworked', item, { step, why: '', by: '' })
  else if (what < 14) givenUp(journal, item, step, index)
  else if (what < 24) held(journal, found, { what, item, key, index })
  else if (what < 30) changed(journal, found, { what, item, key, index })
  else {
    if (what === 31) journal.say('integration.done', item, { item, ref: '', commit: '', by: '' })
    if (what === 31 && key === 2) journal.at += hour
    journal.say('item.closed', item, { id: item, why: '', ...(what === 30 && key > 0 ? { duplicateOf: 'other' } : {}) })
    return false
  }
  return true
}

function givenUp(journal: Journal, item: string, step: string, index: number): void {
  if (index % 4 === 0) journal.say('step.skipped', item, { step, why: '', by: '' })
  else if (index % 4 === 1) journal.say('step.failed', item, { step, reason: 'timeout', why: '' })
  else if (index % 4 === 2) journal.say('step.cancelled', item, { step, why: '', by: '' })
  else journal.say('step.retired', item, { step, why: '' })
}

function held(journal: Journal, found: Under, { what, item, key, index }: Move): void {
  const step = `${item}/k${key}`
  if (what < 17) {
    const blocker = `blocker-${index}`
    found.blockers.push(blocker)
    const kind = kinds[index % 3] ?? ''
    const where = key === 0 ? {} : { step }
    journal.say('blocker.raised', item, { blocker, item, kind, owner: '', notes: '', ...where })
  } else if (what < 20) {
    const blocker = found.blockers.shift()
    if (blocker !== undefined) journal.say('blocker.cleared', item, { blocker, by: '', notes: '' })
  } else if (what < 22) {
    const gate = `gate-${index}`
    found.gates.push(gate)
    journal.say('gate.opened', item, { gate, kind: 'approval', item, asks: '', options: [], usual: '' })
  } else {
    const gate = found.gates.pop()
    const review = { by: '', at: 0, answer: 'approve', reasons: [] }
    if (gate !== undefined && key === 0) journal.say('gate.mooted', item, { gate, why: '' })
    else if (gate !== undefined) journal.say('gate.answered', item, { gate, review })
  }
}

/** Of the plan, of whose it is, and of the workflow that it goes by. */
function changed(journal: Journal, found: Under, { what, item, key, index }: Move): void {
  const step = `${item}/k${key}`
  const to = `owner-${index % 3}`
  if (what < 27) {
    const where = key === 0 ? {} : { step }
    journal.say('ownership.transferred', item, { item, from: '', to, why: '', by: '', ...where })
  } else if (what === 27) journal.say('item.changed', item, { id: item, owner: to })
  else if (what === 28) {
    const spec = planned(`k${key}`, index % 2 === 0 ? to : undefined)
    journal.say('step.changed', item, { step, spec })
  } else {
    const carried = [{ from: `k${key}`, to: `k${(key + 1) % 3}` }]
    const both = index % 2 === 1
    const swapped = { from: `k${(key + 1) % 3}`, to: `k${key}` }
    const renewed = index % 4 === 0 ? [`k${(key + 2) % 3}`] : []
    journal.say('steps.carried', item, { item, carried: both ? [...carried, swapped] : carried, renewed })
    const begun = (both ? [...carried, swapped] : carried).filter(({ from }) => found.begun.has(`${item}/${from}`))
    for (const gone of [...renewed, `k${key}`, `k${(key + 1) % 3}`]) found.begun.delete(`${item}/${gone}`)
    for (const { to: now } of begun) found.begun.add(`${item}/${now}`)
    journal.say('workflow.migrated', item, { item, from: '', to: `flow@${index % 2}`, mapping: [], why: '', by: '' })
  }
}

export const moves = fc.array(fc.tuple(fc.nat(31), fc.nat(1), fc.nat(2), fc.nat(9)), {
  minLength: 1,
  maxLength: 80,
  size: 'max',
})
