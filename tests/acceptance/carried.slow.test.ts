// Document 004, FR-016 and FR-025 as work goes on: a version is taken back with items in flight, and each kind of trouble names its way out.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { play, policy, type StepText, workflow } from './plans.ts'
import { built, type Ended, type Json } from './stage.ts'

const agreed = ['--why', 'agreed', '--impact', 'one more step']
const first: readonly StepText[] = [
  { key: 'a', order: 1 },
  { key: 'b', order: 2 },
]
const second: readonly StepText[] = [
  { key: 'a', order: 1 },
  { key: 'taste', order: 2 },
  { key: 'c', order: 3 },
]

it('FR-016 a version is taken back with an item in flight: the item is named, stays as it is, and goes back by a mapping', async () => {
  const made = await play(built(), { steps: first })
  await made.must('workflow', 'publish', 'wf.yaml', ...agreed)
  await made.must('run', 'wf.yaml', '--include', 'a')
  made.commit({ 'wf.yaml': workflow('wf', second).replace('"1.0"', '"2.0"') })
  await made.must('workflow', 'publish', 'wf.yaml', ...agreed)
  await made.must('workflow', 'migrate', 'wf', '--to', 'wf@2.0', '--map', 'b=c', '--why', 'we taste')
  const back = await made.baton('workflow', 'rollback', 'wf', ...agreed)
  expect(back.out).toMatch(
    /wf@1\.0 holds again\n {2}wf is open under wf@2\.0 .*\n.*baton workflow migrate wf --to wf@1\.0/,
  )
  expect(await made.status('wf')).toMatchObject({ workflow: 'wf@2.0' })
  const attempts = (await made.facts('attempt.started')).length
  await made.must('workflow', 'migrate', 'wf', '--to', 'wf@1.0', '--map', 'taste=', 'c=b', '--why', 'we do not')
  made.commit({ 'wf.yaml': workflow('wf', first) })
  expect((await made.must('run', 'wf.yaml')).results).toMatchObject([{ outcome: 'complete', counts: { done: 2 } }])
  expect(made.log().filter((line) => line.startsWith('start'))).toEqual(['start a 1', 'start b 1'])
  expect((await made.facts('attempt.started')).length).toBe(attempts + 1)
  const kinds = (await made.must('workflow', 'changes', 'wf')).changes.map(({ kind, to }: Json) => [kind, to])
  expect(kinds.slice(2)).toEqual([
    ['migrated', 'wf@2.0'],
    ['rolled-back', 'wf@1.0'],
    ['migrated', 'wf@1.0'],
  ])
})

it('FR-010 unchanged inputs, done again by name: what stands is checked again and stays done, with no commit and no move of any ref', async () => {
  const made = await play(built(), { steps: first })
  await made.must('run', 'wf.yaml')
  const heads = () => made.git('for-each-ref', '--format=%(refname) %(objectname)', 'refs/heads', 'refs/baton/attempts')
  const [before, head] = [heads(), (await made.facts()).length]
  const again = await made.must('run', 'wf.yaml', '--include', 'a', '--force')
  expect(again.results).toMatchObject([{ outcome: 'complete', counts: { done: 2 } }])
  expect(heads()).toBe(before)
  expect((await made.status('wf/a')).tried.map(({ outcome }: Json) => outcome)).toEqual(['succeeded', 'succeeded'])
  const types = (await made.facts()).slice(head).flatMap(({ type, stream }) => (stream === 'wf' ? [type] : []))
  for (const type of ['attempt.checked', 'landing.done']) expect(types.filter((one) => one === type)).toEqual([type])
  for (const type of ['landing.ordered', 'gate.opened', 'attempt.late']) expect(types).not.toContain(type)
  expect((await made.must('integrate', 'wf', '--approve', 'read it')).integrated).toBe(true)
  expect((await made.must('handoff', 'verify')).whole).toBe(true)
})

function refused(done: Ended, code: number, why: RegExp, remedy: RegExp): void {
  expect(done.err).toMatch(/^baton: .+\n {2}→ .+\n$/)
  expect([done.code, done.err]).toEqual([code, expect.stringMatching(why)])
  expect(done.err.split('→')[1]).toMatch(remedy)
}

it('FR-025 the record at rest: each trouble is refused with what, why and a way out, and leaves everything as it was', async () => {
  const made = await play(built(), { steps: first })
  await made.must('run', 'wf.yaml')
  const refs = () => made.git('for-each-ref', '--format=%(refname) %(objectname)')
  const said = async () => (await made.facts()).flatMap(({ type, stream }) => (stream === 'house' ? [] : [type]))
  const before = [refs(), await said()]
  const hash = '0'.repeat(64)
  for (const [words, code, why, remedy] of [
    [['integrate', 'wf', '--approve'], 2, /--approve/, /./],
    [['revert', 'wf', '--why', 'x'], 6, /not integrated yet/, /--force/],
    [['revert', 'nothing', '--why', 'x'], 5, /nothing, open or over, has this name/, /baton status/],
    [['owner', 'wf/zz', 'ada', '--why', 'x'], 5, /zz/, /baton/],
    [
      ['duplicates', 'merge', 'duplicate-99', '--why', 'x'],
      5,
      /nothing of this name is suspected/,
      /baton duplicates list/,
    ],
    [['workflow', 'migrate', 'wf', '--to', 'wf@9', '--why', 'x'], 5, /wf@9 is not published/, /baton workflow publish/],
    [['workflow', 'rollback', 'wf', ...agreed], 5, /nobody has published it/, /baton workflow list/],
    [['handoff', 'show', 'wf/zz/1'], 5, /zz/, /baton/],
    [['unblock', 'blocker-99'], 5, /blocker-99/, /baton/],
    [['metrics', '--by', 'weather'], 2, /weather/, /owner/],
    [['export', '--format', 'xls'], 2, /xls.*csv/, /one of these/],
    [['trust', '--digest', hash], 6, /changed since it was shown/, /baton trust/],
  ] as const) {
    const done = await made.baton(...words)
    refused(done, code, why, remedy)
  }
  expect([refs(), await said()]).toEqual(before)
})

it('FR-025 policy conflict: what a changed configuration would allow holds only once it is trusted, and the work waits', async () => {
  const made = await play(built(), { steps: first })
  await made.must('run', 'wf.yaml', '--include', 'a')
  made.commit({ 'baton.yaml': policy({ more: 'tries: 9\nintake: auto\n' }) })
  refused(await made.baton('run', 'wf.yaml'), 4, /changed since it was trusted/, /baton trust/)
  expect(made.log()).not.toContain('start b 1')
  const { digest } = await made.must('trust', '--show')
  await made.must('trust', '--digest', digest, '--why', 'nine tries')
  expect((await made.must('run', 'wf.yaml')).exit).toBe(0)
})

it('FR-025 artifact write failure: a report, an export and a backup that cannot be written say where, and overwrite nothing', async () => {
  const made = await play(built(), { steps: first })
  await made.must('run', 'wf.yaml')
  const there = join(made.out, 'there')
  writeFileSync(there, 'mine\n')
  for (const words of [
    ['report', 'wf', '--out', there],
    ['export', '--out', there],
    ['audit', 'export', 'wf', '--out', there],
    ['backup', there],
    ['report', 'wf', '--out', join(there, 'page.html')],
    ['export', '--out', join(there, 'all.json')],
  ]) {
    const done = await made.baton(...words)
    expect([words, done.code]).toEqual([words, 6])
    expect(done.err).toContain(there)
  }
  expect(readFileSync(there, 'utf8')).toBe('mine\n')
  expect((await made.must('audit', 'verify')).whole).toBe(true)
})
