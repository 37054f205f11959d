// Document 004, claims and recovery: one agent for each step, however many are asked and whoever dies.
import { execFileSync, spawn } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { play } from './plans.ts'
import { stage } from './stage.ts'
import { until } from './until.ts'

const startsOf = (log: readonly string[]): string[] => log.filter((line) => line.startsWith('start ')).sort()

it('FR-027 a claim is held until the attempt ends; a retry is a new attempt, asked for by name, and the old ones stay', async () => {
  const made = await play(stage(), {
    steps: [{ key: 'a', order: 1 }],
    keys: { a: 'if [ -e "$OUT/mended" ]; then write a; else exit 3; fi' },
    policy: { more: 'tries: 2\n' },
  })
  const failed = await made.baton('run', 'wf.yaml', '--json')
  expect(failed.code).toBe(8)
  expect(failed.json.results).toMatchObject([{ outcome: 'stuck', counts: { failed: 1 } }])
  made.say('mended')
  expect((await made.baton('run', 'wf.yaml')).code).toBe(8)
  expect(made.log().filter((line) => line.startsWith('start'))).toHaveLength(2)
  await made.must('retry', 'wf/a', '--reason', 'mended')
  expect((await made.baton('run', 'wf.yaml')).code).toBe(0)
  expect((await made.status('wf/a')).tried).toMatchObject([
    { number: 1, outcome: 'failed (crashed)' },
    { number: 2, outcome: 'failed (crashed)' },
    { number: 3, outcome: 'succeeded' },
  ])
  const granted = (await made.facts('claim.granted')).map((one) => one.seq)
  const released = (await made.facts('claim.released')).map((one) => one.seq)
  for (const [at, seq] of granted.entries()) {
    expect(released[at]).toBeGreaterThan(seq)
    if (at > 0) expect(seq).toBeGreaterThan(released[at - 1] ?? Number.POSITIVE_INFINITY)
  }
})

it('Scenario 4: two baton runs at once on one item and one home: every agent starts once, counted outside', async () => {
  const made = await play(stage(), { keys: { a: 'wait_for go; write a' } })
  const one = made.start('run', 'wf.yaml', '--json')
  const other = made.start('run', 'wf.yaml', '--json')
  await made.logged('start a 1')
  const third = made.start('run', 'wf.yaml', '--json')
  await until('the record to hold a run', async () => (await made.facts('run.started')).length > 0)
  made.say('go')
  const done = await Promise.all([one.ended, other.ended, third.ended])
  for (const { code, out, err } of done) expect(code, out + err).toBe(0)
  expect(startsOf(made.log())).toEqual(['start a 1', 'start b 1', 'start c 1', 'start d 1'])
  const claims = (await made.facts('claim.granted')).map((one) => (one.data as { attempt: string }).attempt)
  expect(claims.toSorted()).toEqual(['wf/a/1', 'wf/b/1', 'wf/c/1', 'wf/d/1'])
})

it('Scenario 8: killed in the middle, the next run restores the state, says what is to be verified again, and ends the work', async () => {
  const made = await play(stage(), {
    keys: { b: 'if [ "$TRY" = 1 ]; then exec 9> "$OUT/alive"; log holding; wait_for never; fi; write b' },
  })
  execFileSync('mkfifo', [join(made.out, 'alive')])
  const watcher = spawn('cat', [join(made.out, 'alive')], { stdio: 'ignore' })
  const gone = new Promise((resolve) => watcher.on('close', resolve))
  const running = made.start('run', 'wf.yaml')
  await made.logged('holding')
  await made.landed('wf/c')
  running.kill('SIGKILL')
  await running.ended
  await gone
  const step = await made.status('wf/b')
  expect(step.status).toBe('running')
  expect(step.remaining).toEqual([
    'out/b.txt is written',
    "its checks pass on the result merged with the item's branch",
    "its result has landed on the item's branch",
  ])
  expect((await made.status('wf/a')).remaining).toEqual([])
  const resumed = await made.baton('run', 'wf.yaml', '--json')
  expect(resumed.code, resumed.out).toBe(0)
  expect(startsOf(made.log())).toEqual(['start a 1', 'start b 1', 'start b 2', 'start c 1', 'start d 1'])
  expect((await made.status('wf/b')).tried).toMatchObject([{ number: 1, outcome: 'lost (lost)' }, { number: 2 }])
  const landed = (await made.facts('landing.done')).map((one) => (one.data as { attempt: string }).attempt)
  expect(landed.toSorted()).toEqual(['wf/a/1', 'wf/b/2', 'wf/c/1', 'wf/d/1'])
  expect((await made.facts('house.opened')).map((one) => (one.data as { epoch: number }).epoch)).toEqual([1, 2])
  expect(await made.must('audit', 'verify')).toMatchObject({ whole: true })
})

it('Scenario 8: killed while a question is open, the question is still open afterwards, and nothing is done twice', async () => {
  const made = await play(stage(), {
    steps: [
      { key: 'a', order: 1, gate: 'review' },
      { key: 'b', order: 2 },
    ],
  })
  const running = made.start('run', 'wf.yaml', '--watch')
  await until('a gate', async () => (await made.must('gate')).gates.length === 1)
  running.kill('SIGKILL')
  await running.ended
  const [gate] = (await made.must('gate')).gates
  await made.must('gate', gate.id, 'approve')
  expect((await made.baton('run', 'wf.yaml')).code).toBe(0)
  expect(startsOf(made.log())).toEqual(['start a 1', 'start b 1'])
})

it('FR-028 what an agent leaves in its own folder is seen by nobody else until it lands', async () => {
  const made = await play(stage(), {
    keys: {
      b: 'write b; log "b sees $(ls out)"; wait_start c; wait_for go',
      c: 'write c; log "c sees $(ls out | tr "\\n" " ")"; wait_for go',
    },
  })
  const going = made.go('run', 'wf.yaml')
  await made.logged(/^c sees/)
  made.say('go')
  expect((await going.ended).code).toBe(0)
  expect(made.log()).toContain('c sees a.txt c.txt ')
})
