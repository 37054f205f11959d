// Plans that could never end: refused wherever one is taken in, with both places, and held while they are carried out.
import { expect, it } from 'vitest'
import { teaFeature as feature, play, teaTasks as tasks, workflow } from './plans.ts'
import { built, type Json } from './stage.ts'
import { until } from './until.ts'

const against = [
  { key: 'a', order: 1, after: ['c'] },
  { key: 'b', order: 2 },
  { key: 'c', order: 3 },
] as const
const says =
  /wf\.yaml:5(:\d+)? a depends on c \(wf\.yaml:7\), which comes after it, and the order of the document holds: neither could ever start/
const does = /put c before a, or take this dependency out/i

it('FR-025 a dependency against the order of its workflow: lint, show, run, import and publish say both places and what to do, and nothing begins', async () => {
  const made = await play(built(), { steps: against, files: { [`${feature}/tasks.md`]: back() } })
  const lint = await made.baton('plan', 'lint', 'wf.yaml')
  expect([lint.code, lint.out]).toEqual([2, expect.stringMatching(says)])
  expect(lint.out).toContain('1 errors, 0 warnings in wf.yaml')
  expect((await made.baton('plan', 'show', 'wf.yaml', '--json')).json.notes).toMatchObject([
    { level: 'error', kind: 'order', file: 'wf.yaml', line: 5 },
  ])
  for (const way of [
    ['run', 'wf.yaml'],
    ['run', 'wf.yaml', '--dry-run'],
    ['run', 'wf.yaml', '--policy', 'graph'],
    ['run', 'wf.yaml', '--include', 'b'],
    ['plan', 'import', 'wf.yaml'],
    ['workflow', 'publish', 'wf.yaml', '--why', 'so', '--impact', 'none'],
  ]) {
    const no = await made.baton(...way)
    expect([way, no.code, no.err]).toEqual([way, 2, expect.stringMatching(says)])
    expect(no.err).toMatch(does)
  }
  const other = await made.baton('run', feature, '--policy', 'document')
  expect([other.code, other.err]).toEqual([
    2,
    expect.stringMatching(/tasks\.md:6 T002 depends on T005 \(.*tasks\.md:12\)/),
  ])
  expect(other.err).toContain(`baton run ${feature} --policy graph`)
  const types = (await made.facts()).map(({ type }) => type)
  for (const never of ['run.started', 'workflow.published', 'attempt.started']) expect(types).not.toContain(never)
  expect((await made.must('run', feature)).results).toMatchObject([{ outcome: 'complete' }])
})

/** The tools come after the contents, and stand further up. */
function back(): string {
  return tasks
    .replace('Write the tools in book/tools.md', 'Write the tools in book/tools.md (depends on T005)')
    .replace(' (depends on T002)', '')
}

it('FR-025 a plan that becomes endless under its run holds its item with an obstacle that says where, until it is mended', async () => {
  const made = await play(built(), {
    keys: { b: 'wait_for go; write b' },
    files: {
      'wf.yaml': workflow('wf', [
        { key: 'a', order: 1 },
        { key: 'b', order: 2 },
        { key: 'c', order: 3 },
      ]),
    },
  })
  const run = made.start('run', 'wf.yaml', '--watch')
  await made.logged('start b 1')
  made.commit({ 'wf.yaml': workflow('wf', against) })
  const held = async (): Promise<Json[]> => (await made.must('status', 'wf')).obstacles
  const [obstacle] = await until('an obstacle', async () => ((await held()).length > 0 ? await held() : undefined))
  expect(obstacle).toMatchObject({ kind: 'plan', notes: expect.stringMatching(says) })
  made.say('go')
  await made.logged('end b 1')
  await until('b has landed', async () => (await made.must('status', 'wf/b')).status === 'done')
  expect((await made.must('why', 'wf/c')).why).toMatch(/could never end.*mend and commit it, or unblock this/)
  expect(made.log()).not.toContain('start c 1')
  made.commit({
    'wf.yaml': workflow('wf', [
      { key: 'a', order: 1 },
      { key: 'b', order: 2 },
      { key: 'c', order: 3, after: ['a'] },
    ]),
  })
  expect((await run.ended).code).toBe(0)
  expect(made.log()).toContain('end c 1')
  expect((await made.facts('blocker.cleared')).map(({ data }) => (data as Json).by)).toEqual(['plan'])
})
