// Ctrl-C in a real process: once lets what runs end and starts nothing more, twice ends it now.
import { execFileSync, spawn } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { play, workflow } from './plans.ts'
import { type Stage, stage } from './stage.ts'
import { until } from './until.ts'

/** Resolves when the last process that holds `alive` open has gone. */
function gone(made: Stage): Promise<unknown> {
  execFileSync('mkfifo', [join(made.out, 'alive')])
  const watcher = spawn('cat', [join(made.out, 'alive')], { stdio: 'ignore' })
  return new Promise((resolve) => watcher.on('close', resolve))
}

it('Ctrl-C once drains: the running agent ends, nothing new starts, the work lands, exit code 7', async () => {
  const made = await play(stage(), { keys: { a: 'wait_for go; write a' } })
  const running = made.start('run', 'wf.yaml')
  await made.logged('start a 1')
  running.interrupt()
  await until('the hint', () => running.said().includes('Ctrl-C again'))
  made.say('go')
  expect((await running.ended).code).toBe(7)
  expect(made.log()).toEqual(['start a 1', 'end a 1'])
  expect(made.at('baton/wf', 'out/a.txt')).toBe('a')
  expect((await made.baton('run', 'wf.yaml')).code).toBe(0)
  expect(made.log()).toHaveLength(8)
})

it('Ctrl-C twice stops: the agent and its children are gone within 5 s, and the next run does the step', async () => {
  const made = await play(stage(), {
    keys: {
      a: 'if [ "$TRY" = 1 ]; then exec 9> "$OUT/alive"; trap "" INT TERM; (setsid sleep 600 &); log holding; sleep 600; fi; write a',
    },
  })
  const over = gone(made)
  const running = made.start('run', 'wf.yaml')
  await made.logged('holding')
  running.interrupt()
  await until('the hint', () => running.said().includes('Ctrl-C again'))
  const began = performance.now()
  running.interrupt()
  await over
  expect(performance.now() - began).toBeLessThan(5000)
  expect((await running.ended).code).toBe(7)
  expect((await made.status('wf/a')).status).toBe('ready')
  expect((await made.baton('run', 'wf.yaml')).code).toBe(0)
  expect((await made.status('wf/a')).tried).toMatchObject([
    { outcome: 'stopped (cancelled)' },
    { outcome: 'succeeded' },
  ])
})

it('a terminal that only watches leaves the work to the process that does it', async () => {
  const made = await play(stage(), { keys: { a: 'wait_for go; write a' } })
  const works = made.start('run', 'wf.yaml')
  await made.logged('start a 1')
  const follows = made.go('log', 'wf/a', '--follow')
  await until('the log to be followed', async () => (await made.status('wf')).counts.running === 1)
  follows.interrupt()
  await follows.ended
  made.say('go')
  expect((await works.ended).code).toBe(0)
})

it('waits for a process that is leaving and lets agents end first, then takes the work up itself', {
  timeout: 60_000,
}, async () => {
  const other = workflow('other', [
    { key: 'slow', order: 1 },
    { key: 'after', order: 2 },
  ])
  const made = await play(stage(), {
    steps: [{ key: 'quick', order: 1 }],
    keys: { quick: 'wait_for go; write quick', slow: 'wait_for leave; sleep 12; write slow' },
    files: { 'other.yaml': other },
  })
  const leaving = made.start('run', 'wf.yaml')
  await made.logged('start quick 1')
  const joined = made.start('run', 'other.yaml')
  await made.logged('start slow 1')
  leaving.interrupt()
  await until('the hint', () => leaving.said().includes('Ctrl-C again'))
  made.say('leave')
  made.say('go')
  await until('the door to close', () => joined.said().includes('taking its work up here'))
  const late = made.start('run', 'other.yaml')
  const [first, second] = await Promise.all([joined.ended, late.ended])
  expect([first.code, first.err]).toEqual([0, expect.stringContaining('is leaving')])
  expect(second.code).toBe(0)
  expect((await leaving.ended).code).toBe(0)
  expect(made.log().filter((line) => line.startsWith('start'))).toEqual([
    'start quick 1',
    'start slow 1',
    'start after 1',
  ])
})
