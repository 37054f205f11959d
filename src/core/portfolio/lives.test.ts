// What is kept of an item as its entries are read: whose it is, how it stands, what it cost, and what stood in its way.
import { expect, it } from 'vitest'
import { type Facts, type FactType, fact } from '../facts.ts'
import { ownerOf, spanOf, statusOf } from './life.ts'
import { Lives } from './lives.ts'

const none = { ...{ tokensIn: 0, tokensOut: 0, cachedIn: 0, cost: 0, ms: 0 } }
const opened: Facts['item.opened'] = {
  ...{ id: 'i', workspace: '/w', title: 'Tea', brief: '', owner: 'ada', priority: 1, policy: 'graph' },
  ...{ workflow: 'wf@1', branch: '', base: '', source: '', format: '', tickFile: '' },
}
const step = (key: string, owner?: string) => ({
  ...{ key, title: key, brief: '', group: '', after: [], parallel: false, writes: [], locks: [], role: '' },
  ...{ ticked: false, order: 1, ...(owner === undefined ? {} : { owner }) },
})

/** Reads facts one by one, a moment after another. */
function reading() {
  const lives = new Lives(Number.MAX_SAFE_INTEGER)
  let at = 0
  const say = <K extends FactType>(type: K, data: Facts[K]): void => {
    at += 10
    lives.add({ ...fact(type, 'i', data), at })
  }
  const life = () => {
    const found = lives.all.get('i')
    if (found === undefined) throw new Error('There is no such life.')
    return found
  }
  const start = (key: string, number = 1): void =>
    say('attempt.started', {
      ...{ attempt: `i/${key}/${number}`, step: `i/${key}`, number, agent: 'sh', executor: 'shell', base: '' },
      because: '',
    })
  const end = (key: string, used: Partial<typeof none> & { unpriced?: true } = {}): void =>
    say('attempt.ended', {
      attempt: `i/${key}/1`,
      outcome: { kind: 'succeeded', why: '' },
      used: { ...none, ...used },
    })
  const land = (key: string): void => say('landing.done', { attempt: `i/${key}/1`, ref: '', commit: 'c' })
  say('item.opened', opened)
  return { say, life, start, end, land }
}

const blocker = (id: string) => ({ blocker: id, item: 'i', kind: 'external', owner: '', notes: '' })
const gate = (id: string): Facts['gate.opened'] => {
  return { gate: id, kind: 'approval', item: 'i', asks: '', options: [], usual: '' }
}

it('given a plan that names who has a step, then that holds until the plan or a person says otherwise', () => {
  const { say, life } = reading()
  say('steps.added', { item: 'i', steps: [step('k', 'bob'), step('l')] })
  expect([ownerOf(life(), 'k'), ownerOf(life(), 'l')]).toEqual(['bob', 'ada'])
  say('step.changed', { step: 'i/k', spec: step('k', 'eve') })
  say('step.changed', { step: 'i/l', spec: step('l', 'eve') })
  expect([ownerOf(life(), 'k'), ownerOf(life(), 'l')]).toEqual(['eve', 'eve'])
  say('step.changed', { step: 'i/l', spec: step('l') })
  expect(ownerOf(life(), 'l')).toBe('ada')
  say('ownership.transferred', { item: 'i', step: 'i/k', from: 'eve', to: 'grace', why: '', by: '' })
  expect(ownerOf(life(), 'k')).toBe('grace')
  say('item.changed', { id: 'i', owner: 'linus' })
  expect([life().owner, life().title, ownerOf(life(), 'l')]).toEqual(['linus', 'Tea', 'linus'])
  say('item.changed', { id: 'i', title: 'Coffee' })
  expect([life().owner, life().title]).toEqual(['linus', 'Coffee'])
  expect(life().tenures).toEqual([
    { at: 10, owner: 'ada' },
    { at: 70, owner: 'linus' },
  ])
})

it('given steps under other keys, then their owners and their work go along, and nothing stays under the old ones', () => {
  const { say, life, start, end, land } = reading()
  start('k')
  end('k')
  land('k')
  say('ownership.transferred', { item: 'i', step: 'i/k', from: '', to: 'bob', why: '', by: '' })
  say('ownership.transferred', { item: 'i', step: 'i/m', from: '', to: 'eve', why: '', by: '' })
  say('steps.carried', {
    item: 'i',
    carried: [
      { from: 'k', to: 'l' },
      { from: 'l', to: 'm' },
    ],
    renewed: ['n'],
  })
  expect(['k', 'l', 'm'].map((key) => ownerOf(life(), key))).toEqual(['ada', 'bob', 'ada'])
  const steps = spanOf(life())?.steps
  expect(['k', 'l', 'm', 'n'].map((key) => steps?.get(key)?.landedAt)).toEqual([undefined, 40, undefined, undefined])
})

it('given each thing that may happen, then an item stands as the document says', () => {
  const { say, life, start, end, land } = reading()
  const stands = (): string => statusOf(life())
  expect(stands()).toBe('queued')
  start('k')
  expect(stands()).toBe('in-progress')
  say('blocker.raised', blocker('b'))
  expect(stands()).toBe('in-progress')
  end('k')
  expect(stands()).toBe('blocked')
  say('blocker.cleared', { blocker: 'b', by: '', notes: '' })
  expect(stands()).toBe('in-progress')
  say('gate.opened', gate('g'))
  expect(stands()).toBe('blocked')
  say('gate.mooted', { gate: 'g', why: '' })
  say('step.reworked', { step: 'i/k', why: '', by: '' })
  expect(stands()).toBe('rework')
  land('k')
  expect(stands()).toBe('in-progress')
  say('integration.done', { item: 'i', ref: '', commit: '', by: '' })
  expect(stands()).toBe('completed')
  say('integration.reverted', { item: 'i', ref: '', commit: '', of: '', by: '' })
  expect(stands()).toBe('rework')
})

it.each(['step.skipped', 'step.cancelled', 'step.failed', 'step.retired'] as const)(
  'given %s, then nothing is in progress of it, and it is not sent back any more',
  (type) => {
    const { say, life, start } = reading()
    start('k')
    say('step.reworked', { step: 'i/k', why: '', by: '' })
    start('k', 2)
    say(type, { step: 'i/k', why: '', by: '', reason: '' })
    expect(spanOf(life())?.steps.get('k')).toMatchObject({ busy: false, sentBack: false, reworks: 1 })
  },
)

it('given what an attempt used, then less than was told before says nothing, and what has no price is counted apart', () => {
  const { say, life, start } = reading()
  const tell = (used: Partial<typeof none> & { unpriced?: true }): void =>
    say('attempt.used', { attempt: 'i/k/1', used: { ...none, ...used } })
  const spent = () => life().tries.get('i/k/1')
  tell({ cost: 9 })
  expect(spent()).toBeUndefined()
  start('k')
  tell({ cost: 2, tokensIn: 30, tokensOut: 12, ms: 5 })
  expect(spent()).toMatchObject({ costUsd: 2, tokens: 42, workMs: 5, unpriced: 0 })
  tell({ cost: 1, tokensIn: 50 })
  tell({ cost: 3, tokensIn: 41 })
  expect(spent()).toMatchObject({ costUsd: 2, tokens: 42 })
  tell({ cost: 2, tokensIn: 42, ms: 7 })
  expect(spent()).toMatchObject({ costUsd: 2, tokens: 42, workMs: 7 })
  tell({ cost: 2, tokensIn: 50, tokensOut: 1, unpriced: true })
  expect(spent()).toMatchObject({ tokens: 51, unpriced: 51 })
})

it('given an end that is told twice, then the first holds, and a duplicate that was integrated before is none', () => {
  const { say, life } = reading()
  say('blocker.raised', blocker('b'))
  say('blocker.raised', blocker('b'))
  say('blocker.cleared', { blocker: 'none', by: '', notes: '' })
  expect(life().obstacles).toHaveLength(1)
  say('gate.opened', gate('g'))
  say('gate.opened', gate('g'))
  say('gate.answered', { gate: 'g', review: { answer: 'approve', by: 'eve', at: 0, reasons: [] } })
  say('gate.answered', { gate: 'g', review: { answer: 'approve', by: 'eve', at: 0, reasons: [] } })
  expect(life().waits.pieces(0, 1000)).toEqual([[50, 70]])
  say('integration.done', { item: 'i', ref: '', commit: '', by: '' })
  say('item.closed', { id: 'i', why: '', duplicateOf: 'j' })
  expect(spanOf(life())).toMatchObject({ endedAt: 90, integrated: true })
  expect(spanOf(life())).not.toHaveProperty('duplicateOf')
  expect([life().closed, life().blockers.size, life().obstacles[0]?.until]).toEqual([true, 0, 100])
  const { length } = life().tenures
  say('item.changed', { id: 'i', title: 'Late', owner: 'late' })
  expect([life().title, life().tenures.length]).toEqual(['Tea', length])
})

it('given lives of which only numbers are kept, then landings stay and steps do not', () => {
  const lives = new Lives(Number.MAX_SAFE_INTEGER, false)
  const say = <K extends FactType>(at: number, type: K, data: Facts[K]): void =>
    lives.add({ ...fact(type, 'i', data), at })
  say(0, 'item.opened', opened)
  say(1, 'landing.done', { attempt: 'i/k/1', ref: '', commit: 'c' })
  say(2, 'item.closed', { id: 'i', why: '' })
  const life = lives.all.get('i')
  const span = life === undefined ? undefined : spanOf(life)
  expect([span?.steps.size, span?.landings]).toEqual([
    0,
    [{ at: 1, owner: 'ada', cycleMs: undefined, blocked: undefined }],
  ])
})
