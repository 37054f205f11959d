// Steps that are claimed from outside, beside runs and across processes that are killed.
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Json } from './stage.ts'
import { said, tea, types, worktree } from './tea.ts'
import { until } from './until.ts'

it('FR-027 beside a run: nobody else gets what is claimed, it takes no slot, a drain leaves it, a cancel ends it', async () => {
  const made = await tea('desired: 1\n')
  await made.must('plan', 'import', 'specs/001-tea')
  await made.must('claim', 'T001', '--executor', 'shell')
  await made.must('skip', 'T004')
  const run = await made.baton('run', 'specs/001-tea')
  expect([run.code, (await types(made)).includes('run.ended')]).toEqual([4, false])
  const tree = worktree(made, made.git('rev-parse', 'main'))
  expect((await made.must('complete', 'T001', '--commit', tree.commit('work/t1.txt', 'x\n'))).judgement).toBe('landed')
  await made.must('run', 'specs/001-tea')
  const order = (await made.facts('attempt.started')).map(({ data }) => [
    (data as Json).attempt,
    (data as Json).executor,
  ])
  expect(order).toEqual([
    ['001-tea/T001/1', 'outside'],
    ['001-tea/T002/1', 'shell'],
    ['001-tea/T003/1', 'shell'],
  ])
  const other = await tea()
  await other.must('claim', 'specs/001-tea', 'T001')
  const watching = other.start('run', 'specs/001-tea', '--watch')
  await until('the run', async () => (await types(other)).includes('run.started'))
  watching.interrupt()
  expect((await watching.ended).code).toBe(7)
  expect((await other.facts('run.ended')).map(({ data }) => (data as Json).why)).toEqual([
    expect.stringContaining('stays claimed'),
  ])
  expect((await other.must('why', 'T001')).kind).toBe('running')
  await other.must('cancel', '001-tea')
  expect((await other.facts('attempt.ended')).map(({ data }) => (data as Json).outcome.reason)).toEqual(['cancelled'])
  expect((await other.status('001-tea')).counts).toEqual({ ready: 1, waiting: 3 })
}, 120_000)

it('edge case: whoever completes is killed at any moment, houses begin anew, and doing it again gives one end', async () => {
  const made = await tea()
  const { base } = await made.must('claim', 'specs/001-tea', 'T001')
  const commit = worktree(made, base).commit('work/t1.txt', 'SLOW\n')
  const early = made.start('complete', 'T001', '--commit', commit)
  early.kill('SIGKILL')
  await early.ended
  for (const house of ['first', 'second']) {
    const busy = made.start('complete', 'T001', '--commit', commit)
    await until(`the check of the ${house} house`, () => existsSync(join(made.out, 'checking')))
    busy.kill('SIGKILL')
    await busy.ended
    rmSync(join(made.out, 'checking'))
  }
  const last = made.start('complete', 'T001', '--commit', commit, '--json')
  await until('the check', () => existsSync(join(made.out, 'checking')))
  made.say('go')
  expect((await last.ended).json).toMatchObject({ judgement: 'landed' })
  const seen = await types(made)
  for (const once of [
    'claim.granted',
    'attempt.started',
    'attempt.ended',
    'claim.released',
    'landing.ordered',
    'landing.done',
  ])
    expect([once, seen.filter((type) => type === once).length]).toEqual([once, 1])
  expect(seen.filter((type) => type === 'house.opened').length).toBeGreaterThan(2)
  expect(made.git('rev-list', '--count', `${base}..baton/001-tea`)).toBe('1')
  expect((await made.must('complete', 'T001', '--commit', commit)).judgement).toBe('landed')
  expect(said(await made.baton('complete', 'T001', '--commit', base))).toEqual([
    6,
    expect.stringContaining('ended already'),
  ])
}, 120_000)

it('edge case: a claim outlives killed houses, and a step cancelled while its result is checked ends whoever waits with 7', async () => {
  const made = await tea()
  const { base } = await made.must('claim', 'specs/001-tea', 'T001')
  const run = made.start('run', 'specs/001-tea', '--watch')
  await until('the run', async () => (await types(made)).includes('run.started'))
  run.kill('SIGKILL')
  await run.ended
  expect((await made.baton('run', 'specs/001-tea')).code).toBe(4)
  expect((await made.must('why', 'T001')).why).toContain('as 001-tea/T001/1')
  const waits = made.start('complete', 'T001', '--commit', worktree(made, base).commit('work/t1.txt', 'SLOW\n'))
  await until('the check', () => existsSync(join(made.out, 'checking')))
  await made.must('cancel', 'T001', '--reason', 'no tea today')
  made.say('go')
  expect((await waits.ended).code).toBe(7)
}, 120_000)
