// Document 004, FR-025: every expected trouble has an exit code, says what it met, and names what to do.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { play, policy, workflow } from './plans.ts'
import { type Ended, stage } from './stage.ts'

/** A refusal is two lines for a person: what and why, then an arrow and the remedy. */
function refused(done: Ended, code: number, why: RegExp, remedy: RegExp): void {
  expect(done.err).toMatch(/^baton: .+\n {2}→ .+\n$/)
  expect(done.err).toMatch(why)
  expect(done.err.split('→')[1]).toMatch(remedy)
  expect(done.code, done.err).toBe(code)
}

it('FR-025 policy conflict: without isolation, without trust, or with other content than was trusted, nothing runs (4)', async () => {
  const made = stage()
  made.commit({ 'wf.yaml': workflow('wf', [{ key: 'a', order: 1 }]) })
  refused(await made.baton('run', 'wf.yaml'), 4, /nobody has chosen how agents are isolated/, /baton init/)
  await made.must('init', '--isolation', 'none', '--clones', 'shared', '--no-smoke')
  refused(await made.baton('run', 'wf.yaml'), 4, /has not been trusted/, /baton trust/)
})

it('FR-025 missing data: a plan, step, gate, agent or phase that does not exist is named (5)', async () => {
  const made = await play(stage())
  refused(await made.baton('run', 'nothing.yaml'), 5, /nothing\.yaml/, /path of a plan/)
  refused(await made.baton('run', 'wf.yaml', '--agent', 'nobody'), 5, /nobody/, /baton\.yaml/)
  refused(await made.baton('run', 'wf.yaml', '--include', 'zz'), 5, /zz/, /--dry-run/)
  refused(await made.baton('run', 'wf.yaml', '--phase', 'zz'), 5, /zz/, /give one of these/)
  for (const words of [
    ['status', 'zz'],
    ['why', 'zz'],
    ['show', 'zz'],
    ['log', 'zz'],
    ['retry', 'zz'],
    ['gate', 'zz', 'approve'],
  ])
    refused(await made.baton(...words), 5, /zz/, /baton/)
})

it('FR-025 invalid words: unknown commands, options and values say what there is (2)', async () => {
  const made = await play(stage())
  refused(await made.baton('runn', 'wf.yaml'), 2, /no such command/, /baton run/)
  refused(await made.baton('run', 'wf.yaml', '--paralel', '2'), 2, /--paralel/, /baton run --help/)
  refused(await made.baton('run', 'wf.yaml', '--parallel', 'many'), 2, /--parallel many/, /.+/)
  refused(await made.baton('run', 'wf.yaml', '--policy', 'chaos'), 2, /document, graph/, /.+/)
  refused(await made.baton('run'), 2, /.+/, /.+/)
  refused(await made.baton('run', '../outside.yaml'), 2, /outside/, /of this repository/)
})

it('FR-025 invalid state: what cannot be done now says why and what to do instead (6)', async () => {
  const made = await play(stage(), { keys: { a: 'wait_for go; write a' } })
  const going = made.go('run', 'wf.yaml')
  await made.logged('start a 1')
  refused(await made.baton('retry', 'wf/a'), 6, /it is running/, /baton cancel/)
  refused(await made.baton('skip', 'wf/a'), 6, /it is running/, /baton cancel/)
  refused(await made.baton('integrate', 'wf'), 6, /not done/, /--force/)
  refused(await made.baton('run', 'wf.yaml', '--parallel', '1'), 6, /still active/, /baton cancel/)
  made.say('go')
  expect((await going.ended).code).toBe(0)
  refused(await made.baton('retry', 'wf/a'), 6, /it is done/, /.+/)
  refused(await made.baton('cancel', 'wf'), 6, /nothing is running/, /baton status/)
  refused(await made.baton('resume', 'wf'), 6, /it is ended/, /baton status/)
})

it('FR-025 a configuration with a mistake is refused with its line, and nothing of it holds (2)', async () => {
  const made = stage()
  made.commit({
    'wf.yaml': workflow('wf', [{ key: 'a', order: 1 }]),
    'baton.yaml': policy({ more: 'protekt: ["a"]\n' }),
  })
  await made.must('init', '--isolation', 'none', '--clones', 'shared', '--no-smoke')
  const shown = await made.baton('trust', '--show', '--json')
  expect(shown.json.notes).toMatchObject([{ line: 5, level: 'error', remedy: 'Did you mean protect?' }])
  refused(await made.baton('trust', '--digest', shown.json.digest), 2, /baton\.yaml:5/, /protect/)
})

it('FR-025 artifact read failure: a plan whose bytes are gone from the repository', async () => {
  const made = await play(stage())
  const blob = made.git('rev-parse', 'HEAD:wf.yaml')
  rmSync(join(made.path, '.git', 'objects', blob.slice(0, 2), blob.slice(2)))
  refused(await made.baton('run', 'wf.yaml'), 5, /is not in the repository/, /git gc/)
})

it('FR-025 artifact write failure: a home that cannot be written says so and names the way out', async () => {
  const made = stage()
  writeFileSync(made.home, 'not a folder\n')
  const status = await made.baton('run', 'wf.yaml')
  expect(status.err).toContain(made.home)
  refused(status, 6, /.+/, /BATON_HOME/)
})

it('FR-025 a journal that is no database is refused, and left as it is', async () => {
  const made = await play(stage())
  await made.must('run', 'wf.yaml')
  rmSync(made.home, { recursive: true })
  mkdirSync(made.home, { mode: 0o700 })
  writeFileSync(join(made.home, 'format'), 'baton home 1\n')
  writeFileSync(
    join(made.home, 'journal.db'),
    'this is no database, and long enough to be looked at by SQLite\n'.repeat(40),
  )
  refused(await made.baton('run', 'wf.yaml'), 6, /journal\.db|database/, /restore a backup/)
})

it('FR-025 with --json every refusal is one object with kind, what, why and remedy', async () => {
  const made = await play(stage())
  const done = await made.baton('why', 'zz', '--json')
  expect(done.code).toBe(5)
  expect(done.json.error).toMatchObject({ kind: 'not-found' })
  for (const key of ['what', 'why', 'remedy']) expect(done.json.error[key].length).toBeGreaterThan(2)
})
