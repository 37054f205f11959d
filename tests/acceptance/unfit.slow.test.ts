// What Baton refuses before any work: plans that agents would not see, repositories it cannot serve, content nobody allowed.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { agent, play, policy, workflow } from './plans.ts'
import { type Stage, stage } from './stage.ts'

const one = [{ key: 'a', order: 1 }]
const files = (made: Stage) => ({ 'wf.yaml': workflow('wf', one), 'agent.sh': agent(made), 'baton.yaml': policy() })

it('a plan file with uncommitted changes is refused with the git command that commits it', async () => {
  const made = await play(stage(), { steps: one })
  made.write('wf.yaml', workflow('wf', [{ key: 'a', order: 1, title: 'Other words' }]))
  const refused = await made.baton('run', 'wf.yaml')
  expect(refused.code).toBe(6)
  expect(refused.err).toContain('not committed: wf.yaml')
  const command = /→ (git add .+)$/m.exec(refused.err)?.[1] ?? ''
  execFileSync('sh', ['-c', command], { cwd: made.path, stdio: 'pipe' })
  await made.must('run', 'wf.yaml')
  expect(made.at('baton/wf', 'out/a.txt')).toBe('Other words')
  made.write('new.yaml', workflow('new', one))
  const unknown = await made.baton('run', 'new.yaml')
  expect(unknown.code).toBe(6)
  expect(unknown.err).toContain('git add new.yaml')
})

const unfit: readonly (readonly [string, (made: Stage) => void, RegExp])[] = [
  ['submodules', (made) => made.commit({ '.gitmodules': '[submodule "x"]\n\tpath = x\n\turl = ./x\n' }), /submodule/i],
  ['LFS', (made) => made.commit({ '.gitattributes': '*.psd filter=lfs diff=lfs merge=lfs -text\n' }), /LFS/i],
  [
    'a partial clone',
    (made) => {
      made.git('config', 'remote.origin.url', 'https://example.org/x.git')
      made.git('config', 'remote.origin.promisor', 'true')
      made.git('config', 'extensions.partialClone', 'origin')
    },
    /partial/i,
  ],
]
it.each(unfit)('a repository with %s is refused with a remedy, by init and by run', async (_, spoil, names) => {
  const made = stage()
  made.commit(files(made))
  await made.ready()
  spoil(made)
  for (const argv of [
    ['run', 'wf.yaml'],
    ['init', '--isolation', 'none', '--no-smoke'],
  ]) {
    const refused = await made.baton(...argv)
    expect(refused.code, refused.out + refused.err).toBe(4)
    expect(refused.err).toMatch(names)
    expect(refused.err).toMatch(/→ .{10,}/)
  }
  expect(made.log()).toEqual([])
})

it('outside a repository, and in one without a commit, run says what to do', async () => {
  const made = stage()
  made.git('update-ref', '-d', 'refs/heads/main')
  const empty = await made.baton('run', 'wf.yaml')
  expect(empty.code).toBe(4)
  expect(empty.err).toMatch(/commit/)
  const outside = await stageOutside(made)
  expect(outside.code).not.toBe(9)
  expect(outside.err).toMatch(/repository/)
})

function stageOutside(made: Stage) {
  return made.in(made.out).baton('run', 'wf.yaml')
}

it('baton init and baton trust: what is shown is what is allowed, and nothing else', async () => {
  const made = stage()
  made.commit(files(made))
  const init = await made.baton('init', '--isolation', 'none', '--no-smoke')
  expect(init.code, init.err).toBe(0)
  expect(init.out).toContain('isolation none')
  const shown = await made.must('trust', '--show')
  expect(shown).toMatchObject({ trusted: false })
  expect(shown.sentences).toContain('Agent shell runs: sh agent.sh')
  expect((await made.baton('run', 'wf.yaml')).code).toBe(4)
  expect((await made.baton('trust', '--digest', '0'.repeat(64))).code).toBe(6)
  expect((await made.baton('trust')).code).not.toBe(0)
  await made.must('trust', '--digest', shown.digest)
  await made.must('run', 'wf.yaml')
  expect(made.log()).toHaveLength(2)
})

it('a configuration that changed after it was trusted is not followed: run refuses until it is looked at again', async () => {
  const made = await play(stage(), { steps: one })
  made.commit({ 'baton.yaml': policy({ agent: 'other.sh' }), 'other.sh': `echo evil >> '${join(made.out, 'log')}'\n` })
  const refused = await made.baton('run', 'wf.yaml')
  expect(refused.code).toBe(4)
  expect(refused.err).toMatch(/changed/)
  expect(refused.err).toContain('baton trust')
  expect(made.log()).toEqual([])
})
