// What a run is asked to do: some steps, a phase, so many at once, by which order, or only to say it.
import { expect, it } from 'vitest'
import { diamond, teaFeature as feature, play, teaTasks as tasks } from './plans.ts'
import { type Stage, stage } from './stage.ts'

const ready = (keys = {}): Promise<Stage> => play(stage(), { keys, files: { [`${feature}/tasks.md`]: tasks } })
const started = (made: Stage): string[] =>
  made
    .log()
    .filter((line) => line.startsWith('start '))
    .map((line) => line.split(' ')[1] ?? '')
const boxes = (made: Stage): string[] =>
  [...(made.at('baton/001-tea', `${feature}/tasks.md`) ?? '').matchAll(/\[[xX]\] (T\d+)/g)].map(
    (found) => found[1] ?? '',
  )

it('--dry-run says the order and the doer, records nothing and starts nothing', async () => {
  const made = await ready()
  const before = (await made.facts()).length
  const said = await made.must('run', feature, '--dry-run')
  expect(said.runs[0].order.order.map((one: { step: string }) => one.step)).toEqual(['T002', 'T003', 'T004', 'T005'])
  const shown = await made.baton('run', feature, '--dry-run')
  expect(shown.out).toContain('nothing was recorded or started')
  expect(shown.code).toBe(0)
  expect(await made.facts()).toHaveLength(before)
  expect(made.log()).toEqual([])
})

it('ticked tasks are skipped, the others are ticked as they land, and nothing else of the file changes', async () => {
  const made = await ready()
  await made.must('run', feature)
  expect(started(made).toSorted()).toEqual(['T002', 'T003', 'T004', 'T005'])
  expect(boxes(made)).toEqual(['T001', 'T002', 'T003', 'T004', 'T005'])
  const text = made.at('baton/001-tea', `${feature}/tasks.md`) ?? ''
  expect(text.replaceAll(/\[[xX]\]/g, '[ ]')).toBe(tasks.replaceAll('[x]', '[ ]').trimEnd())
})

it('--phase runs one phase, --include and --exclude name steps, and what could never start is refused', async () => {
  const made = await ready()
  await made.must('run', feature, '--phase', 'Phase 1')
  expect(started(made).toSorted()).toEqual(['T002', 'T003'])
  const orphan = await made.baton('run', feature, '--include', 'T005')
  expect(orphan.code).toBe(6)
  expect(orphan.err).toContain('T005 depends on T004')
  await made.must('run', feature, '--exclude', 'T005')
  expect(started(made).at(-1)).toBe('T004')
  await made.must('run', feature, '--include', 'T005')
  expect(boxes(made)).toEqual(['T001', 'T002', 'T003', 'T004', 'T005'])
})

it('--force does a ticked step again, when it is named', async () => {
  const made = await ready()
  await made.must('run', feature, '--include', 'T001', '--force')
  expect(started(made)).toEqual(['T001'])
})

it('--parallel 1 never lets two agents be at work together', async () => {
  const made = await ready()
  await made.must('run', feature, '--phase', 'Phase 1', '--parallel', '1')
  expect(made.log().map((line) => line.split(' ')[0])).toEqual(['start', 'end', 'start', 'end'])
})

it('--policy graph starts what its own dependencies allow; document waits for the whole group', async () => {
  const steps = diamond.map((one) => (one.key === 'd' ? { ...one, after: ['b'] } : one))
  const graph = await play(stage(), { steps, keys: { c: 'wait_start d; write c' } })
  await graph.must('run', 'wf.yaml', '--policy', 'graph')
  expect(graph.log().indexOf('start d 1')).toBeLessThan(graph.log().indexOf('end c 1'))
  const document = await play(stage(), { steps, keys: { c: 'wait_for go; write c' } })
  const going = document.go('run', 'wf.yaml', '--policy', 'document')
  await document.landed('wf/b')
  expect((await document.status('wf/d')).status).toBe('waiting')
  document.say('go')
  expect((await going.ended).code).toBe(0)
  expect(document.log().indexOf('start d 1')).toBeGreaterThan(document.log().indexOf('end c 1'))
})

it('two features run at once for one home, each on its own branch', async () => {
  const made = await play(stage(), {
    keys: { T002: 'wait_start a; write T002', a: 'wait_start T002; write a' },
    files: { [`${feature}/tasks.md`]: tasks },
  })
  const both = await Promise.all([made.baton('run', feature), made.baton('run', 'wf.yaml')])
  for (const done of both) expect(done.code, done.out + done.err).toBe(0)
  expect(boxes(made)).toHaveLength(5)
  expect(made.at('baton/wf', 'out/d.txt')).toBe('Write d')
})
