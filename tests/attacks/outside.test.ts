// Results handed in from outside that were made to harm: what no tree may hold is refused or named, and nothing of it is run.
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Stage } from '../acceptance/ground.ts'

const made = new Stage()
const clone = join(made.root, 'clone')
let base = ''

function git(folder: string, args: readonly string[], input: string | Buffer = ''): string {
  const who = ['-c', 'user.name=Mallory', '-c', 'user.email=m@x', '-c', 'core.quotePath=false']
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', HOME: made.root }
  return execFileSync('git', [...who, ...args], { cwd: folder, input, env, encoding: 'utf8' }).trimEnd()
}
const blob = (text: string): string => git(made.path, ['hash-object', '-w', '--stdin'], text)

/** A commit on the base with these entries in its tree, made by plumbing alone: some are such as git itself would not add. */
function commitWith(...lines: readonly (string | Buffer)[]): string {
  const entries = [...git(made.path, ['ls-tree', base]).split('\n'), ...lines].map((line) =>
    Buffer.from(line as string),
  )
  const tree = git(made.path, ['mktree', '-z'], Buffer.concat(entries.flatMap((one) => [one, Buffer.of(0)])))
  return git(made.path, ['commit-tree', tree, '-p', base, '-m', 'harm'])
}

async function hand(...argv: readonly string[]): Promise<{ code: number; why: string; left: unknown }> {
  const { code, out } = await made.baton('complete', 'T001', '--json', ...argv)
  const said = JSON.parse(out)
  return { code, why: said.error?.why ?? '', left: said.leftOut }
}

beforeAll(async () => {
  made.commit({
    'specs/001-tea/tasks.md': '# Tasks: Tea\n\n- [ ] T001 Brew\n- [ ] T002 Pour\n',
    'work.txt': 'one\n',
    'baton.yaml': 'agents:\n  shell: {command: ["true"]}\nchecks:\n  - {name: fine, command: ["true"]}\n',
  })
  await made.ready()
  base = (await made.must('claim', 'specs/001-tea', 'T001')).base
  made.git('clone', '-q', '--no-hardlinks', made.path, clone)
}, 60_000)
afterAll(() => made.remove())

describe('a result from outside ends nothing and lands nothing', () => {
  it.each([
    ['a link out of the tree', () => [`120000 blob ${blob('/etc/passwd')}\tevil`], /link that leaves the repository/],
    [
      'a link that leaves by way of another',
      () => [
        `040000 tree ${git(made.path, ['mktree'], `120000 blob ${blob('..')}\td\n120000 blob ${blob('d/../x')}\tl\n`)}\tp`,
      ],
      /link that leaves the repository/,
    ],
    ['a git folder', () => [`100644 blob ${blob('x')}\t.GIT`], /names a git folder/],
    ['nested repositories', () => [`100644 blob ${blob('x')}\t.gitmodules`], /nested repositories/],
    ['a name of two lines', () => [`100644 blob ${blob('x')}\ta\nb`], /holds a line end/],
    ['nothing but a submodule', () => [`160000 commit ${base}\tsub`], /changes nothing/],
    [
      'nothing but a name that is no text',
      () => [Buffer.concat([Buffer.from(`100644 blob ${blob('x')}\tb`), Buffer.of(0xff)])],
      /changes nothing/,
    ],
  ] as const)('that holds %s', async (_name, lines, why) => {
    const commit = commitWith(...lines())
    expect(await hand('--commit', commit)).toEqual({ code: 2, why: expect.stringMatching(why), left: undefined })
    // The same from another repository, whose objects are not ours.
    const elsewhere = join(made.root, `from-${commit}`)
    cpSync(clone, elsewhere, { recursive: true })
    cpSync(join(made.path, '.git', 'objects'), join(elsewhere, '.git', 'objects'), { recursive: true })
    const other = await made.in(elsewhere).baton('complete', 'T001', '--json', '--commit', commit)
    expect([other.code, other.out]).toEqual([2, expect.stringMatching(why)])
  })

  it('that shares no history, that is broken, or that is too many files: refused in words, as no mistake of ours', async () => {
    const alone = git(made.path, ['commit-tree', `${base}^{tree}`, '-m', 'alone'])
    expect(await hand('--commit', alone)).toMatchObject({
      code: 6,
      why: expect.stringContaining('unrelated histories'),
    })
    const target = '1234567890123456789012345678901234567890'
    const tag = `object ${target}\ntype commit\ntag gone\ntagger M <m@x> 1 +0000\n\nx\n`
    const oid = git(clone, ['hash-object', '-t', 'tag', '-w', '--literally', '--stdin'], tag)
    writeFileSync(join(clone, '.git', 'refs', 'tags', 'gone'), `${oid}\n`)
    const trap = join(made.root, 'sprung')
    const traps = ['extensions.partialClone=origin', 'remote.origin.promisor=true', 'protocol.ext.allow=always']
    for (const one of [...traps, `remote.origin.url=ext::sh -c touch% ${trap}`, 'core.repositoryFormatVersion=1'])
      git(clone, ['config', ...one.split(/=(.*)/su).slice(0, 2)])
    const broken = await made.in(clone).baton('complete', 'T001', '--commit', 'gone', '--json')
    expect([broken.code, broken.out]).toEqual([6, expect.stringContaining('missing object')])
    expect(existsSync(trap)).toBe(false)
    let tree = git(made.path, ['mktree'], `100644 blob ${blob('x')}\tf\n`)
    for (const width of [40, 50, 51])
      tree = git(
        made.path,
        ['mktree'],
        Array.from({ length: width }, (_, at) => `040000 tree ${tree}\td${at}\n`).join(''),
      )
    const bomb = commitWith(`040000 tree ${tree}\tbomb`)
    expect(await hand('--commit', bomb)).toMatchObject({ code: 2, why: expect.stringContaining('102000 files') })
  })

  it('that is what git or Baton keeps to itself, keys among it', async () => {
    const inside = { code: 2, why: expect.stringMatching(/lies inside (Baton's own home|a git folder)/) }
    for (const folder of [made.home, join(made.home, 'clones'), join(made.path, '.git')])
      expect(await hand('--from', folder)).toMatchObject(inside)
    expect(await hand('--from', made.root)).toMatchObject({
      code: 2,
      why: expect.stringContaining("holds Baton's own home"),
    })
  })

  it('so that the claim stands, and the honest rest of a result still lands, with what was left out named', async () => {
    expect(await made.facts('attempt.ended')).toEqual([])
    const odd = Buffer.concat([Buffer.from(`100644 blob ${blob('x')}\tb`), Buffer.of(0xff)])
    const done = await hand(
      '--commit',
      commitWith(odd, `160000 commit ${base}\tsub`, `100644 blob ${blob('fine\n')}\t-rf`),
    )
    expect(done.code).toBe(0)
    const token = `ghp_${'a1B2c3D4'.repeat(5)}`.slice(0, 40)
    await made.must('claim', '001-tea', 'T002')
    const ends = ['--event-type', 'attempt-failed', '--outcome', `it said ${token}`, '--next-action', `not ${token}`]
    await made.must('complete', 'T002', ...ends, '--link', `https://x/${token}`)
    const told = (await made.baton('audit', 'export')).out
    expect([told.includes('it said'), told.includes(token)]).toEqual([true, false])
    expect(done.left).toEqual([
      { path: 'b\ufffd', why: 'its name is not text (UTF-8)' },
      { path: 'sub', why: 'it is a repository of its own' },
    ])
    expect(made.git('diff', '--name-only', base, 'baton/001-tea').split('\n')).toEqual([
      '-rf',
      'specs/001-tea/tasks.md',
    ])
  })
})
