// Document 004, before work: what may be the same work is shown, settled with a reason, and never begun unseen.
import { expect, it } from 'vitest'
import { play, type StepText, workflow } from './plans.ts'
import { type Stage, stage } from './stage.ts'

const steps: readonly StepText[] = [
  { key: 'a', order: 1, title: 'Brew black leaves in a warm pot' },
  { key: 'b', order: 2, title: 'Pour milk before sugar, then stir slowly' },
]

async function twice(): Promise<Stage> {
  const made = await play(stage(), { steps })
  made.commit({ 'copy.yaml': workflow('copy', steps) })
  await made.must('plan', 'import', 'wf.yaml')
  await made.must('plan', 'import', 'copy.yaml')
  return made
}
const suspected = async (made: Stage) => (await made.must('duplicates', 'list')).duplicates

it('FR-003: shows what may be the same work, and goes on where nobody can be asked, saying so in the record', async () => {
  const made = await twice()
  const [one] = await suspected(made)
  expect(one).toMatchObject({ item: 'copy', of: 'wf', by: 'baton', why: expect.stringContaining('leaves') })
  const ran = await made.baton('run', 'copy.yaml')
  expect(ran).toMatchObject({ code: 0, err: expect.stringContaining('copy looks like wf') })
  expect((await made.facts('intake.reviewed')).map(({ data }) => data)).toMatchObject([
    { item: 'copy', saw: [one.id], rationale: expect.stringContaining('nobody at the terminal') },
  ])
})

it('FR-003: closes a duplicate with a rationale, refuses without one, and keeps both in the list', async () => {
  const made = await twice()
  const [{ id }] = await suspected(made)
  expect(await made.baton('duplicates', 'close', id)).toMatchObject({ code: 2, err: expect.stringContaining('--why') })
  await made.must('duplicates', 'close', id, '--why', 'wf has it')
  expect(await suspected(made)).toEqual([])
  expect(await made.baton('run', 'copy.yaml')).toMatchObject({
    code: 6,
    err: expect.stringContaining('a duplicate of wf'),
  })
  expect((await made.must('duplicates', 'list', '--all')).duplicates).toMatchObject([
    { settled: { verdict: 'closed', into: 'wf', rationale: 'wf has it' } },
  ])
})

it('FR-003: an overturned suspicion holds nothing up, and is not raised again', async () => {
  const made = await twice()
  const [{ id }] = await suspected(made)
  await made.must('duplicates', 'overturn', id, '--why', 'one is for guests')
  await made.must('plan', 'import', 'copy.yaml')
  expect(await suspected(made)).toEqual([])
  expect((await made.baton('run', 'copy.yaml')).err).not.toContain('looks like')
  expect(await made.facts('gate.opened')).toEqual([])
})

it('FR-011: ownership goes over with its reason, and the plan does not take it back', async () => {
  const made = await twice()
  await made.must('owner', 'wf', 'grace', '--why', 'ada is away')
  await made.must('owner', 'wf/b', 'eve', '--why', 'she has the milk')
  await made.must('plan', 'import', 'wf.yaml')
  expect(await made.status('wf')).toMatchObject({ owner: 'grace' })
  expect(await made.status('wf/b')).toMatchObject({ owner: 'eve' })
  expect(await made.baton('owner', 'wf', 'grace', '--why', 'again')).toMatchObject({ code: 6 })
  expect((await made.facts('ownership.transferred')).map(({ data }) => data)).toMatchObject([
    { item: 'wf', to: 'grace', why: 'ada is away' },
    { step: 'wf/b', to: 'eve', why: 'she has the milk' },
  ])
})
