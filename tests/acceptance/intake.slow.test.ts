// Document 004, scenario 5: before any worker runs, a person looks at what may be the same work, and says what becomes of it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { play, type StepText, workflow } from './plans.ts'
import { built, type Json, type Stage } from './stage.ts'
import { until } from './until.ts'

const steps: readonly StepText[] = [
  { key: 'a', order: 1, title: 'Brew black leaves in a warm pot' },
  { key: 'b', order: 2, title: 'Pour milk before sugar, then stir slowly' },
]
const other: readonly StepText[] = [{ key: 'z', order: 1, title: 'Polish the silver spoons' }]

/** `wf` and two copies of it are read, and nothing is done. */
async function copies(): Promise<Stage> {
  const made = await play(built(), { steps })
  made.commit({ 'copy.yaml': workflow('copy', steps), 'spoons.yaml': workflow('spoons', other) })
  for (const plan of ['wf.yaml', 'copy.yaml', 'spoons.yaml']) await made.must('plan', 'import', plan)
  return made
}
const suspected = async (made: Stage): Promise<Json[]> => (await made.must('duplicates', 'list')).duplicates
const settled = async (made: Stage) =>
  (await made.facts('duplicate.settled')).map(({ data, by, at }) => ({ ...(data as object), by, at }))

it('scenario 5 and FR-003: a duplicate is merged before work, with its rationale; the one that goes on is done once', async () => {
  const made = await copies()
  const [{ id }] = await suspected(made)
  expect(await made.baton('duplicates', 'merge', id)).toMatchObject({ code: 2, err: expect.stringContaining('--why') })
  const began = Date.now()
  await made.must('duplicates', 'merge', id, '--into', 'copy', '--why', 'copy has the better words')
  const [said] = await settled(made)
  expect(said).toMatchObject({ verdict: 'merged', into: 'copy', rationale: 'copy has the better words' })
  expect([said?.by === '', (said?.at ?? 0) >= began - 1000]).toEqual([false, true])
  expect(await made.baton('run', 'wf.yaml')).toMatchObject({
    code: 6,
    err: expect.stringContaining('merged into copy'),
  })
  const ran = await made.baton('run', 'copy.yaml')
  expect([ran.code, ran.err]).toEqual([0, ''])
  expect(made.log().filter((line) => line.startsWith('start'))).toEqual(['start a 1', 'start b 1'])
  expect(await made.baton('duplicates', 'overturn', id, '--why', 'no')).toMatchObject({ code: 6 })
})

it('scenario 5 and FR-003: linked items both go on and name each other, and a person may suspect what words do not show', async () => {
  const made = await copies()
  const [{ id }] = await suspected(made)
  await made.must('duplicates', 'link', id, '--why', 'two rooms, one kitchen')
  expect(await made.status('copy')).toMatchObject({ links: ['wf'] })
  expect((await made.baton('status', 'wf')).out).toContain('belongs with: copy')
  const { duplicate } = await made.must('duplicates', 'suspect', 'spoons', 'wf', '--why', 'both are about tea time')
  expect(await suspected(made)).toMatchObject([{ id: duplicate, item: 'spoons', of: 'wf', likeness: 1 }])
  for (const plan of ['wf.yaml', 'copy.yaml']) expect((await made.must('run', plan)).exit).toBe(0)
  expect((await made.baton('run', 'spoons.yaml')).err).toContain('both are about tea time')
  expect((await made.facts('duplicate.suspected')).map(({ data }) => data)).toMatchObject([
    { item: 'copy', by: 'baton' },
    { item: 'spoons', by: expect.stringMatching(/^(?!baton$)./) },
  ])
})

it('edge case, a suspicion is overturned: by another person than raised it, with the rationale kept, and the work goes on', async () => {
  const made = await copies()
  const { duplicate } = await made.must('duplicates', 'suspect', 'spoons', 'wf', '--why', 'both are about tea time')
  await made.must('duplicates', 'overturn', duplicate, '--why', 'spoons are no tea')
  const { duplicates } = await made.must('duplicates', 'list', '--all')
  expect(duplicates.find((one: Json) => one.id === duplicate)).toMatchObject({
    why: 'both are about tea time',
    settled: { verdict: 'overturned', rationale: 'spoons are no tea' },
  })
  const ran = await made.baton('run', 'spoons.yaml')
  expect([ran.code, ran.err]).toEqual([0, ''])
  expect((await made.must('audit', 'verify')).whole).toBe(true)
})

it('FR-003 over HTTP: nothing starts until somebody looked, and whoever may approve gives the review with the start', async () => {
  const made = await copies()
  const running = made.start('serve', '--port', '0', '--json')
  const said = await until('the server', () => /^\{.*\}$/m.exec(running.said())?.[0])
  const [url] = JSON.parse(said).urls as string[]
  const key = readFileSync(join(made.home, 'token'), 'utf8').trim()
  const ask = async (method: string, params: unknown): Promise<Json> => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
    const answer = await fetch(`${url}/api/${method}`, { method: 'POST', headers, body: JSON.stringify(params) })
    return { status: answer.status, ...((await answer.json()) as object) }
  }
  const asked = await ask('run/start', { plan: 'copy.yaml' })
  const [{ id }] = await suspected(made)
  expect(asked.runs).toMatchObject([{ item: 'copy', review: { suspects: [id], asks: expect.stringContaining('wf') } }])
  expect((await ask('status/item', { item: 'copy' })).gates).toMatchObject([{ kind: 'intake' }])
  expect((await made.baton('why', 'copy/a')).out).toContain('looks like wf')
  expect(await made.facts('attempt.started')).toEqual([])
  const unseen = await ask('run/start', { plan: 'wf.yaml', reviewed: 'looked', saw: [] })
  expect(unseen.runs).toMatchObject([{ item: 'wf', review: { suspects: [id] } }])
  const given = await ask('run/start', { plan: 'copy.yaml', reviewed: 'the second kitchen needs its own', saw: [id] })
  expect(given.runs[0].review).toBeUndefined()
  await until('the copy to be done', async () => (await ask('run/wait', { item: 'copy' })).over)
  const reviews = (await made.facts('intake.reviewed')).map(({ data }) => data)
  expect(reviews).toMatchObject([{ item: 'copy', rationale: 'the second kitchen needs its own', saw: [id] }])
  expect(made.log().filter((line) => line.startsWith('start'))).toEqual(['start a 1', 'start b 1'])
  running.interrupt()
  await running.ended
})
