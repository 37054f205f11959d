// Every method is asked on a real house with real work in it, and what it answers is held to its schema.

import { hash } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { wish } from '../../src/core/wishes.ts'
import { agent, policy, teaFeature, teaTasks, workflow } from '../acceptance/plans.ts'
import { stage } from '../acceptance/stage.ts'
import { until } from '../acceptance/until.ts'
import { type Asking, all, asking, conforms } from './conforming.ts'

const same = 'mkdir -p out; printf "%s\\n" "$BATON_KEY" > out/same.txt'
const steps = [
  { key: 'a', order: 1, exit: ['out/a.txt says how'] },
  { key: 'gated', order: 2, parallel: true, gate: 'review' },
  { key: 'left', order: 3, parallel: true },
  { key: 'right', order: 4, parallel: true },
  { key: 'slow', order: 5, parallel: true },
  { key: 'last', order: 6 },
  { key: 'never', order: 7 },
]
const keys = {
  a: 'echo hello; if [ "$TRY" = 1 ]; then exit 3; fi; write a',
  left: same,
  right: `if [ "$TRY" = 1 ]; then wait_for left-landed; ${same}; else write right; fi`,
  slow: 'echo at work; if [ "$TRY" = 1 ]; then wait_for never; fi; write slow',
}
const served = {
  urls: ['http://127.0.0.1:1/'],
  since: 1,
  invite: () => ({ url: 'http://127.0.0.1:1/?once=x', until: 2 }),
  admit: () => 'key',
  dismiss: () => undefined,
}

async function play(): Promise<Asking> {
  const made = stage()
  made.commit({
    // The agent of one step may split it.
    'wf.yaml': workflow('wf', steps).replace(/("key":"slow".*?"responsibleRole":)"coder"/u, '$1"manager"'),
    [`${teaFeature}/tasks.md`]: teaTasks,
    'agent.sh': agent(made, keys),
    'baton.yaml': policy({ more: 'tries: 2\n' }),
  })
  const place = join(made.root, 'checkpoints')
  return asking(made, { mode: 'work', checkpointTo: { places: [place], from: made.root } })
}

/** A repository that nobody has set up, and then one that may be worked on. */
async function settingUp({ made, ask }: Asking): Promise<void> {
  await ask.call('workspace/look', { quick: true })
  const looked = await ask.call('workspace/look')
  expect(looked).not.toHaveProperty('chosen')
  expect(looked.configuration).toMatchObject({ trusted: false })
  await ask.call('workspace/init', { isolation: 'none', clones: 'shared' })
  await ask.call('workspace/trust', { digest: hash('sha256', made.read('baton.yaml')) })
  expect(await ask.call('workspace/look')).toHaveProperty('chosen')
  for (const name of ['house/doctor', 'house/health']) await ask.call(name)
  const { agents } = await ask.call('agent/list')
  expect(agents).toContainEqual(expect.objectContaining({ from: 'trusted', ok: true }))
  expect((await ask.call('model/list')).models).toMatchObject([{ name: 'default', from: 'person' }])
  expect(await ask.call('model/check', { model: 'default' })).toMatchObject({ ok: false })
  await counting(made.path, ask)
}

/** How many agents are wanted: in the workspace, and in a folder that is none. */
async function counting(path: string, ask: Asking['ask']): Promise<void> {
  for (const workspace of [path, '/somewhere/else']) {
    expect((await ask.call('count/want', { workspace, desired: 7 })).facts).toEqual(['workspace.desired'])
    await ask.call('count/report', { workspace, running: 2 })
    expect((await ask.call('count/show', { workspace })).count).toMatchObject({ running: 2, desired: 7 })
  }
  expect(await ask.call('count/list')).toMatchObject({ global: { running: 4, desired: 14 } })
}

/** A plan that was read, compared, changed and taken in; one with an error, too. */
async function planning({ made, ask }: Asking): Promise<void> {
  const plan = teaFeature
  made.commit({ 'round.yaml': workflow('round', [{ key: 'a', order: 1, after: ['z'] }]) })
  for (const one of [plan, 'wf.yaml', 'round.yaml']) {
    await ask.call('plan/read', { plan: one })
    await ask.call('plan/show', { plan: one })
  }
  expect((await ask.call('plan/read', { plan: 'round.yaml' })).errors).toBeGreaterThan(0)
  await ask.call('plan/import', { plan })
  expect((await ask.call('plan/change', { plan, changes: [{ kind: 'tick', key: 'T002' }] })).files).toHaveLength(1)
  expect((await ask.call('plan/show', { plan })).uncommitted).toHaveLength(1)
  made.commit({ [`${plan}/tasks.md`]: `${teaTasks.replace('form', 'shape')}- [ ] T006 Write more in book/more.md\n` })
  expect((await ask.call('plan/sync')).flatMap((one: { items: unknown[] }) => one.items)).toHaveLength(1)
  made.commit({ 'specs/002-tea/tasks.md': teaTasks.replace('T004', 'T014').replace('(depends on T002)', '') })
  expect((await ask.call('plan/diff', { old: plan, now: 'specs/002-tea' })).differences.length).toBeGreaterThan(1)
  for (const to of ['json', 'markdown']) await ask.call('plan/convert', { plan, to })
}

/** Work under way: one step landed after a failed attempt, one at a gate, two in conflict, one being done, one waiting. */
async function working({ made, house, ask }: Asking): Promise<void> {
  const dry = await ask.call('run/start', { plan: 'wf.yaml', dryRun: true })
  expect(dry.runs[0].order.order).toHaveLength(7)
  await ask.call('run/start', { plan: 'wf.yaml' })
  expect((await ask.call('run/start', { plan: 'wf.yaml' })).runs).toMatchObject([{ joined: true }])
  const phase = (key: string) => house.state.items.get('wf')?.steps.find((one) => one.spec.key === key)?.phase
  await until('left to land', () => phase('left') === 'done')
  made.say('left-landed')
  const gates = () => [...house.state.gates.values()].map((one) => one.kind)
  await until('a gate and a conflict', () => gates().includes('approval') && gates().includes('conflict'))
  await made.logged('start slow 1')
  await ask.call('blocker/raise', { on: 'wf/never', notes: 'the kettle is broken' })
  await ask.call('blocker/raise', { on: '001-tea', notes: 'no water' })
}

/** A step that is claimed from outside, given up, claimed again with a commit, and given back. */
async function outside({ made, ask }: Asking): Promise<void> {
  made.commit({ 'outside.yaml': workflow('outside', [{ key: 'a', order: 1 }]) })
  await ask.call('plan/import', { plan: 'outside.yaml' })
  const first = await ask.call('step/claim', { step: 'outside/a', executor: 'ci:1', displayName: 'CI', runId: '1' })
  const attempt = first.attemptId
  expect(await ask.call('attempt/judged', { attempt, atMostMs: 0 })).toMatchObject({ judgement: 'open', over: false })
  const gone = await ask.call('attempt/complete', { attempt, event: 'attempt-failed', outcome: 'no water' })
  expect(gone).toMatchObject({ judgement: 'failed', over: true })
  await ask.call('step/retry', { step: 'outside/a' })
  const second = await ask.call('step/claim', { step: 'outside/a', attempt: 2 })
  expect(second).toMatchObject({ previousAttemptId: attempt, base: first.base })
  const commit = made.commit({ 'poured.txt': 'poured\n' })
  const bob = ask.as({ name: 'bob', may: new Set(['read', 'run']) })
  await expect(bob.call('attempt/release', { attempt: second.attemptId, why: 'x' })).rejects.toThrow(
    /ann has claimed it/,
  )
  const far = { attempt: second.attemptId, executor: 'ann', from: made.out }
  await expect(bob.call('attempt/complete', far)).rejects.toThrow(/ann has claimed it/)
  const ann = ask.as({ name: 'ann', may: new Set(['read', 'run']) })
  await expect(ann.call('attempt/complete', far)).rejects.toThrow(/Baton does not work for it/)
  expect(await ask.call('attempt/complete', { attempt: second.attemptId, commit })).toMatchObject({ leftOut: [] })
  await ask.call('step/cancel', { step: 'outside/a' })
  await ask.call('step/retry', { step: 'outside/a' })
  const third = await ask.call('step/claim', { step: 'outside/a' })
  await ask.call('attempt/release', { attempt: third.attemptId, why: 'no time' })
}

/** What the agent of the step that is being done says and asks, with the key of its attempt. */
async function speaking({ house, ask }: Asking): Promise<void> {
  const agent = ask.as({ name: 'agent of wf/slow/1', may: new Set(['read', 'run']), attempt: 'wf/slow/1' })
  await agent.call('attempt/report', { says: 'the water is on', todo: [{ text: 'pour', status: 'pending' }] })
  const { question } = await agent.call('attempt/ask', { asks: 'Which cup?', options: ['blue', 'white'], atMostMs: 0 })
  await ask.call('gate/answer', { gate: question, answer: 'blue' })
  expect(await agent.call('attempt/ask', { question })).toMatchObject({ answered: true, answer: 'blue' })
  const open = await agent.call('attempt/ask', { asks: 'How hot?', atMostMs: 0 })
  await ask.call('gate/answer', { gate: open.question, answer: 'As hot as it goes: 100 °C.' })
  expect(await agent.call('attempt/ask', { asks: 'How hot?' })).toMatchObject({ answer: 'As hot as it goes: 100 °C.' })
  const { blocker } = await agent.call('attempt/block', { notes: 'no leaves' })
  await ask.call('blocker/clear', { blocker })
  const proposed = await agent.call('step/propose', {
    steps: [{ title: 'Warm the pot' }, { title: 'Pour', after: [1] }],
  })
  expect(proposed.keys).toEqual(['slow.1', 'slow.2'])
  await ask.call('gate/show', { gate: proposed.question })
  await ask.call('gate/answer', { gate: proposed.question, answer: 'approve' })
  expect((await agent.call('attempt/brief')).parts).toHaveLength(2)
  await ask.call('status/step', { step: 'wf/slow.2' })
  expect(house.state.items.get('wf')?.steps.map(({ spec }) => spec.key)).toContain('slow.2')
}

async function looking({ house, ask }: Asking): Promise<void> {
  await ask.call('status/list')
  await ask.call('status/list', { at: 3 })
  for (const item of ['wf', '001-tea']) await ask.call('status/item', { item })
  for (const { key } of steps) {
    await ask.call('status/step', { step: `wf/${key}` })
    await ask.call('step/why', { step: `wf/${key}` })
  }
  await ask.call('step/ready')
  await ask.call('run/wait', { item: 'wf', atMostMs: 0 })
  const { gates } = await ask.call('gate/list', { all: true })
  for (const { id } of gates) await ask.call('gate/show', { gate: id })
  const { blockers } = await ask.call('blocker/list')
  await ask.call('blocker/clear', { blocker: blockers[0].id })
  await ask.call('blocker/list', { all: true })
  const { duplicate } = await ask.call('duplicate/suspect', { item: '001-tea', of: 'wf', why: 'both boil water' })
  await ask.call('duplicate/list')
  await ask.call('duplicate/settle', { duplicate, verdict: 'linked', rationale: 'two halves' })
  await ask.call('duplicate/settle', { duplicate, verdict: 'overturned', rationale: 'after all not' })
  expect((await ask.call('duplicate/list', { all: true })).duplicates).toMatchObject([
    { settled: { verdict: 'overturned' } },
  ])
  for (const on of ['wf/never', 'wf'])
    expect((await ask.call('owner/transfer', { on, to: 'grace', why: 'ada is away' })).facts).toHaveLength(1)
  expect(await ask.call('status/step', { step: 'wf/never' })).toMatchObject({ owner: 'grace' })
  for (const attempt of ['wf/a/1', 'wf/a/2', 'wf/gated/1', 'wf/right/1', 'wf/slow/1']) {
    await ask.call('attempt/show', { attempt })
    await ask.call('attempt/log', { attempt })
  }
  await ask.call('name/find', { name: 'slow', kinds: ['step', 'attempt'] })
  await ask.call('clone/list')
  await ask.call('state/read')
  const { entries } = await ask.call('journal/read', { limit: 1000 })
  expect(await ask.some('journal/follow', { after: 0 }, entries.length)).toEqual(entries)
  const graph = {
    tasks: [
      { id: 'x', duration: 1 },
      { id: 'y', duration: 2, after: ['x'] },
    ],
  }
  await ask.call('schedule/simulate', { graph, slots: 2 })
  await ask.call('handoff/list', { step: 'wf/a' })
  await ask.call('handoff/verify')
  for (const by of ['item', 'step', 'agent', 'model', 'day']) await ask.call('cost/show', { by })
  expect((await ask.call('cost/show', { item: 'wf' })).total).toMatchObject({ attempts: 6, costUsd: 0 })
  expect(await ask.call('cost/simulate', { outcomes: 'record' })).toMatchObject({
    from: 'record',
    policy: { tasks: 2, solved: 1 },
  })
  for (const by of ['item', 'workflow', 'owner', 'workspace', 'day']) await ask.call('metrics/show', { by })
  await ask.call('metrics/show', { by: 'owner', splitBy: 'day' })
  expect(await ask.call('metrics/show', { item: 'wf' })).toMatchObject({
    item: { id: 'wf', status: expect.any(String) },
  })
  for (const rows of ['items', 'steps', 'attempts']) await ask.call('portfolio/export', { format: 'csv', rows })
  expect(await ask.call('metrics/show', { item: 'wf' })).toMatchObject({ total: { items: 1, attempts: 6 } })
  for (const format of ['json', 'csv', 'md']) await ask.call('portfolio/export', { format })
  const outcomes = {
    models: { mini: { x: { resolved: false, cost: 1, ms: 5 } }, large: { x: [{ resolved: true, cost: 3, ms: 5 }] } },
  }
  expect(await ask.call('cost/simulate', { outcomes })).toMatchObject({ policy: { solved: 1, costUsd: 4 } })
  house.serving = served
  await ask.call('server/show')
  await ask.call('server/invite')
}

/** What people wish while it goes on, and how it ends. */
async function ruling({ made, house, ask }: Asking): Promise<void> {
  for (const name of ['run/pause', 'run/resume', 'run/drain', 'run/resume']) {
    await ask.call(name, { item: 'wf' })
    await ask.call('status/item', { item: 'wf' })
    await ask.call('status/step', { step: 'wf/last' })
  }
  await ask.call('step/cancel', { step: 'wf/slow' })
  await until('slow to end', () => made.log().length > 0 && house.state.items.get('wf')?.running === 0)
  await ask.call('attempt/show', { attempt: 'wf/slow/1' })
  const open = [...house.state.gates.values()].filter((one) => one.phase === 'open')
  const [conflict, approval] = ['conflict', 'approval'].map((kind) => open.find((one) => one.kind === kind)?.id)
  await ask.call('gate/answer', { gate: conflict, answer: 'again' })
  await ask.call('gate/answer', { gate: approval, answer: 'reject', reasons: ['name the colours'], reentry: 'a' })
  await ask.call('gate/show', { gate: approval })
  await ask.call('status/step', { step: 'wf/gated' })
  await ask.call('step/retry', { step: 'wf/slow' })
  await house.submit(wish('account.bar', 'baton', { account: 'codex', kind: 'auth', why: 'nobody is logged in' }))
  await ask.call('account/free', { account: 'codex' })
  await ask.call('budget/set', { scope: 'item', of: 'wf', tokens: 1_000_000 })
  await ask.call('step/skip', { step: 'wf/never', why: 'not wanted any more' })
  await ask.call('run/cancel', { item: 'wf' })
  await ask.call('status/item', { item: 'wf' })
}

/** A workflow that is published, followed, left for its next version, and taken back. */
async function versioning({ made, ask }: Asking): Promise<void> {
  const steps = [{ key: 'one', order: 1 }]
  const said = { why: 'so agreed', impact: 'another step' }
  made.commit({ 'vw.yaml': workflow('vw', steps) })
  await ask.call('workflow/publish', { plan: 'vw.yaml', ...said })
  await ask.call('plan/import', { plan: 'vw.yaml' })
  const next = workflow('vw', [...steps, { key: 'two', order: 2 }]).replace('"1.0"', '"2.0"')
  made.commit({ 'vw.yaml': next.replace('steps:', 'effectiveFrom: "2020-01-01"\nsteps:') })
  await ask.call('workflow/publish', { plan: 'vw.yaml', ...said })
  const moving = { item: 'vw', to: 'vw@2.0', mapping: [{ from: 'one', to: 'one' }], why: 'so agreed' }
  expect(await ask.call('workflow/migrate', { ...moving, dryRun: true })).toMatchObject({ dryRun: true })
  expect((await ask.call('workflow/migrate', moving)).moves).toHaveLength(2)
  expect(await ask.call('workflow/rollback', { name: 'vw', ...said })).toMatchObject({ current: '1.0' })
  for (const name of ['vw', 'speckit']) await ask.call('workflow/show', { name })
  expect((await ask.call('workflow/list')).workflows).toContainEqual(expect.objectContaining({ name: 'vw' }))
  expect((await ask.call('workflow/changes')).changes.length).toBeGreaterThan(4)
}

/** What the smaller item has handed on; written down here as it is owed, so that nobody has to wait for it. */
async function handing({ house, ask }: Asking): Promise<void> {
  for (const { item, of, event } of (await ask.call('handoff/list')).owed) {
    const file = { of, event, path: `handoff/then-${item}-${of}.json`, digest: hash('sha256', '') }
    await house.submit(wish('handoff.write', 'baton', { item, commit: 'f'.repeat(40), files: [file] }))
  }
  const { handoffs } = await ask.call('handoff/list', { item: 'one' })
  expect(handoffs.length).toBeGreaterThan(1)
  await ask.call('handoff/show', { handoff: handoffs[0].path })
  expect(await ask.call('handoff/verify', { item: 'one' })).toMatchObject({ recorded: true })
  await ask.call('handoff/repair', { item: 'one' })
}

/** What is left when a second, smaller item is over, and the record of it all. */
async function ending(played: Asking): Promise<void> {
  const { made, house, ask } = played
  await house.submit(wish('record.begin', 'baton', { path: realpathSync(made.path) }))
  // What judges the base branch without it must find something.
  made.commit({ 'one.yaml': workflow('one', [{ key: 'only', order: 1 }]), 'out/kept.txt': 'kept\n' })
  await ask.call('run/start', { plan: 'one.yaml' })
  await until('only to land', async () => (await ask.call('run/wait', { item: 'one', atMostMs: 500 })).over)
  expect(await ask.call('item/integrate', { item: 'one' })).toMatchObject({ gate: { kind: 'release' } })
  await ask.call('status/item', { item: 'one' })
  await ask.call('item/integrate', { item: 'one', approve: 'read the diff' })
  await until('one to be closed', () => house.state.closed.has('one'))
  expect((await ask.call('status/list')).closed).toHaveLength(1)
  await handing(played)
  await ask.call('item/revert', { item: 'one', why: 'it was the wrong colour' })
  await until('one to be taken back', () => house.state.closed.get('one')?.reversion?.done !== undefined)
  expect(await ask.call('status/closed', { item: 'one' })).toMatchObject({ list: [{ end: 'done' }] })
  await ask.call('clone/discard', { attempts: ['wf/slow/1'] })
  await ask.call('clone/discard')
  const { note } = await ask.call('audit/checkpoint')
  await ask.call('attempt/forget', { attempts: ['wf/a/1'], why: 'it held a name' })
  await ask.call('attempt/show', { attempt: 'wf/a/1' })
  await ask.call('audit/verify', { checkpoint: note })
  await ask.call('audit/diff', { from: note })
  await ask.call('audit/diff', { from: '1', to: '9', kind: 'house', limit: 1 })
  await ask.call('audit/diff', { from: '1', item: 'wf' })
  await ask.call('audit/prove', { seq: 1 })
  await ask.call('audit/places')
  for (const item of ['wf', '001-tea']) await ask.call('item/report', { item })
  for (const at of [5, undefined]) await ask.call('audit/replay', at === undefined ? {} : { at })
  await ask.call('audit/rotate')
  await ask.call('audit/rotate', { lost: 'the disk is gone' })
  expect((await ask.some('audit/export', {}, 50)).length).toBeGreaterThan(10)
  await ask.call('audit/backup', { folder: join(made.root, 'backup') })
}

it('every method answers what its schema says, on a house with real work in it', async () => {
  const played = await play()
  await settingUp(played)
  await planning(played)
  await working(played)
  await speaking(played)
  await outside(played)
  await looking(played)
  await ruling(played)
  await versioning(played)
  await ending(played)
  const unasked = all.map((one) => one.name).filter((name) => !played.ask.asked.has(name))
  expect(unasked, 'a new method is asked in one of the acts above').toEqual([])
}, 120_000)

it('a field too many, a field too few and a word that is not in the list are seen', () => {
  const said = { seq: 1, facts: ['run.paused'] }
  expect(() => conforms('run/pause', said)).not.toThrow()
  expect(() => conforms('run/pause', { ...said, more: 1 })).toThrow(/run\/pause by its schema/)
  expect(() => conforms('run/pause', { seq: 1 })).toThrow(/run\/pause by its schema/)
  expect(() => conforms('name/find', { kind: 'task', id: 'x' })).toThrow(/name\/find by its schema/)
  expect(() => conforms('no/method', said)).toThrow(/has no schema/)
})
