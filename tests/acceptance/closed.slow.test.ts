// An item that is over: what was done in it is shown by the same commands, by its own names.
import { expect, it } from 'vitest'
import { play } from './plans.ts'
import { type Json, stage } from './stage.ts'

it('attempts of an item that is over, and of one that was opened again, are shown with all that speaks for them', async () => {
  const keys = { b: 'echo "hello from $name"; test "$TRY" = 1 && exit 3; write b' }
  const steps = [
    { key: 'a', order: 1 },
    { key: 'b', order: 2 },
  ]
  const checks = 'checks:\n  - {name: written, command: ["true"], timeout: 60s}\n'
  const made = await play(stage(), { steps, keys, policy: { checks } })
  await made.must('run', 'wf.yaml')
  const open: Json = await made.must('show', 'wf/b')
  expect(open).toMatchObject({ attempt: 'wf/b/2', outcome: { kind: 'succeeded' } })
  await made.must('integrate', 'wf', '--approve', 'read it')

  for (const name of ['wf/b', 'wf/B', 'wf/b/2'])
    expect(await made.must('show', name)).toEqual({ ...open, clone: 'gone' })
  expect(await made.must('show', 'wf/b/1')).toMatchObject({
    outcome: { kind: 'failed', reason: 'crashed' },
    verdicts: [],
  })
  expect((await made.baton('show', 'wf/b')).out).toMatch(/landed as [0-9a-f]{10}[\s\S]+check written passed[\s\S]+\+b/)
  const said = await made.baton('log', 'wf/b/1', '--follow')
  expect([said.code, said.out]).toEqual([0, expect.stringContaining('hello from b 1')])
  expect((await made.must('handoff', 'show', 'wf/b/2')).handoff).toMatchObject({ schemaVersion: '1.0' })

  const never = await made.baton('show', 'wf/b/7')
  expect([never.code, never.err]).toEqual([5, expect.stringMatching(/the record has none.*\n.*baton handoff list wf/)])
  const none = await made.baton('show', 'wf/z')
  expect([none.code, none.err]).toEqual([5, expect.stringMatching(/nothing was tried at it\n.*baton status wf/)])

  await made.must('revert', 'wf', '--why', 'too early')
  await made.must('run', 'wf.yaml')
  const [again, earlier] = [await made.must('show', 'wf/b'), await made.must('show', 'wf/b/2')]
  expect([again.attempt, earlier.landed]).toEqual(['wf/b/3', open.landed])
})
