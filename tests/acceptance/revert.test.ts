// After integration: taking it back is a decision first, and doing the same again leaves nothing twice.
import { expect, it } from 'vitest'
import { integrated, one, why } from './integrated.ts'
import { play } from './plans.ts'
import { type Stage, stage } from './stage.ts'

const types = async (made: Stage) =>
  (await made.facts()).map(({ type }) => type).filter((type) => /^reversion|^integration|^item\./.test(type))

it('FR-010: revert is a decision with a reason, then one commit that takes back exactly the integration', async () => {
  const made = await integrated()
  const merged = made.git('rev-parse', 'main')
  const other = made.commit({ 'other.txt': 'of somebody else\n' })
  expect((await made.baton('revert', 'wf')).code).toBe(2)
  const done = await made.must('revert', 'wf', '--why', why)
  expect(done).toEqual({ item: 'wf', of: merged, commit: made.git('rev-parse', 'main'), ref: 'refs/heads/main' })
  expect(made.git('log', '-1', '--format=%P', 'main')).toBe(other)
  expect(made.git('diff', '--name-status', other, 'main')).toBe('D\tout/a.txt')
  expect(made.git('log', '-1', '--format=%B', 'main')).toContain(`${why}\n\nBaton-Item: wf\nBaton-Reverts: ${merged}\n`)
  expect(made.git('status', '--porcelain')).toBe('')
  expect((await types(made)).slice(-3)).toEqual(['reversion.decided', 'reversion.ordered', 'integration.reverted'])
  const again = await made.baton('revert', 'wf', '--why', why)
  expect([again.code, again.err]).toEqual([6, expect.stringContaining('taken back already')])
})

it('FR-010 after integration: taken back, the same plan is run again: on another branch, with attempts that nothing else is called', async () => {
  const made = await integrated()
  await made.must('revert', 'wf', '--why', why)
  const before = made.git('rev-parse', 'baton/wf')
  const again = await made.must('run', 'wf.yaml')
  expect(again.runs).toMatchObject([{ item: 'wf', branch: 'baton/wf-2', joined: false }])
  expect(made.git('rev-parse', 'baton/wf')).toBe(before)
  const started = (await made.facts('attempt.started')).map(({ data }) => (data as { attempt: string }).attempt)
  expect(started).toEqual(['wf/a/1', 'wf/a/2'])
  expect((await made.facts('item.reopened'))[0]?.data).toMatchObject({ attempts: 1, why: expect.stringContaining(why) })
  expect(await made.must('status', 'wf/a')).toMatchObject({ tried: [{ id: 'wf/a/2', number: 2 }] })
  expect(await made.must('show', 'wf/a/2')).toMatchObject({ attempt: 'wf/a/2' })
  expect((await made.must('integrate', 'wf', '--approve', 'warm now')).integrated).toBe(true)
  expect(made.at('main', 'out/a.txt')).toBe('Write a')
  expect(await made.must('audit', 'verify')).toMatchObject({ whole: true })
  await made.must('revert', 'wf', '--why', 'cold again')
  expect(made.at('main', 'out/a.txt')).toBeUndefined()
  expect((await made.must('run', 'wf.yaml')).runs).toMatchObject([{ branch: 'baton/wf-3' }])
})

it('FR-010 unchanged inputs: running what is all done starts nothing, and changes no fact, no ref and no commit', async () => {
  const made = await play(stage(), { steps: one, keys: { a: 'write "$TRY"' } })
  await made.must('run', 'wf.yaml')
  const refs = () => made.git('for-each-ref', '--format=%(refname) %(objectname)')
  const of = async () => (await made.facts()).filter(({ stream }) => stream === 'wf')
  const before = [refs(), (await of()).length]
  expect((await made.must('run', 'wf.yaml')).runs).toMatchObject([{ item: 'wf', unchanged: true }])
  const told = await made.baton('run', 'wf.yaml')
  expect([told.code, told.out]).toEqual([0, expect.stringContaining('every step is done: nothing was left to start')])
  expect([refs(), (await of()).length]).toEqual(before)
  expect(made.log().filter((line) => line.startsWith('start'))).toEqual(['start a 1'])
  await made.must('run', 'wf.yaml', '--include', 'a', '--force')
  const began = (await made.facts('attempt.began')).map(({ because }) => because)
  expect(began).toEqual([
    expect.anything(),
    'its inputs are those of wf/a/1, which has landed, but for what has landed since',
  ])
})
