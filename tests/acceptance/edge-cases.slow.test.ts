// Document 004, its edge cases, each by its name: what is shared, equal, missing, changed on the way, or dies.
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { diamond, play, type StepText, workflow } from './plans.ts'
import { built, type Json, type Stage, stage } from './stage.ts'

const decisions = async (made: Stage): Promise<Json[]> => (await made.facts('decision.made')).map(({ data }) => data)
const started = (made: Stage) => made.log().filter((line) => line.startsWith('start'))
const record = 'refs/baton/record'

it('edge case, a constraint that parallel steps share: one runs after the other, the rest beside them, and the decision is recorded', async () => {
  const side = { order: 2, parallel: true }
  const steps: readonly StepText[] = [
    { key: 'a', order: 1 },
    { key: 'p', ...side, locks: ['database'] },
    { key: 'q', ...side, locks: ['database'] },
    { key: 'r', ...side },
    { key: 'z', order: 3 },
  ]
  const made = await play(stage(), { steps, keys: { p: 'wait_start r; wait_for go; write p' } })
  const going = made.go('run', 'wf.yaml')
  await made.logged('start r 1')
  await made.landed('wf/r')
  expect(started(made).toSorted()).toEqual(['start a 1', 'start p 1', 'start r 1'])
  const why = await made.baton('why', 'wf/q')
  expect(why.out).toContain('It shares the lock database with wf/p')
  made.say('go')
  expect((await going.ended).code).toBe(0)
  expect(made.log().indexOf('end p 1')).toBeLessThan(made.log().indexOf('start q 1'))
  const [passed] = (await decisions(made)).filter((one) => one.passedOver.some(({ step }: Json) => step === 'wf/q'))
  expect(passed.passedOver).toContainEqual({ step: 'wf/q', because: 'lock', on: expect.stringContaining('database') })
  expect(passed.launch.map(({ step }: Json) => step)).toContain('wf/p')
})

it('edge case, equal orders: the key decides, letter by letter, and the recorded decision says in which order', async () => {
  const keys = ['b10', 'a', 'B', 'b9', 'Z']
  const made = await play(built(), { steps: keys.map((key) => ({ key, order: 1, parallel: true })) })
  await made.must('run', 'wf.yaml', '--parallel', '8')
  const lexical = ['wf/B', 'wf/Z', 'wf/a', 'wf/b10', 'wf/b9']
  const all = await decisions(made)
  expect(all.flatMap(({ launch }) => launch.map(({ step }: Json) => step))).toEqual(lexical)
  expect(all[0].launch.length).toBeGreaterThan(1)
  expect(all[0].ready).toEqual(lexical.slice(0, all[0].ready.length))
  for (const { because } of all[0].launch) expect(because).toMatch(/./)
  expect(await made.must('audit', 'replay')).toMatchObject({ same: true })
})

it('edge case, an artifact that cannot be read blocks what needs it, costs no try, and names its recovery', async () => {
  const made = await play(built(), { steps: diamond.slice(0, 1).concat({ key: 'b', order: 2, after: ['a'] }) })
  await made.must('run', 'wf.yaml', '--include', 'a')
  const [path = ''] = made.git('ls-tree', '-r', '--name-only', record).split('\n')
  torn(made, path)
  const held = await made.baton('run', 'wf.yaml')
  expect(held.code).toBe(4)
  const [blocker] = (await made.must('unblock')).blockers
  expect(blocker).toMatchObject({ kind: 'handoff', step: 'wf/b' })
  expect((await made.baton('why', 'wf/b')).out).toContain('baton handoff repair wf')
  expect(started(made)).toEqual(['start a 1'])
  const { found } = (await made.baton('handoff', 'verify', 'wf', '--json')).json
  expect(found).toMatchObject([{ standing: 'changed', path }])
  await made.must('handoff', 'repair', 'wf')
  expect(await made.must('handoff', 'verify', 'wf')).toMatchObject({ whole: true })
  expect((await made.must('run', 'wf.yaml')).results).toMatchObject([{ outcome: 'complete' }])
  expect((await made.status('wf/b')).tries).toBe(0)
})

const second: readonly StepText[] = [
  { key: 'a', order: 1 },
  { key: 'taste', order: 2 },
  { key: 'serve', order: 3 },
]

it('edge case and FR-016, a workflow is changed under a live run: an explicit mapping carries the item over, and the run goes on in it', async () => {
  const steps = [
    { key: 'a', order: 1 },
    { key: 'b', order: 2 },
  ]
  const made = await play(built(), { steps, keys: { a: 'wait_for go; write a' } })
  const said = ['--why', 'we taste first', '--impact', 'one more step']
  await made.must('workflow', 'publish', 'wf.yaml', ...said)
  const live = made.start('run', 'wf.yaml', '--watch', '--json')
  await made.logged('start a 1')
  const { blocker } = await made.must(
    'block',
    'wf/b',
    '--kind',
    'external',
    '--owner',
    'cook',
    '--notes',
    'taste first',
  )
  made.commit({ 'wf.yaml': workflow('wf', second).replace('"1.0"', '"2.0"') })
  await made.must('workflow', 'publish', 'wf.yaml', ...said)
  const migrate = ['workflow', 'migrate', 'wf', '--to', 'wf@2.0', '--why', 'agreed']
  const busy = await made.baton(...migrate, '--map', 'a=a', 'b=serve')
  expect([busy.code, busy.err]).toEqual([6, expect.stringContaining('a (running)')])
  made.say('go')
  await made.landed('wf/a')
  const bare = await made.baton(...migrate)
  expect([bare.code, bare.err]).toEqual([2, expect.stringContaining('nothing says what becomes of b')])
  await made.must(...migrate, '--map', 'b=serve')
  await made.landed('wf/taste')
  expect((await made.must('unblock')).blockers).toMatchObject([
    { step: 'wf/serve', notes: expect.stringContaining('taste first') },
  ])
  const [moved] = (await made.must('unblock')).blockers
  expect((await made.baton('why', 'wf/serve')).out).toContain('taste first')
  await made.must('unblock', moved.id ?? blocker, '--notes', 'tasted')
  expect((await live.ended).code).toBe(0)
  expect(started(made)).toEqual(['start a 1', 'start taste 1', 'start serve 1'])
  expect(await made.status('wf')).toMatchObject({ workflow: 'wf@2.0', counts: { done: 3 } })
})

it('edge case, an executor dies: its attempt failed and stays, a new one is queued by itself, and both are in the record', async () => {
  const made = await play(built(), {
    steps: [{ key: 'a', order: 1 }],
    keys: { a: 'if [ "$TRY" = 1 ]; then kill -KILL $$; fi; write "$TRY"' },
    policy: { more: 'tries: 2\n' },
  })
  await made.must('run', 'wf.yaml')
  expect(started(made)).toEqual(['start a 1', 'start a 2'])
  expect((await made.status('wf/a')).tried).toMatchObject([
    { number: 1, outcome: 'failed (crashed)' },
    { number: 2, outcome: 'succeeded' },
  ])
  const [requeued] = (await made.facts('step.requeued')).map(({ data }) => data)
  expect(requeued).toMatchObject({ step: 'wf/a', reason: 'crashed', counted: true })
  const { handoffs } = await made.must('handoff', 'list', 'wf')
  expect(handoffs.map(({ event, attempt }: Json) => [event, attempt])).toEqual([
    ['attempt-failed', 'wf/a/1'],
    ['attempt-completed', 'wf/a/2'],
  ])
})

it('FR-025 artifact write failure: work goes on, what is owed says why it is not written, and is written once it can be', async () => {
  const made = await play(built(), { steps: [{ key: 'a', order: 1 }] })
  const lock = join(made.path, '.git', `${record}.lock`)
  made.git('update-ref', record, 'HEAD')
  made.git('update-ref', '-d', record)
  writeFileSync(lock, '')
  await made.must('run', 'wf.yaml')
  const { owed } = await made.must('handoff', 'list', 'wf')
  expect(owed).toMatchObject([{ event: 'attempt-completed', attempt: 'wf/a/1', why: expect.stringContaining('lock') }])
  rmSync(lock)
  await made.must('run', 'wf.yaml')
  expect(await made.must('handoff', 'verify', 'wf')).toMatchObject({ whole: true, counts: { whole: 1 }, owed: 0 })
})

/** Somebody's half a file, committed on the ref. */
function torn(made: Stage, path: string): void {
  const folder = join(made.out, 'torn')
  made.git('worktree', 'add', '-q', '--detach', folder, record)
  writeFileSync(join(folder, path), '{"torn":')
  made.git('-C', folder, 'commit', '-qam', 'torn')
  made.git('update-ref', record, made.git('-C', folder, 'rev-parse', 'HEAD'))
  made.git('worktree', 'remove', '--force', folder)
}
