import { describe, expect, it } from 'vitest'
import { type Facts, type FactType, fact } from '../facts.ts'
import { type Mending, nothingUsed, type Outcome, type Used } from '../nouns/attempt.ts'
import { dateOf } from './dates.ts'
import { Ledger, type Spending } from './ledger.ts'
import { addTo, emptySum, inOrder, keyOf } from './sums.ts'

const used = (cost: number, some: Partial<Used> = {}): Used => ({ ...nothingUsed, cost, ...some })
const right: Outcome = { kind: 'succeeded', why: '' }
const wrong: Outcome = { kind: 'failed', reason: 'timeout', why: '' }

class Record {
  readonly found = new Map<string, Spending>()
  readonly ledger = new Ledger((one) => this.found.set(one.attempt, one))
  at = 0

  say<K extends FactType>(type: K, data: Facts[K]): this {
    this.at += 1
    this.ledger.add({ ...fact(type, 'any', data), at: this.at })
    return this
  }

  start(step: string, number: number, mends?: Mending): this {
    const rest = { agent: 'codex', executor: 'shell', base: '', because: '', model: 'mini' }
    return this.say('attempt.started', {
      attempt: `${step}/${number}`,
      step,
      number,
      ...rest,
      ...(mends === undefined ? {} : { mends }),
    })
  }

  end(attempt: string, outcome: Outcome, spent: Used): this {
    return this.say('attempt.ended', { attempt, outcome, used: spent })
  }

  requeue(step: string, reason: string): this {
    return this.say('step.requeued', { step, reason, why: '', counted: true, fresh: false, notBefore: 0 })
  }

  land(attempt: string): this {
    return this.say('landing.done', { attempt, ref: '', commit: '' })
  }

  fates(): object {
    this.ledger.rest()
    return Object.fromEntries([...this.found].map(([attempt, one]) => [attempt, one.fate]))
  }
}

describe('what became of what an attempt used', () => {
  it('has landed, is abandoned, or is still open', () => {
    const record = new Record().start('i/a', 1).end('i/a/1', right, used(1)).land('i/a/1')
    record.start('i/b', 1).end('i/b/1', wrong, used(2)).requeue('i/b', 'timeout').start('i/b', 2)
    record.start('i/c', 1).end('i/c/1', right, used(3))
    expect(record.fates()).toEqual({ 'i/a/1': 'landed', 'i/b/1': 'abandoned', 'i/b/2': 'open', 'i/c/1': 'open' })
    expect(record.found.get('i/b/1')?.reason).toBe('timeout')
  })

  it('lands with the attempt that mended it', () => {
    const record = new Record().start('i/a', 1).end('i/a/1', right, used(1)).requeue('i/a', 'checks-failed')
    record.start('i/a', 2, { attempt: 'i/a/1', what: 'checks' }).end('i/a/2', right, used(1))
    record.requeue('i/a', 'conflict').start('i/a', 3, { attempt: 'i/a/2', what: 'conflict' })
    record.end('i/a/3', right, used(1)).land('i/a/3')
    expect(record.fates()).toEqual({ 'i/a/1': 'landed', 'i/a/2': 'landed', 'i/a/3': 'landed' })
    expect(record.found.get('i/a/1')).toMatchObject({ landedAs: 'i/a/3', reason: 'checks-failed' })
  })

  it('is abandoned with the attempt that could not mend it', () => {
    const record = new Record().start('i/a', 1).end('i/a/1', right, used(1)).requeue('i/a', 'checks-failed')
    record.start('i/a', 2, { attempt: 'i/a/1', what: 'checks' }).end('i/a/2', right, used(1))
    record.requeue('i/a', 'checks-failed').start('i/a', 3).end('i/a/3', right, used(1)).land('i/a/3')
    expect(record.fates()).toEqual({ 'i/a/1': 'abandoned', 'i/a/2': 'abandoned', 'i/a/3': 'landed' })
  })

  it.each<[string, (record: Record) => Record]>([
    ['sent back', (record) => record.say('step.reworked', { step: 'i/a', why: '', by: '' })],
    ['skipped', (record) => record.say('step.skipped', { step: 'i/a', why: '', by: '' })],
    ['cancelled', (record) => record.say('step.cancelled', { step: 'i/a', why: '', by: '' })],
    ['given up', (record) => record.say('step.failed', { step: 'i/a', reason: 'checks-failed', why: '' })],
    ['retired', (record) => record.say('step.retired', { step: 'i/a', why: '' })],
    ['closed', (record) => record.say('item.closed', { id: 'i', why: '' })],
  ])('is abandoned when its step is %s', (_, then) => {
    expect(then(new Record().start('i/a', 1).end('i/a/1', right, used(1))).fates()).toEqual({ 'i/a/1': 'abandoned' })
  })

  it('stays landed whatever comes after', () => {
    const record = new Record().start('i/a', 1).end('i/a/1', right, used(1)).land('i/a/1')
    record.say('step.reworked', { step: 'i/a', why: '', by: '' }).start('i/a', 2)
    expect(record.fates()).toEqual({ 'i/a/1': 'landed', 'i/a/2': 'open' })
  })

  it('counts what a running attempt told, and never less than that at its end', () => {
    const record = new Record().start('i/a', 1).say('attempt.used', { attempt: 'i/a/1', used: used(2) })
    record.end('i/a/1', { kind: 'lost', reason: 'lost', why: '' }, nothingUsed)
    record
      .start('i/b', 1)
      .say('attempt.used', { attempt: 'i/b/1', used: used(2) })
      .end('i/b/1', right, used(5))
    record.fates()
    expect(record.found.get('i/a/1')?.used.cost).toBe(2)
    expect(record.found.get('i/b/1')?.used.cost).toBe(5)
  })

  it('lets go of what is over, and passes over what it does not know', () => {
    const record = new Record().start('i/a', 1).say('item.closed', { id: 'i', why: '' })
    expect([...record.found.keys()]).toEqual(['i/a/1'])
    record.land('i/a/1').end('x/y/1', right, used(1))
    record.ledger.add({ type: 'from.later', data: { step: 3 }, at: 1 })
    record.ledger.add({ type: 'toString', data: {}, at: 1 })
    expect(record.fates()).toEqual({ 'i/a/1': 'abandoned' })
  })
})

describe('sums', () => {
  const spending = (some: Partial<Spending>): Spending => ({
    ...{ attempt: 'i/a/1', step: 'i/a', item: 'i', agent: 'codex', model: undefined, at: 0, fate: 'landed' },
    ...{ landedAs: 'i/a/1', reason: undefined, used: used(1, { tokensIn: 100, cachedIn: 60, tokensOut: 10, ms: 5 }) },
    ...some,
  })

  it('add up what landed, what is abandoned and what is unpriced, and count a landed step once', () => {
    const sum = emptySum()
    addTo(sum, spending({ attempt: 'i/a/1', landedAs: 'i/a/2' }))
    addTo(sum, spending({ attempt: 'i/a/2', landedAs: 'i/a/2' }))
    addTo(sum, spending({ fate: 'abandoned', landedAs: undefined }))
    addTo(sum, spending({ fate: 'open', landedAs: undefined, used: used(0, { tokensIn: 7, unpriced: true }) }))
    expect(sum).toEqual({
      ...{ attempts: 4, landed: 1, tokensIn: 307, tokensOut: 30, cachedIn: 180, costUsd: 3, ms: 15 },
      ...{ unpriced: 7, abandonedUsd: 1, abandonedTokens: 110, openUsd: 0 },
    })
  })

  it('are kept by item, step, agent, model and day', () => {
    const one = spending({ at: Date.UTC(2026, 1, 28, 23, 59) })
    const by = ['item', 'step', 'agent', 'model', 'day'] as const
    expect(by.map((key) => keyOf(one, key))).toEqual(['i', 'i/a', 'codex', '', '2026-02-28'])
  })

  it('are shown with the dearest first, and days as they came', () => {
    const sums = new Map([
      ['b', { ...emptySum(), costUsd: 1 }],
      ['a', { ...emptySum(), costUsd: 2 }],
      ['c', { ...emptySum(), costUsd: 1, tokensIn: 5 }],
    ])
    expect(inOrder(sums, 'agent').map(([key]) => key)).toEqual(['a', 'c', 'b'])
    expect(inOrder(sums, 'day').map(([key]) => key)).toEqual(['a', 'b', 'c'])
  })

  it('know every date of the calendar', () => {
    for (let day = -200_000; day < 200_000; day += 37) {
      const at = day * 86_400_000 + 12_345_678
      const said = new Date(at).toISOString()
      if (!said.startsWith('-') && !said.startsWith('+')) expect(dateOf(at)).toBe(said.slice(0, 10))
    }
  })
})
