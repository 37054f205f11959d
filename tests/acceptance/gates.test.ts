// Document 004, gates and rework: a person approves or rejects with reasons, signs with a time, and sends work back.
import { expect, it } from 'vitest'
import { play } from './plans.ts'
import { stage } from './stage.ts'

const reviewed = [
  { key: 'a', order: 1 },
  { key: 'b', order: 2 },
  { key: 'c', order: 3, gate: 'design-review' },
]
const tells = 'write "try $TRY: $BATON_FEEDBACK"'

it('FR-006 a gate holds the work, and an approval with its reason is signed with name and time before it lands', async () => {
  const made = await play(stage(), { steps: reviewed })
  const began = Date.now()
  const held = await made.baton('run', 'wf.yaml', '--json')
  expect(held.code).toBe(4)
  const { gates } = await made.must('gate')
  expect(gates).toMatchObject([{ kind: 'approval', step: 'wf/c', options: ['approve', 'reject'], phase: 'open' }])
  expect(gates[0].asks).toContain('c must pass the gate "design-review"')
  expect((await made.baton('why', 'wf/c')).out).toContain(`baton gate ${gates[0].id}`)
  expect(made.at('baton/wf', 'out/c.txt')).toBeUndefined()
  await made.must('gate', gates[0].id, 'approve', '--reason', 'looked at it')
  expect((await made.baton('run', 'wf.yaml')).code).toBe(0)
  expect(made.at('baton/wf', 'out/c.txt')).toBe('Write c')
  const [signed] = (await made.must('gate', gates[0].id)).gates[0].reviews
  expect(signed).toMatchObject({ answer: 'approve', reasons: ['looked at it'] })
  expect(signed.by).not.toBe('')
  expect(signed.at).toBeGreaterThanOrEqual(began)
  expect(made.log().filter((line) => line.startsWith('start c'))).toEqual(['start c 1'])
})

it('FR-006 a rejection needs a reason, an answer must be one of the options, and an answered gate stays answered', async () => {
  const made = await play(stage(), { steps: reviewed })
  await made.baton('run', 'wf.yaml')
  const [gate] = (await made.must('gate')).gates
  expect(await made.baton('gate', gate.id, 'reject')).toMatchObject({
    code: 2,
    err: expect.stringContaining('--reason'),
  })
  expect(await made.baton('gate', gate.id, 'perhaps')).toMatchObject({ code: 2 })
  expect(await made.baton('gate', 'gate-999', 'approve')).toMatchObject({ code: 5 })
  await made.must('gate', gate.id, 'approve')
  expect(await made.baton('gate', gate.id, 'reject', '--reason', 'no')).toMatchObject({ code: 6 })
})

it('FR-021 and scenario 6: a rejection sends the work back to a named earlier step, entry is checked again, and each rework is counted', async () => {
  const made = await play(stage(), { steps: reviewed, keys: { a: tells, c: tells } })
  await made.baton('run', 'wf.yaml')
  const [gate] = (await made.must('gate')).gates
  await made.must('gate', gate.id, 'reject', '--reason', 'the design is wrong', '--reentry', 'a')
  expect(await made.status('wf/a')).toMatchObject({ status: 'ready', reworks: 1 })
  expect(await made.status('wf/c')).toMatchObject({ status: 'waiting', reworks: 1 })
  expect((await made.baton('why', 'wf/c')).out).toContain('a')
  expect((await made.baton('run', 'wf.yaml')).code).toBe(4)
  expect(made.log().slice(-4)).toEqual(['start a 2', 'end a 2', 'start c 2', 'end c 2'])
  const reworked = await made.facts('step.reworked')
  expect(reworked.map((one) => one.data)).toMatchObject([
    { step: 'wf/a', why: 'the design is wrong' },
    { step: 'wf/c', why: 'the design is wrong', after: 'wf/a' },
  ])
  const [again] = (await made.must('gate')).gates
  expect(again.id).not.toBe(gate.id)
  await made.must('gate', again.id, 'approve')
  await made.must('run', 'wf.yaml')
  expect(made.at('baton/wf', 'out/a.txt')).toContain('try 2')
  expect((await made.must('gate', gate.id)).gates[0].reviews).toMatchObject([{ answer: 'reject', reentry: 'a' }])
})

it('FR-021 whoever does the work again is told why it was sent back', async () => {
  const made = await play(stage(), { steps: [{ key: 'c', order: 1, gate: 'review' }], keys: { c: tells } })
  await made.baton('run', 'wf.yaml')
  const [gate] = (await made.must('gate')).gates
  await made.must('gate', gate.id, 'reject', '--reason', 'name the colours')
  await made.baton('run', 'wf.yaml')
  const [again] = (await made.must('gate')).gates
  await made.must('gate', again.id, 'approve')
  await made.must('run', 'wf.yaml')
  expect(made.at('baton/wf', 'out/c.txt')).toContain('name the colours')
  expect((await made.status('wf/c')).tried).toMatchObject([
    { number: 1, outcome: 'rejected', why: 'name the colours' },
    { number: 2, outcome: 'succeeded' },
  ])
})

it('FR-021 re-entry at a step that does not exist, or is not an earlier one, is refused and changes nothing', async () => {
  const made = await play(stage(), { steps: [...reviewed, { key: 'd', order: 4 }] })
  await made.baton('run', 'wf.yaml')
  const [gate] = (await made.must('gate')).gates
  const reject = (step: string) => made.baton('gate', gate.id, 'reject', '--reason', 'no', '--reentry', step)
  expect((await reject('nowhere')).code).toBe(5)
  expect((await reject('d')).code).toBe(2)
  expect((await made.must('gate')).gates).toMatchObject([{ id: gate.id, phase: 'open' }])
})
