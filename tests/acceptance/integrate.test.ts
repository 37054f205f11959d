// Integration: the item's branch reaches the base branch through a signed release, and nothing else there moves.
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { play } from './plans.ts'
import { stage } from './stage.ts'

const one = [{ key: 'a', order: 1 }]

it('FR-010 and FR-006: nothing is merged before the release gate is signed; then main gets one merge commit and nothing else', async () => {
  const made = await play(stage(), { steps: one })
  const main = made.git('rev-parse', 'main')
  await made.must('run', 'wf.yaml')
  const asked = await made.baton('integrate', 'wf', '--json')
  expect(asked.code).toBe(4)
  expect(asked.json).toMatchObject({ integrated: false, gate: { kind: 'release' } })
  expect(made.git('rev-parse', 'main')).toBe(main)
  const done = await made.must('integrate', 'wf', '--approve', 'read the diff')
  expect(done).toMatchObject({ integrated: true, ref: 'refs/heads/main', commit: made.git('rev-parse', 'main') })
  expect(made.git('rev-list', '--first-parent', `${main}..main`).split('\n')).toEqual([done.commit])
  expect(made.git('log', '-1', '--format=%P', 'main').split(' ')).toEqual([main, made.git('rev-parse', 'baton/wf')])
  expect(made.git('log', '-1', '--format=%B', 'main')).toContain('Baton-Signed-By: ')
  expect(made.git('status', '--porcelain')).toBe('')
  expect(made.read('out/a.txt')).toBe('Write a\n')
  const [review] = (await made.facts('gate.answered')).map((fact) => fact.data)
  expect(review).toMatchObject({ review: { answer: 'approve', reasons: ['read the diff'] } })
})

it('what others landed on main meanwhile stays, and a branch that does not merge is refused with the paths', async () => {
  const made = await play(stage(), { steps: one })
  await made.must('run', 'wf.yaml')
  const other = made.commit({ 'other.txt': 'other\n' })
  const mine = made.commit({ 'out/a.txt': 'mine\n' })
  const refused = await made.baton('integrate', 'wf', '--approve', 'go')
  expect(refused.code).toBe(6)
  expect(refused.err).toContain('conflicts with main in out/a.txt')
  expect(made.git('rev-parse', 'main')).toBe(mine)
  made.git('reset', '-q', '--hard', other)
  expect((await made.baton('integrate', 'wf', '--approve', 'go')).code).toBe(0)
  expect(made.at('main', 'other.txt')).toBe('other')
  expect(made.at('main', 'out/a.txt')).toBe('Write a')
})

it('what somebody added to the branch after its last landing is neither left out nor merged unseen, and a branch that was put elsewhere is not merged', async () => {
  const made = await play(stage(), { steps: one })
  const main = made.git('rev-parse', 'main')
  await made.must('run', 'wf.yaml')
  const landed = made.git('rev-parse', 'baton/wf')
  made.git(
    'update-ref',
    'refs/heads/baton/wf',
    made.git('commit-tree', '-p', main, '-m', 'Elsewhere', `${main}^{tree}`),
  )
  const elsewhere = await made.baton('integrate', 'wf', '--approve', 'go')
  expect([elsewhere.code, made.git('rev-parse', 'main')]).toEqual([6, main])
  expect(elsewhere.err).toContain(`git branch -f baton/wf ${landed.slice(0, 10)}`)
  const added = made.git('commit-tree', '-p', landed, '-m', 'By hand', `${landed}^{tree}`)
  made.git('update-ref', 'refs/heads/baton/wf', added)
  const unseen = await made.baton('integrate', 'wf', '--approve', 'go')
  expect([unseen.code, made.git('rev-parse', 'main')]).toEqual([6, main])
  expect(unseen.err).toContain('sign again')
  await made.must('integrate', 'wf', '--approve', 'seen it')
  expect(made.git('log', '-1', '--format=%P', 'main').split(' ')).toEqual([main, added])
})

it('what is over is reported and measured by its name as before', async () => {
  const made = await play(stage(), { steps: one })
  await made.must('run', 'wf.yaml')
  await made.must('integrate', 'wf', '--approve', 'go')
  const page = join(made.out, 'wf.html')
  expect((await made.baton('report', 'wf', '--out', page)).code).toBe(0)
  expect(readFileSync(page, 'utf8')).toContain('integrated into refs/heads/main')
  expect((await made.must('metrics', 'wf')).lines).toMatchObject([{ landed: 1 }])
  expect(JSON.parse((await made.baton('export', 'wf', '--stdout')).out).items).toHaveLength(1)
})

it('uncommitted work in the way of the merge is named and kept, and the integration is done when it is gone', async () => {
  const made = await play(stage(), { steps: one })
  await made.must('run', 'wf.yaml')
  made.write('out/a.txt', 'mine\n')
  const held = await made.baton('integrate', 'wf', '--approve', 'go')
  expect(held.code).toBe(6)
  expect(held.err).toContain('out/a.txt')
  expect(made.read('out/a.txt')).toBe('mine\n')
  rmSync(join(made.path, 'out/a.txt'))
  expect((await made.baton('integrate', 'wf', '--approve', 'go')).code).toBe(0)
})

it('a rejected release merges nothing, keeps the reason, and may be asked for again', async () => {
  const made = await play(stage(), { steps: one })
  const main = made.git('rev-parse', 'main')
  await made.must('run', 'wf.yaml')
  const { gate } = (await made.baton('integrate', 'wf', '--json')).json
  await made.must('gate', gate.id, 'reject', '--reason', 'not before Monday')
  expect(made.git('rev-parse', 'main')).toBe(main)
  expect((await made.baton('integrate', 'wf', '--approve', 'it is Monday')).code).toBe(0)
  expect(await made.facts('gate.answered')).toHaveLength(2)
})
