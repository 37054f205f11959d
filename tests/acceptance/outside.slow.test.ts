// Document 004's claim, complete and release, as a person or a script gives them: the built command line on real git.
import { chmodSync, existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { built, type Json } from './stage.ts'
import { on, said, tea, types, worktree } from './tea.ts'
import { until } from './until.ts'

it('FR-027 scenario 4: of twenty processes that claim one step at once, exactly one gets it, and the record names that one', async () => {
  const made = await tea()
  await made.must('plan', 'import', 'specs/001-tea')
  const all = await Promise.all(
    Array.from({ length: 20 }, (_, at) => made.start('claim', 'T001', '--executor', `job-${at}`, '--json').ended),
  )
  expect(all.map(({ code }) => code).sort()).toEqual([0, ...Array(19).fill(6)])
  const winner = all.find(({ code }) => code === 0)?.json
  const granted = await made.facts('claim.granted')
  expect(granted.map((one) => (one.data as Json).agent)).toEqual([winner.executor.id])
  for (const { code, json } of all)
    if (code === 6)
      expect(json.error.why).toContain(`${winner.executor.id} is at work on it: attempt 001-tea/T001/1, since`)
  expect((await made.must('audit', 'verify')).whole).toBe(true)
}, 120_000)

it('FR-027 a person claims, does and completes a step: the same checks, landing and handoff as for an agent, and only the name differs', async () => {
  const made = await tea()
  const claimed = await made.must(
    'claim',
    '--work-item',
    'specs/001-tea',
    '--step',
    'T001',
    '--executor',
    'grace',
    '--display-name',
    'Grace H',
    '--run-id',
    'r-7',
  )
  expect(claimed).toEqual({
    schemaVersion: '1.0',
    attemptId: '001-tea/T001/1',
    workItemId: '001-tea',
    stepKey: 'T001',
    claimedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    executor: { id: 'grace', displayName: 'Grace H', runId: 'r-7' },
    status: 'running',
    artifactPath: 'refs/baton/record:handoff/',
    base: made.git('rev-parse', 'main'),
    branch: 'baton/001-tea',
    handed: [],
    seq: expect.any(Number),
  })
  expect((await made.must('claim', 'T001', '--executor', 'grace', '--attempt', '1')).attemptId).toBe('001-tea/T001/1')
  const why = await made.must('why', 'T001')
  expect(why.why).toContain('outside Baton by Grace H (grace), who has had it since')
  const tree = worktree(made, claimed.base)
  tree.commit('work/t1.txt', 'brewed\n')
  const complete = [
    'complete',
    '--work-item',
    '001-tea',
    '--step',
    'T001',
    '--attempt',
    '1',
    '--event-type',
    'attempt-completed',
    '--actor',
    'Grace',
    '--outcome',
    'brewed it',
    '--next-action',
    'pour soon',
    '--baseline',
    'pre',
    '--timestamp',
    '2026-01-02T03:04:05Z',
    '--link',
    'https://ci/7',
    '--commit',
    tree.git('rev-parse', 'HEAD'),
  ]
  const landed = await made.must(...complete)
  expect(landed).toMatchObject({ judgement: 'landed', commit: made.git('rev-parse', 'baton/001-tea'), leftOut: [] })
  expect(made.git('log', '-1', '--format=%an %s', 'baton/001-tea')).toBe('Grace H T001: Brew')
  expect(made.at('baton/001-tea', 'specs/001-tea/tasks.md')).toContain('- [X] T001')
  const order = [
    'claim.granted',
    'attempt.started',
    'attempt.ended',
    'claim.released',
    'attempt.checked',
    'landing.ordered',
    'landing.done',
  ]
  expect((await types(made)).filter((type) => order.includes(type))).toEqual(order)
  const handoff = (await made.must('handoff', 'show', 'T001')).handoff
  expect(handoff).toMatchObject({
    eventType: 'attempt-completed',
    actor: 'Grace',
    outcome: expect.stringContaining('brewed it'),
    nextAction: expect.stringContaining('pour soon'),
  })
  expect(handoff.links).toContain('https://ci/7')
  await made.must('run', 'specs/001-tea')
  expect((await made.status('001-tea')).counts).toEqual({ done: 4 })
  expect(await made.must('claim', 'T001').catch((error: Error) => error.message)).toContain('already done')
}, 120_000)

it('scenario 7 whoever claims is told what those before have handed on, and a missing handoff keeps the step from them until it is repaired', async () => {
  const made = await tea()
  const ref = 'refs/baton/record'
  const { base } = await made.must('claim', 'specs/001-tea', 'T001')
  const commit = worktree(made, base).commit('work/t1.txt', 'brewed\n')
  await made.must('complete', 'T001', '--next-action', 'pour soon', '--commit', commit)
  const kept = made.git('rev-parse', `${ref}^{tree}`)
  const next = await made.must('claim', 'T002')
  expect(next.handed).toEqual([{ key: 'T001', says: expect.stringContaining('pour soon') }])
  made.git('update-ref', ref, made.git('commit-tree', '-m', 'gone', made.git('mktree')))
  const held = said(await made.baton('claim', 'T003'))
  expect(held).toEqual([6, expect.stringMatching(/is missing[\s\S]*baton handoff repair 001-tea/)])
  await made.must('handoff', 'repair', '001-tea')
  expect(made.git('rev-parse', `${ref}^{tree}`)).toBe(kept)
  expect((await made.must('claim', 'T003')).handed).toHaveLength(1)
})

it('FR-025 exit codes of a claim that cannot be: each says what is wrong, where, and what to do', async () => {
  const made = await tea()
  await made.must('plan', 'import', 'specs/001-tea')
  expect(said(await made.baton('claim'))).toEqual([2, expect.stringContaining('no step is named')])
  expect(said(await made.baton('claim', 'T001', '--executor', '-x y'))[0]).toBe(2)
  expect(said(await made.baton('claim', 'T001', '--attempt', 'x'))).toEqual([
    2,
    expect.stringContaining('neither a number'),
  ])
  expect((await made.baton('claim', 'T009')).code).toBe(5)
  expect((await made.baton('claim', 'nowhere', 'T001')).code).toBe(5)
  expect(said(await made.baton('claim', 'T004'))).toEqual([
    6,
    expect.stringContaining('It waits for T002 (waiting), T003 (waiting).'),
  ])
  expect(said(await made.baton('claim', 'T001', '--attempt', '2'))).toEqual([
    6,
    expect.stringContaining('next attempt is 001-tea/T001/1'),
  ])
  await made.must('claim', 'T001', '--executor', 'grace')
  const complete = (...more: string[]) => made.baton('complete', 'T001', ...more)
  expect(said(await complete('--baseline', 'post'))).toEqual([2, expect.stringContaining('baton integrate')])
  expect(said(await complete('--timestamp', 'soon'))).toEqual([2, expect.stringContaining('it is no time')])
  expect(said(await complete('--event-type', 'attempt-failed'))).toEqual([
    2,
    expect.stringContaining('what went wrong'),
  ])
  expect(said(await complete())).toEqual([2, expect.stringContaining('it changes nothing of')])
  expect(said(await complete('--from', 'work'))).toEqual([2, expect.stringContaining('lies inside the checkout')])
  expect(said(await complete('--executor', 'linus', '--commit', 'main'))).toEqual([
    3,
    expect.stringContaining('grace has claimed it, not linus'),
  ])
  expect(said(await complete('--commit', 'no-such'))).toEqual([5, expect.stringContaining('no branch or tag')])
  expect(said(await complete('--attempt', '2', '--commit', 'main'))[0]).toBe(5)
  expect(said(await made.baton('release', 'T001'))).toEqual([2, expect.stringContaining('--why')])
  expect((await made.baton('release', 'T001', '--why', 'x', '--executor', 'linus')).code).toBe(3)
  expect((await made.facts('attempt.ended')).length).toBe(0)
  made.commit({ 'baton.yaml': `outside: forbid\n${made.read('baton.yaml')}` })
  await made.must('release', 'T001', '--why', 'the policy changes')
  await made.ready()
  expect(said(await made.baton('claim', 'T001'))).toEqual([4, expect.stringContaining('lets nobody outside claim')])
}, 120_000)

it('FR-025 what is not committed, what conflicts and what cannot be compared ends nothing, and is named with a way on', async () => {
  const made = await tea()
  const { base } = await made.must('claim', 'specs/001-tea', 'T001')
  const tree = worktree(made, base)
  tree.commit('work/start.txt', 'one\nzwei\nthree\n')
  tree.write('work/t1.txt', 'forgotten\n')
  tree.write('ignored.txt', 'never mind\n')
  const open = await made.in(tree.folder).baton('complete', 'T001')
  expect(said(open)).toEqual([6, expect.stringMatching(/work\/t1\.txt in .* is not committed/)])
  expect(open.err).toContain('--from .')
  expect(open.err).not.toContain('ignored.txt')
  const all = await made.in(tree.folder).baton('complete', 'T001', '--from', '.', '--json')
  expect(all.json).toMatchObject({ judgement: 'landed', leftOut: [{ path: 'ignored.txt' }] })
  expect(made.at('baton/001-tea', 'work/t1.txt')).toBe('forgotten')
  const next = await made.must('claim', 'T002')
  expect(next.base).toBe(made.git('rev-parse', 'baton/001-tea'))
  const other = worktree(made, base)
  const clashes = other.commit('work/start.txt', 'one\n2\nthree\n')
  const no = await made.baton('complete', 'T002', '--commit', clashes)
  expect(said(no)).toEqual([
    6,
    expect.stringMatching(/conflicts with .*, from which the step was claimed, in .*work\/start\.txt/),
  ])
  expect((await made.facts('attempt.ended')).length).toBe(1)
  other.git('reset', '-q', '--hard', base)
  other.commit('work/t2.txt', 'poured\n')
  const merged = await made.in(other.folder).baton('complete', 'T002', '--json')
  expect(merged.json).toMatchObject({ judgement: 'landed' })
  expect(made.at('baton/001-tea', 'work/t2.txt')).toBe('poured')
  expect(made.at('baton/001-tea', 'work/t1.txt')).toBe('forgotten')
  await made.must('claim', 'T003')
  other.write('work/t3.txt', 'served\n')
  const lies = await made.in(other.folder).baton('complete', 'T003', '--from', '.', '--json')
  expect(lies.json).toMatchObject({ judgement: 'landed' })
  const landed = ['t1', 't2', 't3'].map((name) => made.at('baton/001-tea', `work/${name}.txt`))
  expect(landed).toEqual(['forgotten', 'poured', 'served'])
  const nowhere = await made.in(made.root).baton('complete', 'T002')
  expect(said(nowhere)).toEqual([2, expect.stringContaining('is no git checkout')])
}, 60_000)

it('FR-028 a clone elsewhere is read by plumbing: nothing that it configures runs, and its work lands', async () => {
  const made = await tea()
  await made.must('claim', 'specs/001-tea', 'T001')
  const folder = join(made.root, 'elsewhere')
  made.git('clone', '-q', '--no-hardlinks', made.path, folder)
  const git = on(made, folder)
  const trap = join(made.root, 'trap.sh')
  writeFileSync(trap, `#!/bin/sh\ntouch ${join(made.root, 'sprung')}\ncat\n`)
  chmodSync(trap, 0o755)
  writeFileSync(join(folder, 'work', 't1.txt'), 'far away\n')
  writeFileSync(join(folder, 'specs/001-tea/tasks.md'), 'nothing left to do\n')
  git('add', '-A')
  git('commit', '-qm', 'far away')
  const traps = ['core.fsmonitor', 'uploadpack.packObjectsHook', 'core.sshCommand', 'filter.x.clean', 'diff.external']
  for (const name of traps) git('config', name, trap)
  git('config', 'core.hooksPath', made.root)
  writeFileSync(join(folder, '.git', 'info', 'attributes'), '* filter=x diff=x merge=x\n')
  const done = await made.in(folder).baton('complete', 'T001', '--json')
  expect(done.json).toMatchObject({ judgement: 'landed', leftOut: [{ path: 'specs/001-tea/tasks.md' }] })
  expect(existsSync(join(made.root, 'sprung'))).toBe(false)
  expect(made.at('baton/001-tea', 'work/t1.txt')).toBe('far away')
  expect(made.at('baton/001-tea', 'specs/001-tea/tasks.md')).toContain('- [X] T001')
  await made.must('claim', 'T002')
  const ahead = await made.in(folder).baton('complete', 'T002')
  expect(said(ahead)).toEqual([6, expect.stringMatching(/does not hold .*, from which the step was claimed/)])
  git('fetch', '-q', made.path, 'baton/001-tea')
  git('checkout', '-q', 'FETCH_HEAD')
  writeFileSync(join(folder, 'work', 't2.txt'), 'farther\n')
  git('-c', 'core.fsmonitor=false', '-c', 'filter.x.clean=cat', 'add', '-A')
  git('-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', 'commit', '-qm', 'farther')
  const head = git('rev-parse', 'HEAD')
  expect((await made.in(folder).baton('complete', 'T002', '--commit', head, '--json')).json).toMatchObject({
    judgement: 'landed',
  })
  const { base } = await made.must('claim', 'T003')
  worktree(made, base).commit('work/t3.txt', 'here\n')
  made.git('branch', 'only-here', made.git('rev-list', '--all', '-1', '--', 'work/t3.txt'))
  const there = await made.in(folder).baton('complete', 'T003', '--commit', 'only-here', '--json')
  expect(there.json).toMatchObject({ judgement: 'landed' })
  const unknown = await made.in(folder).baton('complete', 'T003', '--commit', 'nowhere')
  expect(said(unknown)[0]).not.toBe(0)
}, 60_000)

it('FR-027 what the checks refuse is tried anew by a new claim, what is given up only when it is queued again, what is given back costs nothing', async () => {
  const made = await tea()
  const { base } = await made.must('claim', 'specs/001-tea', 'T001')
  const tree = worktree(made, base)
  const bad = tree.commit('work/t1.txt', 'BAD\n')
  const no = await made.baton('complete', 'T001', '--commit', bad)
  expect(no.code).toBe(8)
  expect(no.out).toMatch(/rejected .*clean: /)
  const again = await made.must('claim', 'T001')
  expect(again).toMatchObject({ attemptId: '001-tea/T001/2', previousAttemptId: '001-tea/T001/1' })
  await made.must('release', 'T001', '--attempt', '2', '--why', 'not today')
  expect(said(await made.baton('complete', '001-tea/T001/2', '--commit', bad))).toEqual([
    6,
    expect.stringContaining('ended already: stopped'),
  ])
  await made.must('claim', 'T001')
  const gone = await made.must('complete', 'T001', '--event-type', 'attempt-rejected', '--outcome', 'the water is off')
  expect(gone).toMatchObject({ judgement: 'failed', why: 'given-up: the water is off' })
  expect((await made.must('handoff', 'show', 'T001')).handoff).toMatchObject({
    eventType: 'attempt-rejected',
    attemptId: '001-tea/T001/3',
  })
  expect(said(await made.baton('claim', 'T001'))).toEqual([
    6,
    expect.stringMatching(/it is failed: the water is off[\s\S]*baton retry/),
  ])
  await made.must('retry', 'T001')
  expect((await made.must('claim', 'T001')).attemptId).toBe('001-tea/T001/4')
  expect((await made.facts('attempt.ended')).map((one) => (one.data as Json).outcome.kind)).toEqual([
    'succeeded',
    'stopped',
    'rejected',
  ])
}, 60_000)

it('FR-006 a gate is answered by its key in the plan, with a reason when it is rejected', async () => {
  const made = built()
  made.commit({
    'wf.yaml':
      'id: wf\nname: Wf\nversion: "1"\nsteps:\n  - {key: a, title: A, order: 1, parallelizable: false, entryCriteria: [], exitCriteria: [done], responsibleRole: coder, gateKey: sign-off}\n',
    'baton.yaml': 'agents:\n  shell: {command: ["true"]}\nchecks:\n  - {name: fine, command: ["true"]}\n',
  })
  await made.ready()
  const { base } = await made.must('claim', 'wf.yaml', 'a')
  const tree = worktree(made, base)
  const waits = await made.baton('complete', 'a', '--commit', tree.commit('a.txt', 'a\n'), '--json')
  expect([waits.code, waits.json]).toEqual([
    4,
    expect.objectContaining({ judgement: 'gated', gate: expect.stringMatching(/^gate-/) }),
  ])
  const gate = (...more: string[]) => made.baton('gate', '--work-item', 'wf', '--gate', 'sign-off', ...more)
  expect(said(await gate('--decision', 'reject', '--reviewer', 'Ada'))).toEqual([
    2,
    expect.stringContaining('needs a reason'),
  ])
  expect((await made.baton('gate', '--work-item', 'wf', '--gate', 'other', '--decision', 'approve')).code).toBe(5)
  expect((await gate('--decision', 'reject', '--reason', 'too short', '--reviewer', 'Ada')).code).toBe(0)
  await made.must('claim', 'a')
  await made.baton('complete', 'a', '--commit', tree.commit('a.txt', 'a, and longer\n'))
  expect((await gate('--decision', 'approve', '--reason', 'long enough')).code).toBe(0)
  await until('it to land', async () => {
    await made.baton('run', 'wf.yaml')
    return (await made.facts('landing.done')).length === 1
  })
  const reviews = (await made.facts('gate.answered')).map(({ data }) => (data as Json).review)
  expect(reviews.map((one) => [one.answer, one.reasons])).toEqual([
    ['reject', ['too short', 'reviewed by Ada']],
    ['approve', ['long enough']],
  ])
}, 60_000)
