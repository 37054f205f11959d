// Document 004, the schedule: what starts when, in which order, with whom, and what waits for whom.
import { expect, it } from 'vitest'
import type { Entry } from '../../src/core/nouns/entry.ts'
import { diamond, play, type StepText } from './plans.ts'
import { type Stage, stage } from './stage.ts'

const launches = (facts: readonly Entry[]): string[][] =>
  facts.map((one) => (one.data as { launch: { step: string }[] }).launch.map(({ step }) => step.slice(3)))

const started = async (made: Stage): Promise<string[]> =>
  (await made.facts('attempt.started')).map((one) => (one.data as { step: string }).step.slice(3))

const before = (made: Stage, first: string, second: string): void => {
  const log = made.log()
  expect(log).toContain(first)
  expect(log).toContain(second)
  expect(log.indexOf(first), `${first} before ${second}`).toBeLessThan(log.indexOf(second))
}

it('Scenario 1: steps are carried out in ascending order, whatever order the file lists them in', async () => {
  const orders: readonly [string, number][] = [
    ['third', 30],
    ['first', 1],
    ['second', 7],
  ]
  const made = await play(stage(), { steps: orders.map(([key, order]) => ({ key, order })) })
  await made.must('run', 'wf.yaml')
  expect(made.log()).toEqual(['first', 'second', 'third'].flatMap((key) => [`start ${key} 1`, `end ${key} 1`]))
})

it('FR-004 and scenario 2: B and C run at the same time after A, launched by index, and both before D', async () => {
  const meet = (other: string) => `wait_start ${other}; write "$BATON_KEY"`
  const made = await play(stage(), { keys: { b: meet('c'), c: meet('b') } })
  await made.must('run', 'wf.yaml')
  for (const key of ['b', 'c']) {
    before(made, 'end a 1', `start ${key} 1`)
    before(made, `start ${key} 1`, 'end b 1')
    before(made, `start ${key} 1`, 'end c 1')
    before(made, `end ${key} 1`, 'start d 1')
  }
  expect(launches(await made.facts('decision.made'))).toEqual([['a'], ['b', 'c'], ['d']])
  const landed = (await made.facts('landing.done')).map((one) => (one.data as { attempt: string }).attempt)
  const starts = await made.facts('attempt.started')
  const d = starts.find((one) => (one.data as { step: string }).step === 'wf/d')
  const joined = (await made.facts('landing.done')).filter((one) => one.seq < (d?.seq ?? 0))
  expect(joined).toHaveLength(3)
  expect(landed.at(-1)).toBe('wf/d/1')
})

it('FR-004 a join waits for all branches, also for the one that fails and is tried again', async () => {
  const made = await play(stage(), {
    keys: { b: 'if [ "$TRY" = 1 ]; then wait_for go; exit 1; fi; write b' },
  })
  const going = made.go('run', 'wf.yaml')
  await made.logged('end c 1')
  expect((await made.status('wf/d')).status).toBe('waiting')
  made.say('go')
  expect((await going.ended).code).toBe(0)
  before(made, 'end b 2', 'start d 1')
})

it('FR-005 and scenarios 1 and 3: steps go in ascending order, and of several non-parallel steps that could start, only the lowest does', async () => {
  const keys = ['m', 'k', 'z'] as const
  const made = await play(stage(), {
    steps: keys.map((key, at) => ({ key, order: [5, 3, 9][at] ?? 1 })),
    keys: { k: 'wait_for go; write k' },
  })
  const going = made.go('run', 'wf.yaml')
  await made.logged('start k 1')
  expect((await made.status('wf')).current.map((one: { key: string }) => one.key)).toEqual(['k'])
  expect((await made.baton('why', 'wf/m')).out).toContain('Document order: k (running) comes first.')
  expect(made.log()).toEqual(['start k 1'])
  made.say('go')
  expect((await going.ended).code).toBe(0)
  expect(await started(made)).toEqual(['k', 'm', 'z'])
})

it('FR-005 equal orders go by key, letter by letter, in every language', async () => {
  const made = await play(stage(), { steps: ['b10', 'a', 'B', 'b9', 'Z'].map((key) => ({ key, order: 1 })) })
  await made.must('run', 'wf.yaml')
  expect(await started(made)).toEqual(['B', 'Z', 'a', 'b10', 'b9'])
})

it('FR-005 two runs of the same plan launch the same steps in the same order, however long each takes', async () => {
  const steps: StepText[] = [
    { key: 'p4', order: 2, parallel: true },
    { key: 'p1', order: 2, parallel: true },
    { key: 'p3', order: 3, parallel: true },
    { key: 'p2', order: 4, parallel: true },
    { key: 'end', order: 9 },
  ]
  const one = await play(stage(), { steps, keys: { p1: 'wait_start p3; write p1' } })
  const other = await play(stage(), { steps, keys: { p4: 'wait_start p2; write p4' } })
  await Promise.all([one, other].map((made) => made.must('run', 'wf.yaml', '--parallel', '2')))
  expect(await started(one)).toEqual(['p1', 'p4', 'p3', 'p2', 'end'])
  expect(await started(other)).toEqual(await started(one))
})

it('FR-005 nothing that runs is preempted, and concurrency is bounded by parallel steps and free slots alone', async () => {
  const made = await play(stage(), { keys: { b: 'wait_for go; write b' } })
  const going = made.go('run', 'wf.yaml', '--parallel', '1')
  await made.logged('start b 1')
  expect((await made.status('wf/c')).status).toBe('ready')
  expect((await made.baton('why', 'wf/c')).out).toContain('all slots are taken (1 of 1 in this run')
  made.say('go')
  expect((await going.ended).code).toBe(0)
  expect(made.log().slice(2, 6)).toEqual(['start b 1', 'end b 1', 'start c 1', 'end c 1'])
})

it('FR-005 parallel steps that share a constraint run one after the other, and the decision says so', async () => {
  const steps = diamond.map((one) => (one.parallel ? { ...one, locks: ['database'] } : one))
  const made = await play(stage(), { steps, keys: { b: 'wait_for go; write b' } })
  const going = made.go('run', 'wf.yaml')
  await made.logged('start b 1')
  expect((await made.baton('why', 'wf/c')).out).toContain('It shares the lock database with')
  made.say('go')
  expect((await going.ended).code).toBe(0)
  before(made, 'end b 1', 'start c 1')
  const decisions = await made.facts('decision.made')
  expect(JSON.stringify(decisions.map((one) => one.data))).toContain('database')
})
