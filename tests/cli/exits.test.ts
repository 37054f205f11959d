// Exit codes, refusals in the words of the command, and names that are refused, resolved or guessed.
import { expect, it } from 'vitest'
import { exitOf } from '../../src/cli/exit.ts'
import { refusalKinds } from '../../src/core/refusals.ts'
import { baton, busyHouse } from './testing.ts'

it('has one exit code for each kind of refusal', () => {
  expect(refusalKinds.map(exitOf)).toEqual([2, 3, 4, 5, 6, 7, 8, 6, 9])
})

it.each([
  [['nonsense'], 2, 'baton --help'],
  [['stats'], 2, 'did you mean baton status'],
  [['run'], 2, 'baton run <plan>'],
  [['run', '--nonsense'], 2, 'no option --nonsense'],
  [['run', 'x', '--parallel', 'many'], 2, '--parallel many'],
  [['why', 'T001', '--at', '-1'], 2, '--at'],
  [['why', '--', '-rf'], 2, 'begins with "-"'],
  [['why', 'T001\u001b[2J'], 2, 'control characters'],
  [['why', 'T0O1'], 5, 'did you mean'],
  [['why', 'T001', '--at', '9999'], 5, 'the record ends at'],
  [['gate', '99', 'approve'], 5, 'gate 99'],
  [['pause', '002'], 5, 'item 002'],
  [['retry', 'T001'], 6, 'it is running'],
  [['block', 'T001'], 2, '--notes'],
  [['block', 'T001', '--notes', '--json'], 2, '--notes needs a value'],
] as const)('baton %j ends with %i and says so', async (argv, code, said) => {
  const answer = await baton(argv, busyHouse())
  expect(answer.err + answer.out).toContain(said)
  expect(answer.code).toBe(code)
})

it('gives refusals as JSON, alone on standard output', async () => {
  const { code, out, err } = await baton(['why', 'T999', '--json'], busyHouse())
  expect(code).toBe(5)
  expect(err).toBe('')
  expect(JSON.parse(out)).toEqual({
    error: { kind: 'not-found', what: 'step T999', why: expect.any(String), remedy: expect.any(String) },
  })
})

it('takes short names', async () => {
  const house = busyHouse()
  expect(JSON.parse((await baton(['why', 'T002', '--json'], house)).out).step).toBe('001-photo-albums/T002')
  expect(JSON.parse((await baton(['why', '001/t002', '--json'], house)).out).step).toBe('001-photo-albums/T002')
  expect(JSON.parse((await baton(['status', '001', '--json'], house)).out).id).toBe('001-photo-albums')
  expect(JSON.parse((await baton(['status', 'specs/001', '--json'], house)).out).id).toBe('001-photo-albums')
})

it('records what a person wishes', async () => {
  const house = busyHouse()
  const raised = JSON.parse((await baton(['block', 'T002', '--notes', 'icons', '--json'], house)).out)
  expect(house.state.blockers.get(raised.blocker)?.step).toBe('001-photo-albums/T002')
  expect((await baton(['unblock', raised.blocker], house)).code).toBe(0)
  expect((await baton(['pause', '001'], house)).code).toBe(0)
  expect((await baton(['skip', 'T003', '--reason', 'by hand'], house)).out).toContain('is skipped')
  expect(house.entries.slice(-3).map((one) => one.type)).toEqual(['blocker.cleared', 'run.paused', 'step.skipped'])
})

it('answers for the past', async () => {
  const house = busyHouse()
  const first = house.entries.find((one) => one.type === 'run.started')?.seq ?? 0
  const past = JSON.parse((await baton(['why', 'T001', '--at', String(first), '--json'], house)).out)
  const now = JSON.parse((await baton(['why', 'T001', '--json'], house)).out)
  expect([past.status, now.status]).toEqual(['ready', 'running'])
})
