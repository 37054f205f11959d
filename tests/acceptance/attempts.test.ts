// What an agent's end is worth: the checks decide, the tree is the result, and every trouble has its own word.
import { execFileSync, spawn } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { play, policy, workflow } from './plans.ts'
import { stage } from './stage.ts'

const one = [{ key: 'a', order: 1 }]

it('a failing check sends its output into the next attempt, which lands', async () => {
  const check =
    'checks:\n  - {name: colour, command: ["sh", "-c", "grep blue out/a.txt || { echo it must be blue; exit 1; }"]}\n'
  const made = await play(stage(), {
    steps: one,
    keys: { a: 'case "$BATON_FEEDBACK" in *"it must be blue"*) write blue ;; *) write red ;; esac' },
    policy: { checks: check },
  })
  expect((await made.baton('run', 'wf.yaml')).code).toBe(0)
  expect(made.at('baton/wf', 'out/a.txt')).toBe('blue')
  expect((await made.status('wf/a')).tried).toHaveLength(2)
  const first = await made.must('show', 'wf/a/1')
  expect(first.verdicts).toMatchObject([
    { check: 'colour', passed: false, evidence: expect.stringContaining('it must be blue') },
  ])
  expect(first.patch).toContain('+red')
  const shown = await made.baton('show', 'wf/a')
  for (const words of ['landed as', 'check colour passed', '+blue']) expect(shown.out).toContain(words)
})

it('an agent that ends well without a change has not done its step', async () => {
  const made = await play(stage(), { steps: one, keys: { a: 'true' }, policy: { more: 'tries: 1\n' } })
  const done = await made.baton('run', 'wf.yaml', '--json')
  expect(done.code).toBe(8)
  expect((await made.status('wf/a')).tried).toMatchObject([{ outcome: 'failed (no-change)' }])
  expect((await made.baton('why', 'wf/a')).out).toContain('baton skip wf/a')
})

it('without any check the result is not verified: a person is asked', async () => {
  const made = await play(stage(), { steps: one, policy: { checks: '' } })
  expect((await made.baton('run', 'wf.yaml')).code).toBe(4)
  const [gate] = (await made.must('gate')).gates
  expect(gate).toMatchObject({ kind: 'check', asks: expect.stringContaining('nothing checked a') })
  await made.must('gate', gate.id, 'approve')
  expect((await made.baton('run', 'wf.yaml')).code).toBe(0)
})

it('a protected path that the agent changed is a question before it lands', async () => {
  const made = await play(stage(), {
    steps: one,
    keys: { a: 'write red; printf "exit 0\\n" > checks/colour.sh' },
    files: { 'checks/colour.sh': 'grep red out/a.txt\n' },
    policy: {
      checks: 'checks:\n  - {name: colour, command: ["sh", "checks/colour.sh"]}\n',
      more: 'protect: ["checks/**"]\n',
    },
  })
  expect((await made.baton('run', 'wf.yaml')).code).toBe(4)
  const [gate] = (await made.must('gate')).gates
  expect(gate.asks).toContain('changed protected paths: checks/colour.sh')
  expect((await made.baton('show', 'wf/a')).out).toContain('changed protected paths')
  await made.must('gate', gate.id, 'reject', '--reason', 'leave the check alone')
})

it('a time-out ends the whole tree of the agent, and says how to give it more time', async () => {
  const made = await play(stage(), {
    steps: one,
    keys: { a: 'exec 9> "$OUT/alive"; (trap "" TERM INT HUP; setsid sleep 600 & sleep 600) & sleep 600' },
    policy: { timeout: '1s', more: 'tries: 1\n' },
  })
  execFileSync('mkfifo', [join(made.out, 'alive')])
  const watcher = spawn('cat', [join(made.out, 'alive')], { stdio: 'ignore' })
  const gone = new Promise((resolve) => watcher.on('close', resolve))
  expect((await made.baton('run', 'wf.yaml')).code).toBe(8)
  await gone
  const [tried] = (await made.status('wf/a')).tried
  expect(tried).toMatchObject({ outcome: 'failed (timeout)', why: expect.stringContaining('baton.yaml') })
})

it('a program that does not exist is named with what to do', async () => {
  const made = stage()
  made.commit({
    'wf.yaml': workflow('wf', one),
    'baton.yaml': 'agents:\n  shell: {command: ["no-such-agent-4711"]}\ntries: 1\n',
  })
  await made.ready()
  expect((await made.baton('run', 'wf.yaml')).code).toBe(8)
  const why = (await made.baton('why', 'wf/a')).out
  expect(why).toContain('no-such-agent-4711')
  expect(why).toMatch(/install|PATH/i)
})

it('an agent that fails is tried again, a stronger one can be named for a retry, and what it said is kept', async () => {
  const made = stage()
  made.commit({
    'wf.yaml': workflow('wf', one),
    'baton.yaml': `${policy({ agent: 'weak.sh', more: 'tries: 1\ndefault-agent: shell\n' }).replace('agents:\n', 'agents:\n  strong: {command: ["sh", "strong.sh"]}\n')}`,
    'weak.sh': 'echo I cannot do this; exit 3\n',
    'strong.sh': 'mkdir -p out; echo done > out/a.txt; echo I can\n',
  })
  await made.ready()
  expect((await made.baton('run', 'wf.yaml')).code).toBe(8)
  expect((await made.baton('log', 'wf/a')).out).toContain('I cannot do this')
  expect((await made.baton('retry', 'wf/a', '--agent', 'nobody')).code).toBe(5)
  await made.must('retry', 'wf/a', '--agent', 'strong')
  expect((await made.baton('run', 'wf.yaml')).code).toBe(0)
  expect((await made.status('wf/a')).tried).toMatchObject([
    { agent: 'shell' },
    { agent: 'strong', outcome: 'succeeded' },
  ])
  expect((await made.baton('log', 'wf/a/1')).out).toContain('I cannot do this')
})
