// Backups carry what agents said as well, restores say what is not there, and what a person had forgotten is told apart.
import { appendFileSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { play } from './plans.ts'
import { type Stage, stage } from './stage.ts'

const says = (key: string, more = '') => `echo "I am ${key}"; ${more} write ${key}`
const two = [
  { key: 'a', order: 1 },
  { key: 'b', order: 2 },
]

async function finished(): Promise<Stage> {
  const made = await play(stage(), { steps: two, keys: { a: says('a'), b: says('b') } })
  await made.must('run', 'wf.yaml')
  return made
}

it('a backup made while an agent works holds every sealed transcript, and a restore brings them back', async () => {
  const made = await play(stage(), { steps: two, keys: { a: says('a'), b: says('b', 'log speaking; wait_for go;') } })
  const running = made.start('run', 'wf.yaml')
  await made.logged('speaking')
  const folder = join(made.root, 'backup')
  expect(await made.must('backup', folder)).toMatchObject({ transcripts: 2, missing: [], changed: [] })
  made.say('go')
  expect((await running.ended).code).toBe(0)
  const [ended] = await made.facts('attempt.ended')
  expect(ended?.data).toMatchObject({ attempt: 'wf/a/1', transcript: expect.stringMatching(/^[0-9a-f]{64}$/) })
  const done = await made.must('restore', folder, '--aside')
  expect(done).toMatchObject({ transcripts: 2, missing: [], changed: [] })
  expect((await made.baton('log', 'wf/a/1')).out).toContain('I am a')
  expect((await made.baton('log', 'wf/b/1')).out).toContain('I am b')
  expect(await made.must('audit', 'verify')).toMatchObject({ whole: true, sealed: { missing: [], changed: [] } })
})

it('a transcript that is not there, or not what was sealed, is named by verify, backup and restore', async () => {
  const made = await finished()
  const of = (step: string) => join(made.home, 'transcripts', `wf~${step}~1.jsonl`)
  rmSync(of('a'))
  appendFileSync(of('b'), `${JSON.stringify({ at: 1, from: 'out', text: 'I never said this' })}\n`)
  const verified = await made.baton('audit', 'verify', '--json')
  expect(verified.code).toBe(6)
  expect(verified.json).toMatchObject({ whole: false, sealed: { missing: ['wf/a/1'], changed: ['wf/b/1'] } })
  const told = await made.baton('audit', 'verify')
  expect(told.out).toMatch(/missing.*wf\/a\/1/)
  expect(told.out).toMatch(/changed.*wf\/b\/1/)
  const folder = join(made.root, 'backup')
  expect(await made.must('backup', folder)).toMatchObject({ missing: ['wf/a/1'], changed: ['wf/b/1'] })
  expect(await made.must('restore', folder, '--aside')).toMatchObject({ missing: ['wf/a/1'], changed: ['wf/b/1'] })
})

it('a transcript that a person had forgotten by name is gone for good, and no fault of the record', async () => {
  const made = await finished()
  expect((await made.baton('forget', 'wf/a/1')).code).toBe(2)
  expect(await made.must('forget', 'wf/a/1', '--reason', 'a name was in it')).toMatchObject({ forgotten: ['wf/a/1'] })
  expect(readdirSync(join(made.home, 'transcripts'))).toEqual(['wf~b~1.jsonl'])
  const [fact] = await made.facts('transcript.forgotten')
  expect(fact?.data).toMatchObject({ attempt: 'wf/a/1', why: 'a name was in it' })
  const sealed = { missing: [], changed: [], forgotten: ['wf/a/1'] }
  expect(await made.must('audit', 'verify')).toMatchObject({ whole: true, sealed })
  const folder = join(made.root, 'backup')
  await made.must('backup', folder)
  expect(await made.must('restore', folder, '--aside')).toMatchObject(sealed)
  expect((await made.baton('forget', 'wf/zz/1', '--reason', 'x')).code).toBe(5)
})

it('an attempt of an item that is closed can be forgotten too', async () => {
  const made = await finished()
  await made.must('integrate', 'wf', '--approve', 'read it')
  await made.must('forget', 'wf/b/1', '--reason', 'a name was in it')
  expect(await made.must('audit', 'verify')).toMatchObject({ whole: true, sealed: { forgotten: ['wf/b/1'] } })
})

it('a conflict that was shown from a blob is in the backup, and its loss is named', async () => {
  const same = 'mkdir -p out; printf "%s\\n" "$BATON_KEY" > out/same.txt'
  const steps = [
    { key: 'a', order: 1, parallel: true },
    { key: 'b', order: 2, parallel: true },
  ]
  const made = await play(stage(), { steps, keys: { a: `${same}; wait_start b`, b: `wait_for landed; ${same}` } })
  const going = made.go('run', 'wf.yaml')
  await made.landed('wf/a')
  made.say('landed')
  await going.ended
  const [gate] = (await made.must('gate')).gates
  const folder = join(made.root, 'backup')
  await made.must('backup', folder)
  await made.must('restore', folder, '--aside')
  expect((await made.baton('gate', gate.id)).out).toContain('out/same.txt')
  rmSync(join(made.home, 'blobs'), { recursive: true })
  const verified = await made.baton('audit', 'verify', '--json')
  const left = expect.stringMatching(/^the kept copy of handoff\/.*-a-1-\d+\.json$/)
  expect(verified.json).toMatchObject({ whole: false, sealed: { missing: [gate.id, left] } })
})

it('says the size of what it copied', async () => {
  const made = await finished()
  const folder = join(made.root, 'backup')
  const { bytes, files } = await made.must('backup', folder)
  const lengths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => readFileSync(join(one.parentPath, one.name)).length)
  expect(files).toBe(lengths.length)
  expect(bytes).toBe(lengths.reduce((sum, length) => sum + length, 0))
})
