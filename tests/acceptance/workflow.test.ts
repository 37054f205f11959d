// Document 004, the workflow: ordered steps with criteria, obstacles, and a status that explains itself.
import { expect, it } from 'vitest'
import { diamond, play, workflow } from './plans.ts'
import { stage } from './stage.ts'

it('FR-001 a workflow file of ordered steps with entry criteria, exit criteria and a definition of done is carried out', async () => {
  const made = await play(stage(), {
    steps: [
      { key: 'build', order: 2 },
      { key: 'design', order: 1, entry: ['the idea is written down'], exit: ['out/design.txt says how'] },
    ],
  })
  const done = await made.must('run', 'wf.yaml')
  expect(done).toMatchObject({
    format: 'workflow',
    results: [{ item: 'wf', outcome: 'complete', counts: { done: 2 } }],
  })
  expect(made.log()).toEqual(['start design 1', 'end design 1', 'start build 1', 'end build 1'])
  expect(made.at('baton/wf', 'out/design.txt')).toBe('Write design')
  const step = await made.status('wf/design')
  expect(step.entry).toEqual(['the idea is written down'])
  expect(step.exit).toEqual([
    'out/design.txt says how',
    "its checks pass on the result merged with the item's branch",
    "its result has landed on the item's branch",
  ])
  expect(step.remaining).toEqual([])
  expect(step.brief).toContain('Done when:\n- out/design.txt says how')
})

it('FR-001 a workflow file without exit criteria, or with a circle, is refused with the line', async () => {
  const made = await play(stage())
  made.commit({ 'bare.yaml': workflow('bare', [{ key: 'a', order: 1, exit: [] }]) })
  const bare = await made.baton('run', 'bare.yaml')
  expect(bare.code).toBe(2)
  expect(bare.err).toMatch(/bare\.yaml:5 .*exitCriteria/)
  const steps = [
    { key: 'a', order: 1, after: ['b'] },
    { key: 'b', order: 2, after: ['a'] },
  ]
  made.commit({ 'round.yaml': workflow('round', steps) })
  const round = await made.baton('run', 'round.yaml')
  expect(round.code).toBe(2)
  expect(round.err).toContain('a → b → a')
  expect((await made.must('status')).items).toEqual([])
})

it('FR-002 an item is in one workflow, and its status shows the current step, the next one and the remaining exit criteria', async () => {
  const made = await play(stage(), { keys: { a: 'wait_for go; write a' } })
  const going = made.go('run', 'wf.yaml')
  await made.logged('start a 1')
  const item = await made.status('wf')
  expect(item.workflow).toBe('wf@1.0')
  expect(item.current.map((one: { key: string }) => one.key)).toEqual(['a'])
  expect(item.next).toEqual(['wf/b', 'wf/c'])
  expect((await made.status('wf/a')).remaining).toEqual([
    'out/a.txt is written',
    "its checks pass on the result merged with the item's branch",
    "its result has landed on the item's branch",
  ])
  made.say('go')
  expect((await going.ended).code).toBe(0)
  expect((await made.status('wf')).next).toEqual([])
})

it('FR-002 a second file cannot take an item over into another workflow', async () => {
  const made = await play(stage())
  await made.must('run', 'wf.yaml', '--include', 'a')
  made.commit({ 'other.yaml': workflow('wf', [{ key: 'z', order: 1 }]) })
  const other = await made.baton('run', 'other.yaml')
  expect(other.code).toBe(6)
  expect(other.err).toContain('wf.yaml')
  const item = await made.status('wf')
  expect(item.list.map((one: { key: string }) => one.key)).toEqual(['a', 'b', 'c', 'd'])
})

it('FR-012 a blocker is declared, classified, shown by why, resolved, and keeps what it blocks from starting', async () => {
  const made = await play(stage(), { keys: { a: 'wait_for go; write a' } })
  const going = made.go('run', 'wf.yaml', '--json')
  await made.logged('start a 1')
  const { blocker } = await made.must(
    'block',
    'wf/b',
    '--kind',
    'external',
    '--owner',
    'design',
    '--notes',
    'no icons yet',
  )
  made.say('go')
  const held = await going.ended
  expect(held.code).toBe(4)
  expect(held.json.results[0]).toMatchObject({ outcome: 'held' })
  expect(made.log()).not.toContain('start b 1')
  expect(made.log()).toContain('end c 1')
  const because = await made.baton('why', 'wf/b')
  expect(because.out).toContain('It is blocked (external): no icons yet.')
  expect(because.out).toContain(`design: baton unblock ${blocker}`)
  expect((await made.status('wf/b')).status).toBe('blocked')
  expect((await made.status('wf')).obstacles).toMatchObject([{ id: blocker, kind: 'external', owner: 'design' }])
  expect((await made.must('unblock')).blockers).toMatchObject([{ id: blocker, step: 'wf/b' }])
  await made.must('unblock', blocker, '--notes', 'the icons came')
  expect((await made.must('unblock')).blockers).toEqual([])
  expect((await made.baton('run', 'wf.yaml')).code).toBe(0)
  const [cleared] = await made.facts('blocker.cleared')
  expect(cleared?.data).toMatchObject({ blocker, notes: 'the icons came' })
  expect(await made.baton('unblock', blocker)).toMatchObject({ code: 6 })
})

it('FR-015 the status explains why a step is where it is, what remains, which parallel branches are pending, and what comes next', async () => {
  const made = await play(stage(), { keys: { b: 'wait_for go; write b' } })
  const going = made.go('run', 'wf.yaml')
  await made.logged('start b 1')
  await made.logged('end c 1')
  const step = await made.status('wf/d')
  expect(step.status).toBe('waiting')
  expect(step.hold.why).toMatch(/^Document order: b \(running\).* first\.$/)
  expect(step.next).toBe('b landing')
  expect(step.remaining).toHaveLength(3)
  const said = await made.baton('status', 'wf/d')
  for (const words of ['b (running)', 'b landing', 'out/d.txt is written']) expect(said.out).toContain(words)
  const why = await made.baton('why', 'wf/b')
  expect(why.out).toContain('It is being worked on by shell (attempt 1).')
  made.say('go')
  expect((await going.ended).code).toBe(0)
  const { seq } = (await made.facts('attempt.started')).find(
    (one) => (one.data as { step: string }).step === 'wf/b',
  ) ?? { seq: 0 }
  expect((await made.baton('why', 'wf/d', '--at', String(seq))).out).toContain('b (running)')
})

it('FR-015 the status of a step that waits for a join names every branch it waits for', async () => {
  const steps = diamond.map((one) => (one.key === 'd' ? { ...one, after: ['b', 'c'] } : one))
  const made = await play(stage(), { steps, keys: { b: 'wait_for go; write b', c: 'wait_for go; write c' } })
  const going = made.go('run', 'wf.yaml')
  await made.logged('start b 1')
  await made.logged('start c 1')
  const step = await made.status('wf/d')
  expect(step.hold.why).toBe('It waits for b (running), c (running).')
  expect(step.after.map((one: { key: string }) => one.key)).toEqual(['b', 'c'])
  made.say('go')
  expect((await going.ended).code).toBe(0)
})
