// Gates, criteria and what remains: each review is kept, what sends work back is counted, and every wait says what it waits for.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { diamond, play, type StepText } from './plans.ts'
import { built, type Json, type Stage, stage } from './stage.ts'

const gated: readonly StepText[] = [
  { key: 'a', order: 1 },
  { key: 'b', order: 2, entry: ['the cups are on the table'], gate: 'taste' },
]
const again = 'write "$TRY: $BATON_FEEDBACK"'
const keys = { a: again, b: again }
const openGate = async (made: Stage): Promise<string> => (await made.must('gate')).gates[0].id
const reviewsOf = async (made: Stage) =>
  (await made.facts('gate.answered')).map(({ data }) => {
    const { gate, review } = data as Json
    return [gate, review.answer, review.reasons[0], review.by !== '' && review.at > 0]
  })

it('FR-006 and FR-021 three reviews of one gate and two of the release are all kept, signed, and found from the item', async () => {
  const made = await play(built(), { steps: gated, keys })
  await made.baton('run', 'wf.yaml')
  const first = await openGate(made)
  await made.must('gate', first, 'reject', '--reason', 'too weak')
  await made.baton('run', 'wf.yaml')
  const second = await openGate(made)
  await made.must('gate', second, 'reject', '--reason', 'too strong', '--reentry', 'a')
  await made.baton('run', 'wf.yaml')
  const third = await openGate(made)
  await made.must('gate', third, 'approve', '--reason', 'just right')
  await made.must('run', 'wf.yaml')
  const { gate: release } = (await made.baton('integrate', 'wf', '--json')).json
  await made.must('gate', release.id, 'reject', '--reason', 'not before Monday')
  expect(made.at('main', 'out/b.txt')).toBeUndefined()
  await made.must('integrate', 'wf', '--approve', 'it is Monday')
  const reviews = await reviewsOf(made)
  expect(new Set(reviews.map(([id]) => id)).size).toBe(5)
  expect(reviews.map(([, ...said]) => said)).toEqual([
    ['reject', 'too weak', true],
    ['reject', 'too strong', true],
    ['approve', 'just right', true],
    ['reject', 'not before Monday', true],
    ['approve', 'it is Monday', true],
  ])
  const signed = made.git('log', '-1', '--format=%B', 'main')
  expect(/Baton-Signed-By: (.+)/.exec(signed)?.[1]).toBeTruthy()
  const page = join(made.out, 'wf.html')
  await made.must('report', 'wf', '--out', page)
  for (const reason of ['too weak', 'too strong', 'just right', 'not before Monday', 'it is Monday'])
    expect(readFileSync(page, 'utf8')).toContain(reason)
  expect((await made.facts('step.reworked')).map(({ data }) => (data as Json).step)).toEqual(['wf/b', 'wf/a', 'wf/b'])
  expect((await made.must('audit', 'verify')).whole).toBe(true)
})

it('FR-021 rework is counted in the status, and what must hold before the step is looked up again before its work begins', async () => {
  const made = await play(built(), { steps: gated, keys })
  await made.must('plan', 'import', 'wf.yaml')
  const met = async (key: string) => {
    const { criteria } = await made.status(`wf/${key}`)
    return criteria.map(({ criterion, met }: Json) => [criterion, met])
  }
  expect(await met('b')).toEqual([
    ['every step before it has landed', 'yes'],
    ['no obstacle is declared on it', 'yes'],
    ['no question about the whole item is open', 'yes'],
    ['the cups are on the table', 'told'],
  ])
  const { blocker } = await made.must('block', 'wf/b', '--kind', 'external', '--owner', 'potter', '--notes', 'no cups')
  await made.baton('run', 'wf.yaml')
  expect(await met('b')).toContainEqual(['no obstacle is declared on it', 'no'])
  const said = (await made.baton('status', 'wf/b')).out
  for (const words of ['must hold first: no obstacle', 'somebody sees to it: the cups']) expect(said).toContain(words)
  await made.must('unblock', blocker, '--notes', 'the cups came')
  await made.baton('run', 'wf.yaml')
  await made.must('gate', await openGate(made), 'reject', '--reason', 'too weak', '--reentry', 'a')
  expect(await made.status('wf/b')).toMatchObject({ reworks: 1, awaits: ['a'], status: 'waiting' })
  expect(await met('b')).toContainEqual(['every step before it has landed', 'no'])
  await made.baton('run', 'wf.yaml')
  expect(await met('b')).toContainEqual(['every step before it has landed', 'yes'])
  const looked = (await made.facts('criteria.checked')).map(({ data }) => data as Json)
  expect(looked.filter((one) => one.step === 'wf/b').length).toBeGreaterThanOrEqual(2)
})

it('FR-015 a step that joins names the branches it awaits, fewer as they land, and who asks later is told of that time', async () => {
  const made = await play(stage(), { steps: diamond, keys: { b: 'wait_for b; write b', c: 'wait_for c; write c' } })
  const going = made.go('run', 'wf.yaml')
  await made.logged('start b 1')
  await made.logged('start c 1')
  expect((await made.baton('status', 'wf/d')).out).toContain('awaits: b, c')
  const before = (await made.status('wf/d')).seq
  made.say('c')
  await made.landed('wf/c')
  expect((await made.status('wf/d')).awaits).toEqual(['b'])
  made.say('b')
  expect((await going.ended).code).toBe(0)
  expect((await made.status('wf/d')).awaits).toEqual([])
  const why = (await made.baton('why', 'wf/d', '--at', String(before))).out
  for (const key of ['b (running)', 'c (running)']) expect(why).toContain(key)
})

it('scenario 8 and FR-010: resume prints of each step in flight what it has still to meet, and the next run meets it', async () => {
  const made = await play(stage(), { steps: diamond, keys: { b: 'wait_for go; write b' } })
  const going = made.go('run', 'wf.yaml')
  await made.logged('start b 1')
  await made.landed('wf/c')
  await made.must('pause', 'wf', '--reason', 'lunch')
  const { remaining } = await made.must('resume', 'wf')
  expect(remaining).toMatchObject([{ step: 'wf/b', criteria: expect.arrayContaining(['out/b.txt is written']) }])
  await made.must('pause', 'wf', '--reason', 'tea')
  made.say('go')
  expect((await going.ended).code).toBe(7)
  expect((await made.baton('why', 'wf/b')).out).toContain('waits to land while the run is paused')
  const resumed = await made.baton('resume', 'wf', '--reason', 'we are back')
  expect(resumed.out).toMatch(/wf\/b has still to meet: out\/b\.txt is written; its result has landed/)
  expect((await made.must('run', 'wf.yaml')).results).toMatchObject([{ outcome: 'complete' }])
  expect((await made.status('wf/b')).remaining).toEqual([])
  expect(made.log().filter((line) => line.startsWith('start b'))).toEqual(['start b 1'])
})
