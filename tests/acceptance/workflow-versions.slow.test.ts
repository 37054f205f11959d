// Document 004, FR-016 and FR-022: versions of workflows with effective dates, migration of what is in flight, rollback, and a change log.
import { expect, it } from 'vitest'
import { play, type StepText, workflow } from './plans.ts'
import { type Json, type Stage, stage } from './stage.ts'

const first: readonly StepText[] = [
  { key: 'draft', order: 1 },
  { key: 'build', order: 2 },
  { key: 'lint', order: 3 },
  { key: 'ship', order: 4 },
]
const second: readonly StepText[] = [
  { key: 'draft', order: 1 },
  { key: 'make', order: 2, title: 'Write make' },
  { key: 'review', order: 3 },
  { key: 'ship', order: 4 },
]
const versioned = (steps: readonly StepText[], version: string, more = ''): string =>
  workflow('wf', steps).replace('"1.0"', `"${version}"\n${more}`.trimEnd())
const said = ['--why', 'we review before shipping', '--impact', 'one more step']
const publish = (made: Stage) => made.must('workflow', 'publish', 'wf.yaml', ...said)
const mapped = ['--map', 'build=make', 'lint=', 'ship=ship']
const migrate = (...more: readonly string[]) => ['workflow', 'migrate', 'wf', '--to', 'wf@2.0', ...more]
const moved = (done: Json) => done.moves.map((one: Json) => [one.kind, one.from, one.to, one.phase])

it('FR-016 an item in flight goes over to a new version by an explicit mapping, after a dry run, and is carried on', async () => {
  const made = await play(stage(), { steps: first, keys: { draft: 'wait_for go; write draft' } })
  await publish(made)
  const going = made.go('run', 'wf.yaml', '--include', 'draft')
  await made.logged('start draft 1')
  made.commit({ 'wf.yaml': versioned(second, '2.0') })
  await publish(made)
  const busy = await made.baton(...migrate(...mapped, '--why', 'agreed'))
  expect([busy.code === 0, busy.err]).toEqual([false, expect.stringContaining('at work on draft (running)')])
  made.say('go')
  expect((await going.ended).code).toBe(0)

  const again = await made.baton('run', 'wf.yaml')
  expect([again.code, again.err]).toEqual([6, expect.stringContaining('it goes by wf@1.0, and its plan says wf@2.0')])
  const forgot = await made.baton(...migrate('--map', 'build=make', '--why', 'agreed'))
  expect([forgot.code, forgot.err]).toEqual([2, expect.stringContaining('nothing says what becomes of lint, ship')])

  const before = (await made.facts()).length
  const dry = await made.must(...migrate(...mapped, '--dry-run'))
  const effect = [
    ['kept', 'draft', 'draft', 'done'],
    ['carried', 'build', 'make', 'waiting'],
    ['dropped', 'lint', undefined, 'waiting'],
    ['kept', 'ship', 'ship', 'waiting'],
    ['added', undefined, 'review', 'waiting'],
  ]
  expect(dry).toMatchObject({ dryRun: true, from: 'wf@1.0', to: 'wf@2.0' })
  expect(moved(dry)).toEqual(effect)
  expect((await made.facts('workflow.migrated')).length).toBe(0)
  expect((await made.status('wf')).workflow).toBe('wf@1.0')
  expect((await made.facts('step.retired')).length, `${before} facts before`).toBe(0)

  const done = await made.must(...migrate(...mapped, '--why', 'the team agreed'))
  expect(moved(done)).toEqual(effect)
  const item = await made.status('wf')
  expect(item.workflow).toBe('wf@2.0')
  expect(item.list.map((one: Json) => [one.key, one.status])).toEqual(
    expect.arrayContaining([
      ['draft', 'done'],
      ['make', expect.stringMatching(/waiting|ready/)],
    ]),
  )
  expect((await made.must('run', 'wf.yaml')).results).toMatchObject([{ outcome: 'complete' }])
  expect(made.log().filter((line) => line.startsWith('start'))).toEqual([
    'start draft 1',
    'start make 1',
    'start review 1',
    'start ship 1',
  ])
  expect(made.at('baton/wf', 'out/make.txt')).toBe('Write make')
  const [fact] = await made.facts('workflow.migrated')
  expect(fact?.data).toMatchObject({ from: 'wf@1.0', to: 'wf@2.0', why: 'the team agreed' })
  expect((await made.must('audit', 'verify')).whole).toBe(true)
})

it('FR-016 FR-022 a version is taken back, the one before holds again, and the change log says who, when, why and what it changes', async () => {
  const made = await play(stage(), { steps: first })
  await publish(made)
  expect((await publish(made)).facts).toEqual([])
  made.commit({ 'wf.yaml': versioned(second, '1.0') })
  const twice = await made.baton('workflow', 'publish', 'wf.yaml', ...said)
  expect([twice.code, twice.err]).toEqual([6, expect.stringContaining('has published it with other steps')])
  made.commit({ 'wf.yaml': versioned(second, '2.0') })
  await publish(made)
  made.commit({ 'wf.yaml': versioned(second, '3.0', 'effectiveFrom: "2999-01-01"') })
  await publish(made)
  const early = await made.baton('run', 'wf.yaml')
  expect([early.code, early.err]).toEqual([6, expect.stringContaining('it holds from 2999-01-01 00:00 UTC')])

  const back = await made.must('workflow', 'rollback', 'wf', '--why', 'reviews take a week', '--impact', 'no review')
  expect(back).toMatchObject({ name: 'wf', version: '2.0', current: '1.0' })
  made.commit({ 'wf.yaml': versioned(second, '2.0') })
  const gone = await made.baton('run', 'wf.yaml')
  expect([gone.code, gone.err]).toEqual([6, expect.stringMatching(/took it back, and wf@1\.0 holds now/)])
  const { workflows } = await made.must('workflow', 'list')
  const standings = workflows.find((one: Json) => one.name === 'wf').versions
  expect(standings.map((one: Json) => [one.version, one.standing])).toEqual([
    ['1.0', 'current'],
    ['2.0', 'withdrawn'],
    ['3.0', 'coming'],
  ])
  made.commit({ 'wf.yaml': versioned(first, '1.0') })
  expect((await made.must('run', 'wf.yaml')).results).toMatchObject([{ outcome: 'complete' }])

  const { changes } = await made.must('workflow', 'changes', 'wf')
  expect(changes.map((one: Json) => [one.kind, one.of, one.to])).toEqual([
    ['published', 'wf@1.0', undefined],
    ['published', 'wf@2.0', undefined],
    ['published', 'wf@3.0', undefined],
    ['rolled-back', 'wf@2.0', 'wf@1.0'],
  ])
  expect(changes[3]).toMatchObject({ why: 'reviews take a week', impact: 'no review', by: expect.stringMatching(/./) })
  expect((await made.must('workflow', 'changes')).changes.map((one: Json) => one.kind)).toContain('policy')
  const shown = await made.baton('workflow', 'show', 'wf')
  for (const words of ['wf@2.0', 'withdrawn', 'reviews take a week', 'one more step', 'review'])
    expect(shown.out).toContain(words)
  expect((await made.baton('workflow', 'list')).out).toContain('speckit@1')
})

it('FR-001 FR-016 FR-021 two items go by one workflow: one is sent back from its release to a named step, the other goes over to a new version', async () => {
  const [one, two] = [first.slice(0, 2), second.slice(0, 2)]
  const made = await play(stage(), { steps: one })
  const item = (id: string): string => `id: ${id}\nworkflowId: wf\ntitle: The ${id} release\nowner: grace\n`
  made.commit({ 'work-items/spring.yaml': item('spring'), 'work-items/summer.yaml': item('summer') })
  await publish(made)
  for (const name of ['spring', 'summer'])
    expect((await made.must('run', `work-items/${name}.yaml`)).results).toMatchObject([
      { item: name, outcome: 'complete' },
    ])
  expect(made.at('baton/spring', 'out/build.txt')).toBe('Write build')
  expect((await made.status('spring')).until).toBe('baton integrate spring')

  await made.baton('integrate', 'spring')
  const words = ['--work-item', 'spring', '--gate', 'release', '--decision', 'reject', '--reason', 'no colours']
  await made.must('gate', ...words, '--reentry-step', 'build')
  expect(await made.status('spring')).toMatchObject({ counts: { done: 1, ready: 1 }, next: ['spring/build'] })
  expect((await made.baton('why', 'spring/build')).out).toContain('It was sent back: no colours.')
  const line = (await made.must('metrics', 'spring')).lines[0]
  expect([line.reworks, line.landed]).toEqual([1, 1])

  made.commit({ 'wf.yaml': versioned(two, '2.0') })
  await publish(made)
  const later = await made.baton('run', 'work-items/spring.yaml')
  expect([later.code, later.err]).toEqual([6, expect.stringContaining('it goes by wf@1.0, and its plan says wf@2.0')])
  await made.must('workflow', 'migrate', 'spring', '--to', 'wf@2.0', '--map', 'build=make', '--why', 'agreed')
  expect((await made.must('run', 'work-items/spring.yaml')).results).toMatchObject([{ outcome: 'complete' }])
  expect((await made.baton('workflow', 'changes', 'wf')).out).toContain('  agreed\n  steps: build → make\n')
  const { workflows } = await made.must('workflow', 'list')
  const { versions } = workflows.find((found: Json) => found.name === 'wf')
  expect(versions.map((found: Json) => [found.version, found.inFlight])).toEqual([
    ['1.0', 1],
    ['2.0', 1],
  ])
  expect((await made.must('workflow', 'show', 'wf')).versions.map((found: Json) => found.items)).toEqual([
    ['spring'],
    ['summer'],
  ])
})
