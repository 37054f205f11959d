// Every exit code that docs/cli.md names, each provoked in a process of the built program.
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { play } from '../acceptance/plans.ts'
import { built, type Stage } from '../acceptance/stage.ts'
import { until } from '../acceptance/until.ts'

const root = join(import.meta.dirname, '..', '..')
const documented = [...readFileSync(join(root, 'docs/cli.md'), 'utf8').matchAll(/^\| (\d) \| /gm)].map(([, code]) =>
  Number(code),
)

/** The same program, in which a part of Node does not do what it should. */
function faulty(made: Stage, argv: readonly string[]) {
  const fault = join(made.root, 'fault.mjs')
  writeFileSync(fault, "Object.fromEntries = () => { throw new TypeError('planted') }\n")
  const env = { ...process.env, BATON_HOME: made.home, NO_COLOR: '1', NODE_NO_WARNINGS: '1' }
  const done = spawnSync(process.execPath, ['--import', fault, join(root, 'dist/cli.js'), ...argv], {
    cwd: made.path,
    env,
    encoding: 'utf8',
    timeout: 20_000,
  })
  return { code: done.status, out: done.stdout, err: done.stderr }
}

it('each documented exit code comes from what the documentation says of it', async () => {
  const steps = [
    { key: 'a', order: 1 },
    { key: 'b', order: 2, gate: 'review' },
    { key: 'c', order: 3 },
  ]
  const keys = { a: 'wait_for go; write a', c: 'exit 3' }
  const made = await play(built(), { steps, keys, policy: { more: 'tries: 1\n' } })
  const seen = new Set<number>()
  const ends = async (code: number, says: RegExp, ...argv: string[]): Promise<void> => {
    const done = await made.baton(...argv)
    expect([argv, done.code, done.out + done.err]).toEqual([argv, code, expect.stringMatching(says)])
    seen.add(code)
  }
  await ends(0, /No plan has been read here/, 'status')
  await ends(2, /--parallel many/, 'run', 'wf.yaml', '--parallel', 'many')
  await ends(5, /step wf\/z/, 'why', 'wf/z')
  await made.must('plan', 'import', 'wf.yaml')
  await made.must('claim', 'wf/a', '--executor', 'ada')
  await ends(3, /ada has claimed it, not linus/, 'release', 'wf/a', '--why', 'x', '--executor', 'linus')
  await made.must('release', 'wf/a', '--why', 'x', '--executor', 'ada')

  const run = made.start('run', 'wf.yaml')
  await made.logged('start a 2')
  await ends(6, /it is running/, 'retry', 'wf/a')
  run.interrupt()
  await until('the hint', () => run.said().includes('Ctrl-C again'))
  made.say('go')
  seen.add((await run.ended).code)
  await ends(4, /review/, 'run', 'wf.yaml')
  const [gate] = (await made.must('gate')).gates
  await made.must('gate', gate.id, 'approve')
  await ends(8, /c/, 'run', 'wf.yaml')

  const defect = faulty(made, ['plan', 'show', 'wf.yaml', '--json'])
  expect(JSON.parse(defect.out)).toEqual({
    error: {
      kind: 'defect',
      what: 'baton plan show',
      why: 'planted',
      remedy: expect.stringContaining('doctor --bundle'),
    },
  })
  seen.add(defect.code ?? -1)
  const said = faulty(made, ['plan', 'show', 'wf.yaml'])
  expect([said.code, said.out, said.err.split('\n').length]).toEqual([9, '', 3])
  expect([...seen].sort()).toEqual(documented)
})
