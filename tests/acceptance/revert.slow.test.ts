// Taking an integration back when something stands in the way, or the process dies between two of its facts.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { type Wishes, type WishType, wish } from '../../src/core/wishes.ts'
import { openHouse } from '../../src/presets/local.ts'
import { fine, integrated, one, why } from './integrated.ts'
import { play } from './plans.ts'
import { type Stage, stage } from './stage.ts'
import { until } from './until.ts'

it('FR-010 only what is integrated is taken back, and what stands in the way is named and kept', async () => {
  const made = await play(stage(), { steps: one, policy: { checks: fine } })
  await made.must('run', 'wf.yaml')
  const early = await made.baton('revert', 'wf', '--why', why)
  expect([early.code, early.err]).toEqual([6, expect.stringContaining('not integrated yet')])
  expect((await made.baton('revert', 'nothing', '--why', why)).code).toBe(5)
  await made.must('integrate', 'wf', '--approve', 'read it')
  made.write('out/a.txt', 'mine, not committed\n')
  const held = await made.baton('revert', 'wf', '--why', why)
  expect([held.code, held.err]).toEqual([6, expect.stringContaining('out/a.txt')])
  expect(made.read('out/a.txt')).toBe('mine, not committed\n')
  const mine = made.commit({ 'out/a.txt': 'mine\n' })
  const refused = await made.baton('revert', 'wf', '--why', why)
  expect([refused.code, refused.err]).toEqual([6, expect.stringContaining('out/a.txt changed since')])
  expect(made.git('rev-parse', 'main')).toBe(mine)
  rmSync(join(made.path, 'out'), { recursive: true })
  const byHand = made.commit({}, 'by hand')
  await made.must('revert', 'wf', '--why', why)
  expect(made.git('diff', '--name-status', byHand, 'main')).toBe('')
})

it('FR-010 the checks judge the base branch without it, and red ones leave it where it is', async () => {
  const made = await integrated()
  const merged = made.git('rev-parse', 'main')
  made.commit({
    'baton.yaml':
      'agents:\n  shell: {command: ["sh", "agent.sh"]}\nchecks:\n  - {name: needed, command: ["sh", "-c", "ls out/*.txt"]}\n',
  })
  await made.ready()
  const tip = made.git('rev-parse', 'main')
  const refused = await made.baton('revert', 'wf', '--why', why)
  expect([refused.code, refused.err]).toEqual([6, expect.stringContaining('needed fails without it')])
  expect(made.git('rev-parse', 'main')).toBe(tip)
  made.git('reset', '-q', '--hard', `${merged}~1`)
  const gone = await made.baton('revert', 'wf', '--why', why)
  expect([gone.code, gone.err]).toEqual([6, expect.stringContaining('does not contain')])
})

/** As a process leaves it that dies after these facts. */
async function left(made: Stage, ...asked: { [K in WishType]: [K, Wishes[K]] }[WishType][]): Promise<void> {
  const house = await openHouse({ home: made.home, mode: 'write' })
  try {
    for (const [type, data] of asked) expect(await house.submit(wish(type, 'ada', data))).toMatchObject({ ok: true })
  } finally {
    await house.close('stop')
  }
}

/** Whoever opens the home next to work carries it out. */
async function takenUp(made: Stage): Promise<string> {
  const house = await openHouse({ home: made.home, mode: 'work' })
  try {
    await until('it to be taken up', () => house.state.closed.get('wf')?.reversion?.done !== undefined)
    return house.state.closed.get('wf')?.reversion?.done ?? ''
  } finally {
    await house.close('drain')
  }
}

it('FR-010 a crash after any facts of a revert loses nothing and does nothing twice: the ref is looked at first', async () => {
  const decided = await integrated()
  const merged = decided.git('rev-parse', 'main')
  await left(decided, ['item.revert', { item: 'wf', why }])
  expect(decided.git('rev-parse', 'main')).toBe(merged)
  expect(await takenUp(decided)).toBe(decided.git('rev-parse', 'main'))
  expect(decided.git('rev-list', '--count', `${merged}..main`)).toBe('1')

  for (const moved of ['not', 'moved', 'gone on from'] as const) {
    const made = await integrated()
    const expected = made.git('rev-parse', 'main')
    const tree = made.git('rev-parse', `${expected}~1^{tree}`)
    const commit = made.git('commit-tree', tree, '-p', expected, '-m', 'back')
    await left(made, ['item.revert', { item: 'wf', why }], ['reversion.order', { item: 'wf', expected, commit }])
    if (moved !== 'not') made.git('reset', '-q', '--hard', commit)
    const tip = moved === 'gone on from' ? made.commit({ 'more.txt': 'more\n' }) : commit
    expect(await takenUp(made)).toBe(commit)
    expect(made.git('rev-parse', 'main')).toBe(tip)
    expect((await made.facts('integration.reverted')).length).toBe(1)
    expect((await made.facts('reversion.ordered')).length).toBe(1)
  }
})
