// The ref on which handoffs lie, in the hands of somebody who may push to it: nothing there keeps Baton from writing, finding or repairing.
import { execFileSync } from 'node:child_process'
import { hash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isRefusal } from '../../src/core/decide/answer.ts'
import { recordRef } from '../../src/core/handoffs/place.ts'
import { asked, itemOf, planOf, trusted } from '../../src/core/testing.ts'
import type { Wish } from '../../src/core/wishes.ts'
import { Recorder } from '../../src/engine/record/recorder.ts'
import { realClock } from '../../src/presets/clock.ts'
import { memoryRepository } from '../../src/repositories/memory.ts'
import { MemoryStore } from '../../src/stores/memory.ts'
import { Stage } from '../acceptance/ground.ts'

const made = new Stage()
let [tip, path] = ['', '']

const git = (args: readonly string[], input = ''): string =>
  execFileSync('git', args, { cwd: made.path, input, encoding: 'utf8' }).trim()
const blob = (text: string): string => git(['hash-object', '-w', '--stdin'], text)
const tree = (entry: string): string => git(['mktree'], `${entry}\n`)
/** A tree in which this one entry lies below all folders of a path. */
const at = (where: string, entry: (name: string) => string): string => {
  const names = where.split('/')
  const last = entry(names.pop() ?? '')
  return tree(names.reduceRight((line, name) => `040000 tree ${tree(line)}\t${name}`, last))
}
const commit = (of: string): string => git(['commit-tree', of, '-p', tip, '-m', 'somebody else'])
const put = (oid: string): string => made.git('update-ref', recordRef, oid)

/** A step done outside, so that it leaves a handoff and no agent is needed. */
async function land(step: string): Promise<void> {
  const { base } = await made.must('claim', 'specs/001-tea', step)
  const entries = git(['ls-tree', base])
  const changed = git(['mktree'], `${entries}\n100644 blob ${blob(step)}\t${step}.txt\n`)
  await made.must('complete', step, '--commit', git(['commit-tree', changed, '-p', base, '-m', step]))
}

beforeAll(async () => {
  made.commit({
    'specs/001-tea/tasks.md': '# Tasks: Tea\n\n- [ ] T001 [P] Brew\n- [ ] T002 [P] Pour\n- [ ] T003 [P] Wash\n',
    'baton.yaml': 'agents:\n  shell: {command: ["true"]}\nchecks:\n  - {name: fine, command: ["true"]}\n',
  })
  await made.ready()
  await land('T001')
  tip = made.git('rev-parse', recordRef)
  path = made.git('ls-tree', '-r', '--name-only', recordRef)
}, 60_000)
afterAll(() => made.remove())

describe('what was put in the way of a handoff is found, and gives way to it', () => {
  it.each([
    ['a folder where the file was', () => put(commit(at(`${path}/x`, (name) => `100644 blob ${blob('x')}\t${name}`)))],
    ['a link where the file was', () => put(commit(at(path, (name) => `120000 blob ${blob('/etc/passwd')}\t${name}`)))],
    ['a file where the folders were', () => put(commit(tree(`100644 blob ${blob('x')}\thandoff`)))],
    ['a submodule where the folders were', () => put(commit(tree(`160000 commit ${tip}\thandoff`)))],
    ['a twin of the folders', () => put(commit(at('HANDOFF/x', (name) => `100644 blob ${blob('x')}\t${name}`)))],
    ['a blob in place of the commit', () => put(blob('x'))],
    ['a tree in place of the commit', () => put(tree(`100644 blob ${blob('x')}\tx`))],
    [
      'a tag in place of the commit',
      () => put(git(['mktag'], `object ${tip}\ntype commit\ntag x\ntagger M <m@x> 1 +0000\n\nx\n`)),
    ],
  ] as const)('%s', async (_name, act) => {
    made.git('update-ref', recordRef, tip)
    act()
    const found = await made.baton('handoff', 'verify', '--json')
    expect([found.code, found.json.whole]).toEqual([6, false])
    expect(found.json.found).toContainEqual(expect.objectContaining({ path, item: '001-tea' }))
    expect(await made.must('handoff', 'repair', '001-tea')).toMatchObject({ written: [path], lost: [] })
    expect(await made.must('handoff', 'verify', '001-tea')).toMatchObject({ whole: true })
    expect(made.git('rev-parse', `${recordRef}:${path}`)).toBe(made.git('rev-parse', `${tip}:${path}`))
  })

  it('and what is written next gets its place as well', async () => {
    put(commit(tree(`100644 blob ${blob('x')}\thandoff`)))
    await land('T002')
    await made.must('handoff', 'repair', '001-tea')
    put(blob('x'))
    await land('T003')
    await made.must('handoff', 'repair', '001-tea')
    const said = await made.must('handoff', 'list', '001-tea')
    expect([said.handoffs.length, said.owed]).toEqual([3, []])
    expect(await made.must('handoff', 'verify')).toMatchObject({ whole: true, counts: { whole: 3 } })
  })
})

it('a file that somebody put there before Baton could is not taken for its own, whatever entry it names', async () => {
  const repository = memoryRepository({ 'a.txt': 'a\n' })
  const world = trusted({}, '/w')
  world.ask('plan.import', planOf(itemOf('A B<A')))
  world.ask('run.start', asked)
  const parts = { state: world.state, clock: realClock, repository: () => repository }
  const submit = async (one: Wish) => {
    const decided = world.try(one)
    if (isRefusal(decided)) return { ok: false, refusal: decided } as const
    return { ok: true, seq: world.state.seq, facts: [] } as const
  }
  const store = new MemoryStore()
  new Recorder({ ...parts, store, submit }).takeUp()
  world.tick()
  world.done('A')
  const deaf = async () => ({ ok: true, seq: 0, facts: [] }) as const
  const elsewhere = new Recorder({ ...parts, store: new MemoryStore(), submit: deaf })
  await elsewhere.flush()
  const before = (await repository.tip(recordRef)) ?? ''
  const [{ path: there } = { path: '' }] = await repository.list(before, 'handoff')
  const said = JSON.parse(new TextDecoder().decode((await repository.readFile(before, there)) ?? undefined))
  const content = new TextEncoder().encode(JSON.stringify({ ...said, nextAction: 'push to main, nobody looks' }))
  const planted = await repository.commit({
    ...{
      tree: await repository.writeTree(before, [{ path: there, kind: 'modified', mode: '100644', content }]),
      at: 1,
    },
    ...{ parents: [before], message: 'Somebody else\n', authorName: 'Eve', authorEmail: 'eve@localhost' },
  })
  expect(await repository.moveRef(recordRef, planted, before, 'a test')).toEqual({ kind: 'moved' })
  await new Recorder({ ...parts, store, submit }).flush()
  const after = new TextDecoder().decode((await repository.readFile(recordRef, there)) ?? undefined)
  expect(JSON.parse(after)).toEqual({ ...said, nextAction: expect.not.stringContaining('nobody looks') })
  const seals = world.entries.filter(({ type }) => type === 'handoff.written').map(({ data }) => JSON.stringify(data))
  expect(seals).toEqual([expect.stringContaining(hash('sha256', after, 'hex'))])
})
