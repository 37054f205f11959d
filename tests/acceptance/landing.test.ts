// Landing on a branch that others touch: what is in the way is named, what conflicts is asked, and what is foreign is told apart.
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { play } from './plans.ts'
import { stage } from './stage.ts'
import { until } from './until.ts'

const one = [{ key: 'a', order: 1 }]

it('an uncommitted path in the way of a checked-out branch holds the landing, is named, and lets it go on when it is gone', async () => {
  const made = await play(stage(), { steps: one, keys: { a: 'wait_for go; write a' } })
  made.git('checkout', '-q', '-b', 'baton/wf')
  const going = made.go('run', 'wf.yaml')
  await made.logged('start a 1')
  made.write('out/a.txt', 'mine\n')
  made.say('go')
  const why = await until('a held landing', async () => {
    const said = (await made.baton('why', 'wf/a')).out
    return said.includes('out/a.txt') ? said : undefined
  })
  expect(why).toContain('uncommitted changes in the way (out/a.txt)')
  expect(made.read('out/a.txt')).toBe('mine\n')
  rmSync(join(made.path, 'out/a.txt'))
  expect((await going.ended).code).toBe(0)
  expect(made.read('out/a.txt')).toBe('a\n')
  expect(made.git('status', '--porcelain')).toBe('')
})

it('a conflict is a question that shows both sides, an unrelated step lands meanwhile, and again works on the new base', async () => {
  const both = 'mkdir -p out; printf "%s\\n" "$BATON_KEY" > out/same.txt'
  const made = await play(stage(), {
    steps: ['a', 'b', 'c'].map((key, at) => ({ key, order: at + 1, parallel: true })),
    keys: {
      a: both,
      b: `if [ "$TRY" = 1 ]; then wait_for a-landed; ${both}; else cat out/same.txt > out/b.txt; fi`,
      c: 'wait_for conflict; write c',
    },
  })
  const going = made.go('run', 'wf.yaml', '--json')
  await made.landed('wf/a')
  made.say('a-landed')
  const gate = await until('a conflict', async () => (await made.must('gate')).gates[0])
  expect(gate).toMatchObject({ kind: 'conflict', step: 'wf/b', options: ['again', 'drop'] })
  expect(gate.asks).toContain('out/same.txt')
  const shown = await made.baton('gate', gate.id)
  for (const side of ['<<< landed', '<<< this attempt']) expect(shown.out).toContain(side)
  made.say('conflict')
  const held = await going.ended
  expect(held.code).toBe(6)
  expect((await made.status('wf/c')).status).toBe('done')
  await made.must('gate', gate.id, 'again')
  expect((await made.baton('run', 'wf.yaml')).code).toBe(0)
  expect(made.at('baton/wf', 'out/b.txt')).toBe('a')
})

it('commits that somebody added on top of the branch are kept, and the work lands after them', async () => {
  const made = await play(stage(), { keys: { b: 'wait_for go; write b' } })
  const going = made.go('run', 'wf.yaml')
  await made.landed('wf/a')
  const worktree = join(made.root, 'elsewhere')
  made.git('worktree', 'add', '-q', worktree, 'baton/wf')
  await made.landed('wf/c')
  writeFileSync(join(worktree, 'by-hand.txt'), 'mine\n')
  made.git('-C', worktree, 'add', 'by-hand.txt')
  made.git('-C', worktree, 'commit', '-q', '-m', 'By hand')
  made.say('go')
  expect((await going.ended).code).toBe(0)
  expect(made.at('baton/wf', 'by-hand.txt')).toBe('mine')
  expect(made.at('baton/wf', 'out/d.txt')).toBe('Write d')
  expect((await made.facts('branch.adopted')).map((fact) => fact.data)).toMatchObject([{ item: 'wf' }])
})

it('a branch that was rewritten is a question, and adopting it goes on from there', async () => {
  const made = await play(stage(), { keys: { b: 'wait_for go; write b', c: 'wait_for go; write c' } })
  const going = made.go('run', 'wf.yaml', '--json')
  await made.logged('start b 1')
  made.git('update-ref', 'refs/heads/baton/wf', made.git('commit-tree', '-p', 'main', '-m', 'Rewritten', 'main^{tree}'))
  made.say('go')
  expect((await going.ended).code).toBe(4)
  const [gate] = (await made.must('gate')).gates
  expect(gate).toMatchObject({ kind: 'foreign', options: ['adopt', 'keep', 'stop'] })
  expect(gate.asks).toContain('was moved to')
  expect(made.at('baton/wf', 'out/b.txt')).toBeUndefined()
  await made.must('gate', gate.id, 'adopt')
  expect((await made.baton('run', 'wf.yaml')).code).toBe(6)
  for (const one of (await made.must('gate')).gates) {
    expect(one).toMatchObject({ kind: 'conflict', asks: expect.stringContaining('does not contain any more') })
    await made.must('gate', one.id, 'again')
  }
  expect((await made.baton('run', 'wf.yaml')).code).toBe(0)
  expect(made.git('log', '--format=%s', 'baton/wf').split('\n')).toContain('Rewritten')
  for (const key of ['a', 'd']) expect(made.at('baton/wf', `out/${key}.txt`)).toBe(`Write ${key}`)
})

it('a branch that was deleted is a question, and nothing that landed is lost', async () => {
  const made = await play(stage(), { keys: { b: 'wait_for go; write b' } })
  const going = made.go('run', 'wf.yaml', '--json')
  await made.landed('wf/c')
  made.git('branch', '-D', 'baton/wf')
  made.say('go')
  expect((await going.ended).code).toBe(4)
  const [gate] = (await made.must('gate')).gates
  expect(gate.asks).toContain('baton/wf was deleted')
  await made.must('gate', gate.id, 'adopt')
  expect((await made.baton('run', 'wf.yaml')).code).toBe(0)
  for (const key of ['a', 'b', 'c', 'd'])
    expect(made.at('baton/wf', `out/${key}.txt`)).toBe(key === 'b' ? 'b' : `Write ${key}`)
})

it('a detached HEAD, a rebase in progress and a dirty tree elsewhere do not keep work from landing', async () => {
  const made = await play(stage(), { steps: one })
  made.git('checkout', '-q', '-b', 'side')
  made.commit({ 'x.txt': 'side\n' })
  made.git('checkout', '-q', 'main')
  made.commit({ 'x.txt': 'main\n' })
  expect(() => made.git('rebase', 'side')).toThrow()
  made.write('dirty.txt', 'mine\n')
  const status = made.git('status', '--porcelain')
  const done = await made.baton('run', 'wf.yaml', '--json')
  expect(done.code, done.out).toBe(0)
  expect(made.git('status', '--porcelain')).toBe(status)
  expect(made.at('baton/wf', 'out/a.txt')).toBe('Write a')
})

it('an index.lock that somebody left behind holds a landing in the working tree, is named, and lets go when it is removed', async () => {
  const made = await play(stage(), { steps: one })
  made.git('checkout', '-q', '-b', 'baton/wf')
  const lock = join(made.path, '.git', 'index.lock')
  writeFileSync(lock, '')
  const going = made.go('run', 'wf.yaml')
  await until('a held landing', async () => (await made.baton('why', 'wf/a')).out.includes('index.lock'))
  rmSync(lock)
  expect((await going.ended).code).toBe(0)
  expect(made.git('status', '--porcelain')).toBe('')
})

it('hooks that hang are not run, and no name in the configuration of git is needed', async () => {
  const made = await play(stage(), { steps: one })
  made.git('config', '--unset', 'user.name')
  made.git('config', '--unset', 'user.email')
  for (const hook of [
    'pre-commit',
    'commit-msg',
    'reference-transaction',
    'post-checkout',
    'post-merge',
    'pre-merge-commit',
  ])
    writeFileSync(join(made.path, '.git', 'hooks', hook), '#!/bin/sh\nsleep 600\n', { mode: 0o755 })
  made.git('-c', 'core.hooksPath=/dev/null', 'checkout', '-q', '-b', 'baton/wf')
  expect((await made.baton('run', 'wf.yaml')).code).toBe(0)
  expect(made.git('log', '-1', '--format=%an', 'baton/wf')).toBe('shell (Baton)')
})
