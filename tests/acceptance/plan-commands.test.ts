// Plans through the command line: shown, linted, compared, ticked, and read again while they are carried out.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { teaFeature as feature, play, teaTasks as tasks } from './plans.ts'
import { stage } from './stage.ts'

it('plan show says tree, dependencies, what can start, the critical path and the time, and records nothing', async () => {
  const made = stage({ [`${feature}/tasks.md`]: tasks })
  const shown = await made.must('plan', 'show', feature, '--slots', '2')
  expect(shown.items[0]).toMatchObject({
    id: '001-tea',
    left: 4,
    ready: ['T002', 'T003'],
    critical: ['T002', 'T004', 'T005'],
    estimate: { slots: 2, makespan: 3, unit: 'steps' },
  })
  expect(shown.items[0].steps[3].after).toMatchObject([
    { key: 'T002', source: 'stated', at: { line: 11 } },
    { key: 'T003', source: 'phase' },
  ])
  const said = await made.baton('plan', 'show', feature)
  expect(said.out).toMatch(/\[ \] T004 Write the form in book\/form\.md\s+← T002/)
  expect(said.out).toMatch(/critical path +T002 → T004 → T005/)
  expect((await made.baton('plan', 'show', feature, '--mermaid')).out).toMatch(/graph TD[\s\S]+s0_1 --> s0_3/)
  expect(existsSync(join(made.home, 'journal.db'))).toBe(false)
})

it('plan show and lint read what lies in the working tree, committed or not', async () => {
  const made = stage({ [`${feature}/tasks.md`]: tasks })
  made.write('specs/002-cake/tasks.md', '# Tasks: Cake\n\n## Phase 1: A\n\n- [ ] T001 Bake it in cake.md\n')
  const shown = await made.must('plan', 'show', 'specs/002-cake')
  expect(shown).toMatchObject({ errors: 0, uncommitted: ['specs/002-cake/tasks.md'] })
  expect((await made.baton('run', 'specs/002-cake')).err).toContain('git add specs/002-cake')
})

it('plan lint names file, line and column, and ends with 2 when the plan could not be run', async () => {
  const circle = tasks.replace('(depends on T002)', '(depends on T005)')
  const made = stage({ [`${feature}/tasks.md`]: circle })
  const said = await made.baton('plan', 'lint', feature)
  expect(said.code).toBe(2)
  expect(said.out).toMatch(/error specs\/001-tea\/tasks\.md:11:\d+ .*T004 → T005 → T004/)
  const sarif = JSON.parse((await made.baton('plan', 'lint', feature, '--format', 'sarif')).out)
  expect(sarif).toMatchObject({ version: '2.1.0', runs: [{ results: [{ ruleId: 'cycle', level: 'error' }] }] })
  expect(sarif.runs[0].results[0].locations[0].physicalLocation).toMatchObject({
    artifactLocation: { uri: 'specs/001-tea/tasks.md' },
    region: { startLine: 11 },
  })
  made.write(`${feature}/tasks.md`, tasks)
  expect((await made.baton('plan', 'lint', feature)).code).toBe(0)
})

it('plan diff knows steps again by id, words and place', async () => {
  const made = stage({
    [`${feature}/tasks.md`]: tasks,
    'new/tasks.md': tasks.replace('- [ ] T002', '- [ ] T009 Buy a pot in pot.md\n- [ ] T010'),
  })
  const { differences } = await made.must('plan', 'diff', `${feature}/tasks.md`, 'new/tasks.md')
  expect(differences.map((one: { what: string; step: string; was?: string }) => [one.what, one.step, one.was])).toEqual(
    [
      ['renumbered', 'T010', 'T002'],
      ['edges', 'T004', undefined],
      ['added', 'T009', undefined],
    ],
  )
})

it('plan tick and untick touch one byte and give the first bytes back; what a format cannot hold is refused', async () => {
  const made = stage({ [`${feature}/tasks.md`]: tasks })
  await made.must('plan', 'tick', feature, 'T002')
  expect(made.read(`${feature}/tasks.md`)).toBe(tasks.replace('[ ] T002', '[x] T002'))
  await made.must('plan', 'untick', feature, 'T002')
  expect(made.read(`${feature}/tasks.md`)).toBe(tasks)
  const unknown = await made.baton('plan', 'tick', feature, 'T099')
  expect([unknown.code, unknown.err]).toEqual([5, expect.stringContaining('T099')])
  const unfit = await made.baton('plan', 'note', feature, 'T002', 'hello')
  expect([unfit.code, unfit.err]).toEqual([2, expect.stringContaining('no place for a note')])
  expect(made.read(`${feature}/tasks.md`)).toBe(tasks)
})

it('plan import records a plan and starts nothing; plan sync says what a later commit changed', async () => {
  const made = await play(stage(), { keys: {}, files: { [`${feature}/tasks.md`]: tasks } })
  const first = await made.must('plan', 'import', feature)
  expect(first.items[0]).toMatchObject({ item: '001-tea', steps: 5 })
  expect(made.log()).toEqual([])
  made.commit({
    [`${feature}/tasks.md`]: tasks
      .replace('- [ ] T002', '- [ ] T009 Buy a pot in pot.md\n- [ ] T002')
      .replace(/- \[ \] T003.*\n/, ''),
  })
  const [second] = await made.must('plan', 'sync')
  expect(second.items[0].decided.map((one: { what: string; step: string }) => [one.what, one.step])).toEqual(
    expect.arrayContaining([
      ['added', '001-tea/T009'],
      ['retired', '001-tea/T003'],
    ]),
  )
  const [third] = await made.must('plan', 'sync')
  expect(third.items[0].decided).toEqual([])
  expect((await made.baton('plan', 'sync', 'specs/009-none')).code).toBe(5)
})

it('given two plans of which one cannot be read any more, when all are synced, then the other is taken in and the first is named', async () => {
  const cake = (more = '') => `# Tasks: Cake\n\n## Phase 1: A\n\n- [ ] T001 Bake it in cake.md\n${more}`
  const files = { [`${feature}/tasks.md`]: tasks, 'specs/002-cake/tasks.md': cake() }
  const made = await play(stage(), { keys: {}, files })
  for (const plan of [feature, 'specs/002-cake']) await made.must('plan', 'import', plan)
  made.commit({ [`${feature}/tasks.md`]: '', 'specs/002-cake/tasks.md': cake('- [ ] T002 Eat it in plate.md\n') })
  const synced = await made.baton('plan', 'sync')
  expect([synced.code, synced.err]).toEqual([2, expect.stringMatching(/001-tea.*; 1 other plan was taken in/s)])
  const { steps } = await made.must('status', '002-cake')
  expect(steps).toBe(2)
})

it('a commit that changes the plan under its run is taken in: new steps join, and work on changed words asks', async () => {
  const script = { T002: 'wait_for go; write tools' }
  const made = await play(stage(), { keys: script, files: { [`${feature}/tasks.md`]: tasks } })
  const run = made.go('run', feature)
  await made.logged('start T002 1')
  const edited = tasks
    .replace('Write the tools in book/tools.md', 'Write all the tools in book/tools.md')
    .replace('## Phase 2', '- [ ] T009 [P] Write the thanks in book/thanks.md\n\n## Phase 2')
  made.commit({ [`${feature}/tasks.md`]: edited })
  await made.logged(/^start T009/)
  const [gate] = (await made.must('gate', '--item', '001-tea')).gates
  expect(gate).toMatchObject({ kind: 'plan', step: '001-tea/T002', options: ['keep', 'again'] })
  await made.must('gate', gate.id, 'keep')
  made.say('go')
  const ended = await run.ended
  expect(ended.code).toBe(0)
  expect(made.log()).toContain('end T009 1')
  expect(made.log().filter((line) => line.startsWith('start T002'))).toEqual(['start T002 1'])
})

const living =
  '# tea – Plans\n\n- Last Updated: `<auto>`\n- Last Editor (Agent / CLI): `<name>`\n\n## High-Level Roadmap\n\n- [ ] **Stage 1 – Tea**\n\n## Stage 1 – Tea\n\n- [ ] **S1.1 – Boil it**\n- [ ] **S1.2 – Pour it**\n\n## Done / Completed Work Log\n'

it('plan note, block and log write into the history that a plan keeps, and open an issue beside it', async () => {
  const made = stage({ 'plans.md': living })
  await made.must('plan', 'note', 'plans.md', 'S1.1', 'the kettle is new')
  expect(await made.must('plan', 'block', 'plans.md', 'S1.2', 'no cups')).toMatchObject({
    files: expect.arrayContaining(['plans.md', 'issues.md']),
  })
  await made.must('plan', 'log', 'plans.md', 'Reviewed with the team')
  expect(made.read('issues.md')).toMatch(/no cups/)
  const text = made.read('plans.md')
  for (const words of ['the kettle is new', 'issues.md#', 'Reviewed with the team']) expect(text).toContain(words)
  for (const line of living.split('\n').filter((one) => /^(#|- \[)/.test(one))) expect(text).toContain(line)
})

it.each(['speckit', 'markdown', 'taskmaster', 'beads', 'json'])(
  'plan convert --to %s writes a plan that is read again, and overwrites nothing',
  async (to) => {
    const made = stage({ [`${feature}/tasks.md`]: tasks })
    const { written } = await made.must('plan', 'convert', feature, '--to', to, '--out', 'moved')
    const path = String(written[0]).slice(made.path.length + 1)
    const { items } = await made.must('plan', 'show', path)
    expect(items[0].steps).toHaveLength(5)
    expect(items[0].left).toBe(4)
    const again = await made.baton('plan', 'convert', feature, '--to', to, '--out', 'moved')
    expect([again.code, again.err]).toEqual([6, expect.stringContaining('it is there already')])
  },
)

it('an edit of the plan on the base branch and the boxes ticked meanwhile are merged by git at integration', async () => {
  const made = await play(stage(), { files: { [`${feature}/tasks.md`]: tasks } })
  await made.must('run', feature, '--include', 'T002')
  const edited = tasks.replace('Write the contents', 'Write the table of contents')
  made.commit({ [`${feature}/tasks.md`]: edited })
  await made.must('plan', 'sync')
  await made.must('run', feature)
  await made.must('integrate', '001-tea', '--approve', 'read the diff')
  const merged = made.at('main', `${feature}/tasks.md`) ?? ''
  expect(merged).toContain('T005 Write the table of contents')
  expect([...merged.matchAll(/\[[xX]\]/g)]).toHaveLength(5)
})
