// What a lead does while work goes on: hands it over, takes up what is stuck, and sees who has what, since when and why.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { play, type StepText } from './plans.ts'
import { built, type Json } from './stage.ts'

const steps: readonly StepText[] = [
  { key: 'a', order: 1 },
  { key: 'b', order: 2 },
]

it('FR-011 who is responsible is shown, and handed over with a reason and a time, for an item and for one step of it', async () => {
  const made = await play(built(), { steps })
  await made.must('plan', 'import', 'wf.yaml')
  expect(await made.status('wf/a')).toMatchObject({ owner: '' })
  expect(await made.baton('owner', 'wf', 'grace')).toMatchObject({ code: 2, err: expect.stringContaining('--why') })
  expect((await made.baton('owner', 'nothing', 'grace', '--why', 'x')).code).toBe(5)
  const began = Date.now()
  await made.must('owner', 'wf', 'grace', '--why', 'ada is away until May')
  await made.must('owner', 'wf/b', 'eve', '--why', 'she has the milk')
  for (const who of [/owner: grace/, /^(?!.*eve)/]) expect((await made.baton('status', 'wf')).out).toMatch(who)
  expect(await made.status('wf/a')).toMatchObject({ owner: 'grace' })
  expect((await made.baton('status', 'wf/b')).out).toContain('owner: eve')
  await made.must('owner', 'wf', 'ada', '--why', 'she is back')
  expect(await made.status('wf/a')).toMatchObject({ owner: 'ada' })
  expect(await made.status('wf/b')).toMatchObject({ owner: 'eve' })
  const facts = await made.facts('ownership.transferred')
  expect(facts.map(({ data }) => data)).toMatchObject([
    { item: 'wf', from: '', to: 'grace', why: 'ada is away until May' },
    { step: 'wf/b', to: 'eve', why: 'she has the milk' },
    { item: 'wf', from: 'grace', to: 'ada', why: 'she is back' },
  ])
  for (const { at, by } of facts) expect([at >= began, by === '']).toEqual([true, false])
  const page = join(made.out, 'wf.html')
  await made.must('report', 'wf', '--out', page)
  const said = readFileSync(page, 'utf8')
  for (const words of ['grace', 'ada is away until May', 'she has the milk']) expect(said).toContain(words)
})

it('FR-011 ownership outlives the work: it is kept when the plan is read again, when the item is over, and when it is opened anew', async () => {
  const made = await play(built(), { steps, policy: { checks: 'checks:\n  - {name: fine, command: ["true"]}\n' } })
  await made.must('plan', 'import', 'wf.yaml')
  await made.must('owner', 'wf', 'grace', '--why', 'ada is away')
  await made.must('run', 'wf.yaml')
  expect(await made.status('wf')).toMatchObject({ owner: 'grace' })
  await made.must('integrate', 'wf', '--approve', 'read it')
  expect((await made.baton('owner', 'wf', 'eve', '--why', 'late')).code).toBe(5)
  await made.must('revert', 'wf', '--why', 'the tea is cold')
  await made.must('run', 'wf.yaml')
  expect(await made.status('wf')).toMatchObject({ owner: 'grace' })
})

it('FR-020 nothing is escalated by itself: what is stuck says so, names who can go on, and waits for a person to say how', async () => {
  const made = await play(built(), {
    steps,
    keys: { a: 'if [ -e "$OUT/mended" ]; then write a; else exit 3; fi' },
    policy: { more: 'tries: 1\n' },
  })
  const stuck = await made.baton('run', 'wf.yaml', '--json')
  expect([stuck.code, stuck.json.results]).toMatchObject([8, [{ outcome: 'stuck', counts: { failed: 1 } }]])
  const head = (await made.facts()).length
  const why = (await made.baton('why', 'wf/a')).out
  for (const words of ['baton retry wf/a', 'baton skip wf/a']) expect(why).toContain(words)
  expect((await made.baton('why', 'wf/b')).out).toContain('a (failed)')
  expect((await made.facts()).length).toBe(head)
  const { blocker } = await made.must(
    'block',
    'wf/a',
    '--kind',
    'decision',
    '--owner',
    'grace',
    '--notes',
    'which tea?',
  )
  await made.must('retry', 'wf/a', '--reason', 'grace decides first')
  const held = await made.baton('run', 'wf.yaml', '--json')
  expect([held.code, held.json.results]).toMatchObject([4, [{ outcome: 'held' }]])
  expect((await made.baton('why', 'wf/a')).out).toContain(`grace: baton unblock ${blocker}`)
  made.say('mended')
  await made.must('unblock', blocker, '--notes', 'black tea')
  expect((await made.must('run', 'wf.yaml')).results).toMatchObject([{ outcome: 'complete' }])
  const tried = (await made.status('wf/a')).tried.map((one: Json) => one.outcome)
  expect(tried).toEqual(['failed (crashed)', 'succeeded'])
})
