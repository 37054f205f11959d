// Records the journal of one release from a real run of the command line: `node tests/journals/record.ts 0.1`. Never again for the same release.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Stage } from '../acceptance/ground.ts'
import { agent, policy, workflow } from '../acceptance/plans.ts'
import { until } from '../acceptance/until.ts'
import { digestsOnTheWay, fold } from './fold.ts'
import { digestOf, meaning } from './meaning.ts'

const tasks = `# Tasks: A tea book

## Phase 1: Setup

- [x] T001 Create the cover in book/cover.md
- [ ] T002 [P] Write the tools in book/tools.md
- [ ] T003 [P] Write the glossary in book/glossary.md

## Phase 2: Chapters

- [ ] T004 Write the form in book/form.md (depends on T002, T003)
- [ ] T005 Write the contents in book/contents.md (depends on T004)
`

const same = 'mkdir -p out; printf "%s\\n" "$BATON_KEY" > out/same.txt'

function lay(made: Stage): void {
  const steps = [
    { key: 'a', order: 1 },
    { key: 'b', order: 2, parallel: true },
    { key: 'c', order: 3, parallel: true },
    { key: 'd', order: 4, gate: 'review' },
    { key: 'e', order: 5 },
    { key: 'f', order: 6 },
  ]
  const keys = {
    a: 'write "$TRY"; [ "$TRY" != 1 ] || rm -r out',
    b: `${same}; wait_start c`,
    c: `if [ "$TRY" = 1 ]; then wait_for b-landed; ${same}; else write c; fi`,
    d: 'write "$TRY"',
    f: 'if [ "$TRY" = 1 ]; then log holding; wait_for never; fi; write f',
  }
  made.commit({
    'wf.yaml': workflow('wf', steps),
    'specs/001-tea-book/tasks.md': tasks,
    'agent.sh': agent(made, keys),
    'baton.yaml': policy(),
  })
}

async function answer(made: Stage, kind: string, ...words: readonly string[]): Promise<void> {
  const gate = (await made.must('gate')).gates.find((one: { kind: string }) => one.kind === kind)
  await made.must('gate', gate.id, ...words)
}

/** A workflow through a failing attempt, a conflict, a rejection, a skip, a kill and its integration. */
async function playWorkflow(made: Stage): Promise<void> {
  const first = made.go('run', 'wf.yaml')
  await made.landed('wf/b')
  made.say('b-landed')
  await first.ended
  await answer(made, 'conflict', 'again')
  await made.baton('run', 'wf.yaml')
  await answer(made, 'approval', 'reject', '--reason', 'not yet', '--reentry', 'a')
  await made.baton('run', 'wf.yaml')
  await answer(made, 'approval', 'approve', '--reason', 'now')
  await made.must('skip', 'wf/e', '--reason', 'done by hand')
  const killed = made.start('run', 'wf.yaml')
  await made.logged('holding')
  killed.kill('SIGKILL')
  await killed.ended
  await made.must('run', 'wf.yaml')
  await made.must('integrate', 'wf', '--approve', 'read it')
}

/** A task list that is left in the middle: a blocker, a pause, a cancelled step. */
async function playTasks(made: Stage): Promise<void> {
  await made.must('run', 'specs/001-tea-book', '--phase', 'Phase 1', '--parallel', '1')
  await made.must('block', '001-tea-book/T004', '--kind', 'decision', '--owner', 'ada', '--notes', 'which form')
  await made.baton('run', 'specs/001-tea-book')
  await made.must('pause', '001-tea-book', '--reason', 'lunch')
  await made.must('resume', '001-tea-book')
  const [blocker] = (await made.must('unblock')).blockers
  await made.must('unblock', blocker.id, '--notes', 'this one')
  await made.must('cancel', '001-tea-book/T005', '--reason', 'no contents')
  await made.baton('run', 'specs/001-tea-book')
  await made.must('audit', 'checkpoint')
}

async function record(release: string): Promise<void> {
  const made = new Stage()
  try {
    lay(made)
    await made.ready()
    await playWorkflow(made)
    await playTasks(made)
    const texts = (await made.baton('audit', 'export')).out.split('\n').filter(Boolean)
    const { state, audit, types } = await fold(texts)
    await until('a sound record', () => audit.ok)
    const means = meaning(state)
    const digest = digestOf(means)
    const way = digestsOnTheWay(texts)
    const expected = { release, entries: texts.length, root: audit.root, digest, types, way, means }
    const to = join(import.meta.dirname, release)
    writeFileSync(`${to}.jsonl`, `${texts.join('\n')}\n`, { flag: 'wx' })
    writeFileSync(`${to}.json`, `${JSON.stringify(expected, null, 2)}\n`, { flag: 'wx' })
    process.stdout.write(`${texts.length} entries, ${types.length} types of facts\n`)
  } finally {
    made.remove()
  }
}

await record(process.argv[2] ?? '')
