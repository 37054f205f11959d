// Document 004, what is handed on: each thing that ends leaves a file on refs/baton/record, and the next agent is given it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { play } from './plans.ts'
import { type Json, type Stage, stage } from './stage.ts'

const ref = 'refs/baton/record'
const two = [
  { key: 'a', order: 1 },
  { key: 'b', order: 2, after: ['a'] },
]
/** Leaves the prompt outside, for the test to read. */
const keeps = 'printf "%s" "$BATON_PROMPT" > "$OUT/prompt.$TRY"; write b'

function files(made: Stage): string[] {
  return made.git('ls-tree', '-r', '--name-only', ref).split('\n').filter(Boolean)
}

function read(made: Stage, path: string): Json {
  return JSON.parse(made.git('show', `${ref}:${path}`))
}

it('FR-014 what a step completes lies on refs/baton/record by its schema, named by the journal and naming its entry', async () => {
  const made = await play(stage(), { steps: two })
  await made.must('run', 'wf.yaml')
  const { handoffs, owed } = await made.must('handoff', 'list', 'wf')
  expect(owed).toEqual([])
  expect(handoffs.map((one: Json) => one.path).sort()).toEqual(files(made).sort())
  const [landed] = await made.facts('landing.done')
  const [first] = handoffs.filter((one: Json) => one.attempt === 'wf/a/1')
  expect(first).toMatchObject({ event: 'attempt-completed', of: landed?.seq })
  expect(read(made, first.path)).toMatchObject({
    schemaVersion: '1.0',
    workItemId: 'wf',
    workflow: { name: 'wf', version: '1.0' },
    step: { key: 'a', order: 1 },
    eventType: 'attempt-completed',
    attemptId: 'wf/a/1',
    actor: expect.any(String),
    baselineIntegration: 'pre',
    links: expect.arrayContaining([`baton:journal/${landed?.seq}`, `git:${(landed?.data as Json)?.commit}`]),
  })
  expect(await made.must('handoff', 'verify')).toMatchObject({ whole: true, recorded: true, counts: { whole: 2 } })
  expect((await made.must('show', 'wf/a/1')).handoff).toBe(first.path)
  expect(await made.must('handoff', 'show', 'wf/a')).toMatchObject({ standing: 'whole', path: first.path })
})

it('FR-014 a failed attempt, a rejected gate and an integration leave one each, and no branch of the person holds any', async () => {
  const steps = [{ key: 'a', order: 1, gate: 'review' }]
  const keys = { a: 'if [ "$TRY" = 1 ]; then exit 3; fi; write "$TRY"' }
  const made = await play(stage(), { steps, keys, policy: { more: 'tries: 2\n' } })
  await made.baton('run', 'wf.yaml')
  const [gate] = (await made.must('gate')).gates
  await made.must('gate', gate.id, 'reject', '--reason', 'too short')
  await made.baton('run', 'wf.yaml')
  const [second] = (await made.must('gate')).gates
  await made.must('gate', second.id, 'approve', '--reason', 'long enough')
  await made.must('run', 'wf.yaml')
  await made.must('integrate', 'wf', '--approve', 'read it')
  const { handoffs } = await made.must('handoff', 'list', 'wf')
  const events = handoffs.map((one: Json) => one.event)
  for (const event of ['attempt-failed', 'gate-rejected', 'gate-approved', 'attempt-completed', 'baseline-integration'])
    expect(events).toContain(event)
  const [integrated] = handoffs.filter((one: Json) => one.event === 'baseline-integration')
  expect(read(made, integrated.path)).toMatchObject({ baselineIntegration: 'post' })
  expect((await made.must('handoff', 'verify', 'wf')).whole).toBe(true)
  expect(made.git('ls-tree', '-r', '--name-only', 'main')).not.toContain('handoff/')
})

it('scenario 7: the next agent is given what the one before it handed on', async () => {
  const made = await play(stage(), { steps: two, keys: { b: keeps } })
  await made.must('run', 'wf.yaml')
  const prompt = readFileSync(join(made.out, 'prompt.1'), 'utf8')
  const [landed] = await made.facts('landing.done')
  expect(prompt).toContain('attempt-completed')
  expect(prompt).toContain(`git:${(landed?.data as Json)?.commit}`)
})

it('scenario 7: one that is missing blocks with a remedy, costs no try, and is repaired byte for byte', async () => {
  const made = await play(stage(), { steps: two, keys: { b: keeps } })
  await made.must('run', 'wf.yaml', '--include', 'a')
  const kept = made.git('rev-parse', `${ref}^{tree}`)
  const [path] = files(made)
  made.git('update-ref', ref, made.git('commit-tree', '-m', 'gone', made.git('mktree')))
  const held = await made.baton('run', 'wf.yaml')
  expect(held.code).toBe(4)
  expect(made.log()).not.toContain('start b 1')
  const [blocker] = (await made.must('unblock')).blockers
  expect(blocker).toMatchObject({ kind: 'handoff', step: 'wf/b', notes: expect.stringContaining(path ?? '?') })
  expect(blocker.notes).toContain('baton handoff repair wf')
  const found = await made.baton('handoff', 'verify', 'wf', '--json')
  expect(found.code).toBe(6)
  expect(found.json.found).toMatchObject([{ standing: 'missing', path }])
  expect((await made.must('handoff', 'repair', 'wf')).written).toContain(path)
  expect(made.git('rev-parse', `${ref}:${path}`)).toBe(made.git('rev-parse', `${kept}:${path}`))
  expect((await made.must('unblock')).blockers).toEqual([])
  expect((await made.baton('run', 'wf.yaml')).code).toBe(0)
  expect((await made.must('handoff', 'verify')).whole).toBe(true)
})
