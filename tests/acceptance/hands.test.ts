// What a person does while work goes on: pause, resume, cancel, retry, skip, follow, look, tidy up.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { play } from './plans.ts'
import { stage } from './stage.ts'
import { until } from './until.ts'

it('pause lets what runs go on and starts nothing more; resume carries on; a question says how', async () => {
  const made = await play(stage(), { keys: { a: 'wait_for go; write a' } })
  const going = made.go('run', 'wf.yaml', '--json')
  await made.logged('start a 1')
  await made.must('pause', 'wf', '--reason', 'lunch')
  expect((await made.baton('why', 'wf/b')).out).toContain('baton resume wf')
  made.say('go')
  const paused = await going.ended
  expect(paused.json.results).toMatchObject([{ outcome: expect.stringMatching(/held|drained/) }])
  expect(paused.code).not.toBe(0)
  expect(made.log()).toEqual(['start a 1', 'end a 1'])
  await made.must('resume', 'wf')
  expect((await made.baton('run', 'wf.yaml')).code).toBe(0)
  expect(made.log()).toHaveLength(8)
  expect((await made.facts('run.paused')).map((one) => one.data)).toMatchObject([{ why: 'lunch' }])
})

it('cancel of one step ends its agent and keeps the others going; retry does it again', async () => {
  const made = await play(stage(), { keys: { b: 'if [ "$TRY" = 1 ]; then wait_for never; fi; write b' } })
  const going = made.go('run', 'wf.yaml', '--json')
  await made.logged('start b 1')
  await made.must('cancel', 'wf/b', '--reason', 'by mistake')
  const stuck = await going.ended
  expect(stuck.code).toBe(8)
  expect(made.log()).toContain('end c 1')
  expect((await made.baton('why', 'wf/b')).out).toContain('It was cancelled: by mistake.')
  expect((await made.baton('why', 'wf/d')).out).toContain('baton retry wf/b')
  await made.must('retry', 'wf/b')
  expect((await made.baton('run', 'wf.yaml')).code).toBe(0)
  expect(made.log()).not.toContain('end b 1')
  expect(made.log()).toContain('end b 2')
})

it('cancel of an item ends its run with 7; nothing is lost, and the next run does the rest', async () => {
  const made = await play(stage(), { keys: { b: 'if [ "$TRY" = 1 ]; then wait_for never; fi; write b' } })
  const going = made.go('run', 'wf.yaml')
  await made.landed('wf/c')
  await made.must('cancel', 'wf')
  expect((await going.ended).code).toBe(7)
  expect(made.at('baton/wf', 'out/c.txt')).toBe('Write c')
  expect((await made.baton('run', 'wf.yaml')).code).toBe(0)
  expect(made.log().filter((line) => line.startsWith('start'))).toHaveLength(5)
})

it('skip counts a step as done without it being done, with the reason in the record', async () => {
  const made = await play(stage())
  await made.must('run', 'wf.yaml', '--include', 'a')
  await made.must('skip', 'wf/b', '--reason', 'done by hand')
  expect((await made.baton('run', 'wf.yaml')).code).toBe(0)
  expect(await made.status('wf/b')).toMatchObject({ status: 'skipped' })
  expect((await made.baton('why', 'wf/b')).out).toContain('done by hand')
  expect(made.log().some((line) => line.includes(' b '))).toBe(false)
})

it('log --follow prints what an agent says while it says it, and ends with the attempt; leaving it stops nothing', async () => {
  const made = await play(stage(), { keys: { a: 'echo first words; wait_for go; echo last words; write a' } })
  const going = made.go('run', 'wf.yaml')
  await made.logged('start a 1')
  const leaves = made.go('log', 'wf/a', '--follow')
  const stays = made.go('log', 'wf/a', '--follow', '--json')
  for (const one of [leaves, stays]) await until('the first words', () => one.said().includes('first words'))
  leaves.interrupt()
  expect((await leaves.ended).code).toBe(7)
  made.say('go')
  const followed = await stays.ended
  expect(followed.code).toBe(0)
  expect(followed.json).toMatchObject({ attempt: 'wf/a/1', from: 'out', text: expect.stringContaining('last words') })
  expect((await going.ended).code).toBe(0)
  expect((await made.baton('log', 'wf/a')).out).toBe('first words\nlast words\n')
})

it('gc removes the folders of what landed, or what was named, and nothing else', async () => {
  const made = await play(stage(), { keys: { b: 'write b; exit 3' }, policy: { more: 'tries: 1\n' } })
  expect((await made.baton('run', 'wf.yaml')).code).toBe(8)
  const list = (await made.must('gc', '--dry-run')).clones
  expect(list).toMatchObject([{ attempt: 'wf/b/1', landed: false }])
  const kept = await made.must('gc')
  expect(kept).toMatchObject({ discarded: [], kept: ['wf/b/1'] })
  expect(readdirSync(join(made.home, 'clones')).length).toBeGreaterThan(0)
  expect((await made.must('show', 'wf/b/1')).patch).toContain('+b')
  expect(await made.must('gc', 'wf/b/1')).toMatchObject({ discarded: ['wf/b/1'] })
  expect((await made.must('gc', '--dry-run')).clones).toEqual([])
  expect((await made.must('show', 'wf/b/1')).patch).toContain('+b')
})

it('status and why answer while another process works, and with no process at all', async () => {
  const made = await play(stage(), { keys: { a: 'wait_for go; write a' } })
  expect((await made.must('status')).items).toEqual([])
  const going = made.start('run', 'wf.yaml')
  await made.logged('start a 1')
  expect((await made.baton('status')).out).toContain('wf')
  expect((await made.status('wf')).counts).toMatchObject({ running: 1, waiting: 3 })
  made.say('go')
  expect((await going.ended).code).toBe(0)
  expect((await made.status('wf')).counts).toEqual({ done: 4 })
  expect(existsSync(join(made.home, 'status.json'))).toBe(true)
})
