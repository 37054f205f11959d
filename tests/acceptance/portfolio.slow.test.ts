// Document 004, the portfolio: measured, narrowed down, given away, and followed from the sums to the bytes of one artifact.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { play, workflow } from './plans.ts'
import { built, type Json, type Stage } from './stage.ts'

/** `wf`, grace's: one step done at the second try, one blocked. `two`: integrated. */
async function portfolio(): Promise<Stage> {
  const steps = [
    { key: 'a', order: 1, gate: 'review' },
    { key: 'b', order: 2 },
  ]
  const made = await play(built(), { steps, keys: { a: 'write "$TRY $BATON_FEEDBACK"' } })
  await made.must('plan', 'import', 'wf.yaml')
  await made.must('owner', 'wf', 'grace', '--why', 'ada is away')
  await made.must('block', 'wf/b', '--kind', 'external', '--owner', 'design', '--notes', 'no icons')
  for (const [answer, reason] of [
    ['reject', 'too short'],
    ['approve', 'long enough'],
  ] as const) {
    await made.baton('run', 'wf.yaml')
    await made.must('gate', (await made.must('gate')).gates[0].id, answer, '--reason', reason)
  }
  await made.baton('run', 'wf.yaml')
  made.commit({ 'two.yaml': workflow('two', [{ key: 'x', order: 1 }]) })
  await made.must('run', 'two.yaml')
  await made.must('integrate', 'two', '--approve', 'fine')
  return made
}

const ids = async (made: Stage, ...filters: readonly string[]): Promise<string[]> => {
  const done = await made.baton('export', '--stdout', ...filters)
  return JSON.parse(done.out).items.map(({ id }: Json) => id)
}
const at = async (made: Stage, type: string, item: string): Promise<number> =>
  (await made.facts(type)).find(({ stream }) => stream === item)?.at ?? 0

it('FR-013, FR-017 and FR-026: lead and cycle time, throughput, work in progress, rework and blocked time, filtered, and led back to their entries', async () => {
  const made = await portfolio()
  const { total, lines } = await made.must('metrics')
  const [two, wf] = ['two', 'wf'].map((id) => lines.find(({ key }: Json) => key === id))
  expect(total).toMatchObject({
    items: 2,
    open: 1,
    inProgress: 1,
    integrated: 1,
    landed: 2,
    reworks: 1,
    reworkRate: 0.5,
  })
  expect(two).toMatchObject({ integrated: 1, landed: 1, reworks: 0, open: 0 })
  const lead = (await at(made, 'integration.done', 'two')) - (await at(made, 'item.opened', 'two'))
  expect(two.lead).toMatchObject({ count: 1, meanMs: lead, maxMs: lead })
  expect(wf).toMatchObject({ open: 1, inProgress: 1, landed: 1, reworks: 1, blockedBy: [{ kind: 'external' }] })
  expect(wf.lead).toBeUndefined()
  const cycle = (await at(made, 'landing.done', 'wf')) - (await at(made, 'attempt.started', 'wf'))
  expect(wf.cycle).toMatchObject({ count: 1, meanMs: cycle })
  expect(wf.blockedMs).toBeGreaterThanOrEqual(cycle)
  const owners = (await made.must('metrics', '--by', 'owner')).lines.map(({ key }: Json) => key)
  expect(owners).toContain('grace')
  const said = (await made.baton('metrics', 'wf')).out
  for (const words of ['external', 'back', 'cycle']) expect(said).toContain(words)

  for (const [filters, found] of [
    [[], ['two', 'wf']],
    [['--owner', 'grace'], ['wf']],
    [['--workflow', 'two'], ['two']],
    [['--workflow', 'wf@1.0'], ['wf']],
    [['--status', 'blocked'], ['wf']],
    [['--status', 'completed'], ['two']],
    [['--owner', 'grace', '--status', 'completed'], []],
    [['--to', '2020-01-01'], []],
    [
      ['--from', '2020-01-01'],
      ['two', 'wf'],
    ],
    [
      ['--workspace', '.'],
      ['two', 'wf'],
    ],
  ] as const)
    expect([filters, (await ids(made, ...filters)).sort()]).toEqual([filters, found])
  expect(await made.baton('export', '--from', 'yesterday')).toMatchObject({
    code: 2,
    err: expect.stringContaining('UTC'),
  })
  const rows = (await made.baton('export', '--format', 'csv', '--owner', 'grace', '--stdout')).out.trim().split(/\r?\n/)
  expect([rows.length, rows[1]?.startsWith('wf,')]).toEqual([2, true])

  const file = join(made.out, 'portfolio.json')
  await made.must('export', '--out', file)
  expect((await made.baton('export', '--out', file)).code).toBe(6)
  const item = JSON.parse(readFileSync(file, 'utf8')).items.find(({ id }: Json) => id === 'wf')
  const given = (await made.baton('audit', 'export', 'wf')).out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const seqs = given.flatMap(({ text }: Json) => (text === undefined ? [] : [JSON.parse(text).seq]))
  expect(seqs).toEqual(item.history.seqs)
  expect(item.attempts.map(({ attempt }: Json) => attempt)).toEqual(['wf/a/1', 'wf/a/2'])
  expect(item.gates.map(({ answer }: Json) => answer)).toEqual(['reject', 'approve'])
  expect(item.artifacts.length).toBeGreaterThanOrEqual(3)
  for (const path of item.artifacts) {
    const handoff = JSON.parse(made.git('show', `refs/baton/record:${path}`))
    expect(handoff).toMatchObject({ workItemId: 'wf', schemaVersion: '1.0' })
    const of = handoff.links.find((link: string) => link.startsWith('baton:journal/'))
    expect(item.history.seqs).toContain(Number(of.slice('baton:journal/'.length)))
  }
  for (const { attempt } of item.attempts)
    expect(await made.must('show', attempt)).toMatchObject({ attempt, outcome: { kind: 'succeeded' } })
})
