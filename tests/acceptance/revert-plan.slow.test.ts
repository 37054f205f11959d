// Taking an integration back when its plan has changed since: the words of the plan are people's, the boxes that it ticked are unticked.
import { expect, it } from 'vitest'
import { fine, why } from './integrated.ts'
import { play, teaFeature, teaTasks } from './plans.ts'
import { type Stage, stage } from './stage.ts'

const tasks = `${teaFeature}/tasks.md`

/** The tea book written, its boxes ticked, and brought to main. */
async function written(): Promise<Stage> {
  const made = await play(stage(), { files: { [tasks]: teaTasks }, policy: { checks: fine } })
  await made.must('run', teaFeature)
  await made.must('integrate', '001-tea', '--approve', 'read it')
  expect(made.at('main', tasks)).not.toContain('[ ]')
  return made
}

it('FR-010 the boxes that an integration ticked are unticked when it is taken back, also where people changed the plan since', async () => {
  const made = await written()
  const reworded = made
    .read(tasks)
    .replace('- [x] T003 [P] Write the glossary in book/glossary.md\n', '')
    .replace('T002 [P] Write the tools in', 'T002 [P] Write all the tools in')
    .replace('\n- [x] T005', '\n- [x] T006 Proofread it in book/proof.md\n- [x] T005')
  const mine = made.commit({ [tasks]: reworded }, 'the plan as we see it now')
  const done = await made.must('revert', '001-tea', '--why', why)
  expect(made.git('log', '-1', '--format=%P', 'main')).toBe(mine)
  expect(done.commit).toBe(made.git('rev-parse', 'main'))
  const now = made.read(tasks)
  expect(now).toBe(
    reworded.replace('[x] T002', '[ ] T002').replace('[x] T004', '[ ] T004').replace('[x] T005', '[ ] T005'),
  )
  expect(made.git('diff', '--name-status', mine, 'main').split('\n').sort()).toEqual([
    'D\tout/T002.txt',
    'D\tout/T003.txt',
    'D\tout/T004.txt',
    'D\tout/T005.txt',
    `M\t${tasks}`,
  ])
  const again = await made.must('run', teaFeature)
  expect(again.results).toMatchObject([{ outcome: 'complete' }])
  expect(
    made
      .log()
      .filter((line) => line.startsWith('start'))
      .slice(-3),
  ).toEqual(['start T002 2', 'start T004 2', 'start T005 2'])
})

const task = (id: number) =>
  `{"id": ${id}, "title": "Write part ${id}", "description": "", "status": "pending", "priority": "high", "dependencies": [], "subtasks": []}`

it('FR-010 two items in one file of a plan: taking one back leaves the boxes and the work of the other', async () => {
  const file = '.taskmaster/tasks/tasks.json'
  const text = `{"ink": {"tasks": [${task(1)}]},\n"sea": {"tasks": [${task(2)}]}}\n`
  const made = await play(stage(), { files: { [file]: text }, policy: { checks: fine } })
  await made.must('run', '.taskmaster')
  await made.must('integrate', 'taskmaster-ink', '--approve', 'read it')
  await made.must('integrate', 'taskmaster-sea', '--approve', 'read it')
  const both = made.git('rev-parse', 'main')
  expect(made.read(file)).not.toContain('pending')
  await made.must('revert', 'taskmaster-ink', '--why', why)
  expect(made.read(file)).toMatch(/"id": 1.*"pending".*\n"sea".*"id": 2.*"done"/)
  expect(made.git('diff', '--name-status', both, 'main').split('\n').sort()).toEqual([`D\tout/1.txt`, `M\t${file}`])
})

it("FR-010 words of the plan that came with an integration are a person's to take back: the conflict is named", async () => {
  const made = await play(stage(), { files: { [tasks]: teaTasks }, policy: { checks: fine } })
  await made.must('run', teaFeature, '--include', 'T002')
  made.git('checkout', '-q', 'baton/001-tea')
  made.commit({ [tasks]: made.read(tasks).replace('the contents', 'a better table of contents') })
  made.git('checkout', '-q', 'main')
  await made.must('run', teaFeature)
  await made.must('integrate', '001-tea', '--approve', 'read it')
  expect(made.at('main', tasks)).toContain('a better table')
  made.commit({ [tasks]: made.read(tasks).replace('contents', 'Contents') })
  const refused = await made.baton('revert', '001-tea', '--why', why)
  expect([refused.code, refused.err]).toEqual([6, expect.stringContaining(`${tasks} changed since`)])
})

it('FR-010 a plan that is gone stays away, and what else conflicts is refused in words and moves nothing', async () => {
  const made = await written()
  made.git('rm', '-q', '-r', teaFeature)
  const gone = made.commit({}, 'the plan is archived')
  await made.must('revert', '001-tea', '--why', why)
  expect(made.at('main', tasks)).toBeUndefined()
  expect(made.git('diff', '--name-status', gone, 'main')).not.toContain(teaFeature)
  const other = await written()
  const tip = other.commit({
    [tasks]: other.read(tasks).replace('Write the contents', 'Write new contents'),
    'out/T004.txt': 'mine\n',
  })
  const refused = await other.baton('revert', '001-tea', '--why', why)
  expect([refused.code, refused.err]).toEqual([6, expect.stringContaining('out/T004.txt')])
  expect(other.git('rev-parse', 'main')).toBe(tip)
  expect(await other.facts('reversion.ordered')).toEqual([])
})
