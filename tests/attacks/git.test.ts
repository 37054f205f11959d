// A repository as the attacker: whatever it configures, names, links or forges, nothing of it runs and nothing is written elsewhere.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { createRepository, type OpenRepository } from '../../src/repositories/index.ts'
import { commitOn, mainOf } from '../cases/repository.hands.ts'
import { type Sample, sample } from '../cases/repository.sample.ts'

const MAIN = 'refs/heads/main'
const put = (path: string, text: string, mode = '100644') =>
  ({ path, kind: 'added', mode, content: Buffer.from(text) }) as const

const open: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

function make(files: Readonly<Record<string, string>> = { 'a.txt': 'a\n', 'm.txt': 'm\n', 'd/x': 'x\n' }): Sample {
  const made = sample(files)
  open.push(() => made.remove())
  return made
}

async function opened(path: string): Promise<OpenRepository> {
  const repository = await createRepository(path)
  open.push(() => repository.close())
  return repository
}

const problems = async (r: OpenRepository) => (await r.look()).problems
const fatal = async (r: OpenRepository) => (await problems(r)).filter((p) => p.fatal).map((p) => p.kind)

/** Plants a program under every setting that makes git run one. Each leaves a file of its own name. */
function plant(made: Sample): { fired(): string[] } {
  const canaries = join(made.outside, 'canaries')
  mkdirSync(canaries)
  const program = (name: string, tail = '') => {
    const file = join(made.outside, `run-${name}`)
    made.program(file, `#!/bin/sh\ntouch '${canaries}/${name}'\n${tail}\n`)
    return file
  }
  const settings: Readonly<Record<string, string>> = {
    'core.fsmonitor': program('fsmonitor'),
    'filter.evil.clean': program('clean', 'cat'),
    'filter.evil.smudge': program('smudge', 'cat'),
    'filter.evil.process': program('process', 'exit 1'),
    'filter.evil.required': 'true',
    'merge.evil.driver': program('merge', 'exit 0'),
    'merge.default': 'evil',
    'diff.evil.textconv': program('textconv', 'cat "$1"'),
    'diff.evil.command': program('diff-command'),
    'diff.external': program('diff-external'),
    'core.sshCommand': program('ssh'),
    'core.pager': program('pager', 'cat'),
    'core.editor': program('editor'),
    'core.askPass': program('askpass'),
    'core.alternateRefsCommand': program('alternate-refs'),
    'credential.helper': program('credential'),
    'gpg.program': program('gpg', 'exit 1'),
    'commit.gpgSign': 'true',
    'uploadpack.packObjectsHook': program('pack-objects', 'exec "$@"'),
    'alias.merge-tree': `!${program('alias')}`,
    'remote.origin.url': `ext::${program('ext')}`,
    'remote.origin.uploadpack': program('upload-pack'),
    'protocol.ext.allow': 'always',
  }
  for (const [key, value] of Object.entries(settings)) made.git('config', key, value)
  const hooks = join(made.outside, 'hooks')
  mkdirSync(hooks)
  for (const hook of [
    'reference-transaction',
    'post-index-change',
    'post-checkout',
    'post-merge',
    'pre-commit',
    'post-commit',
    'pre-auto-gc',
    'post-rewrite',
  ]) {
    made.program(join(hooks, hook), `#!/bin/sh\ntouch '${canaries}/hook-${hook}'\nsleep 60\n`)
    made.program(join(made.path, '.git/hooks', hook), `#!/bin/sh\ntouch '${canaries}/hook-${hook}'\nsleep 60\n`)
  }
  made.git('config', 'core.hooksPath', hooks)
  return { fired: () => readdirSync(canaries).sort() }
}

describe('what a repository configures does not run', () => {
  it('through every operation, on a folder that is checked out', async () => {
    const made = make({
      'a.txt': 'a\n',
      'm.txt': 'm\n',
      'big.bin': 'x\n',
      '.gitattributes': 'm.txt merge=evil diff=evil\nbig.bin filter=evil\n* diff=evil\n',
    })
    const canary = plant(made)
    // The same size: only its content tells, so a filter would be asked.
    made.write('big.bin', 'y\n')
    made.write('m.txt', 'm\n')
    const r = await opened(made.path)
    const state = await r.look()
    expect(state.problems.map((p) => p.kind)).toContain('filters')
    const base = await mainOf(r)
    const mine = await commitOn(r, [base], [put('m.txt', 'mine\n')])
    const yours = await commitOn(r, [base], [put('m.txt', 'yours\n')])
    const merge = await r.merge(mine, yours)
    expect(merge.clean).toBe(false)
    expect(await r.patch(base, mine, 10_000)).toContain('+mine')
    expect(await r.diff(base, mine)).toHaveLength(1)
    expect(await r.list(base)).toHaveLength(4)
    expect(Buffer.from((await r.readFile(base, 'big.bin')) ?? []).toString()).toBe('x\n')
    expect(await r.moveRef(MAIN, mine, base, 'x')).toEqual({ kind: 'moved' })
    expect(await r.moveRef('refs/heads/other', mine, null, 'x')).toEqual({ kind: 'moved' })
    await r.deleteRef('refs/heads/other', mine)
    const filtered = await commitOn(r, [mine], [put('big.bin', 'new\n')])
    expect(await r.moveRef(MAIN, filtered, mine, 'x')).toMatchObject({ kind: 'held', paths: ['big.bin'] })
    expect(await r.isAncestor(base, filtered)).toBe(true)
    expect(await r.refs('refs/')).toHaveLength(1)
    expect(canary.fired()).toEqual([])
    // The control: a person's own git does run them, so the programs were able to.
    made.write('big.bin', 'longer, so that `add` must look at it\n')
    const theirs = (...args: string[]) => spawnSync('git', ['-C', made.path, '-c', 'core.hooksPath=/dev/null', ...args])
    for (const args of [
      ['status'],
      ['diff', 'HEAD~1', 'HEAD'],
      ['add', 'big.bin'],
      ['merge-tree', '--write-tree', mine, yours],
    ])
      theirs(...args)
    expect(canary.fired()).toEqual(expect.arrayContaining(['fsmonitor', 'process', 'merge']))
    expect(canary.fired().some((c) => c.startsWith('diff-') || c === 'textconv')).toBe(true)
  })

  it('not through a nested repository either, as a folder or as a gitlink', async () => {
    const made = make()
    const nested = join(made.path, 'nested')
    mkdirSync(nested)
    const inside = (...args: string[]) =>
      execFileSync('git', ['-C', nested, '-c', 'user.name=x', '-c', 'user.email=x', ...args], { stdio: 'ignore' })
    inside('init', '-q')
    writeFileSync(join(nested, 'f'), 'f')
    inside('add', 'f')
    inside('commit', '-qm', 'x')
    const canary = join(made.outside, 'canary')
    const program = join(made.outside, 'evil')
    made.program(program, `#!/bin/sh\ntouch '${canary}'\n`)
    inside('config', 'core.fsmonitor', program)
    const r = await opened(made.path)
    await r.look()
    made.git('-c', 'advice.addEmbeddedRepo=false', 'add', 'nested')
    writeFileSync(join(nested, 'f'), 'changed')
    await r.look()
    const next = await commitOn(r, [await mainOf(r)], [put('a.txt', 'n')])
    expect((await r.moveRef(MAIN, next, await mainOf(r), 'x')).kind).toBe('moved')
    expect(existsSync(canary)).toBe(false)
    made.git('commit', '-qm', 'gitlink')
    expect(await fatal(r)).toEqual(['submodules'])
    made.git('status')
    expect(existsSync(canary)).toBe(true)
  })

  it('not from our own environment', async () => {
    const made = make()
    const canary = join(made.outside, 'canary')
    const program = join(made.outside, 'evil')
    made.program(program, `#!/bin/sh\ntouch '${canary}'\n`)
    const evil = {
      GIT_DIR: '/nonexistent',
      GIT_WORK_TREE: '/',
      GIT_INDEX_FILE: '/nonexistent',
      GIT_OBJECT_DIRECTORY: '/nonexistent',
      GIT_EXTERNAL_DIFF: program,
      GIT_SSH_COMMAND: program,
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'core.fsmonitor',
      GIT_CONFIG_VALUE_0: program,
      GIT_EXEC_PATH: '/nonexistent',
      GIT_CONFIG_PARAMETERS: `'core.fsmonitor=${program}'`,
      GIT_TRACE: canary,
      GIT_NAMESPACE: 'x',
      GIT_REPLACE_REF_BASE: 'refs/heads/',
      GIT_PAGER: program,
    }
    const before = { ...process.env }
    open.push(() => {
      for (const key of Object.keys(evil)) delete process.env[key]
      Object.assign(process.env, before)
    })
    Object.assign(process.env, evil)
    const r = await opened(made.path)
    const base = await mainOf(r)
    const next = await commitOn(r, [base], [put('a.txt', 'n')])
    expect(await r.patch(base, next, 1000)).toContain('+n')
    expect(await r.moveRef(MAIN, next, base, 'x')).toEqual({ kind: 'moved' })
    expect((await r.look()).root).toBe(made.path)
    expect(existsSync(canary)).toBe(false)
  })
})

describe('what a repository forges is not believed', () => {
  it('replace refs and grafts', async () => {
    const made = make()
    const r = await opened(made.path)
    const base = await mainOf(r)
    const forged = await commitOn(r, [], [put('a.txt', 'forged\n')])
    const blob = (await r.list(base)).find((e) => e.path === 'a.txt')?.oid ?? ''
    const other = (await r.list(forged))[0]?.oid ?? ''
    made.git('replace', '-f', base, forged)
    made.git('replace', '-f', blob, other)
    writeFileSync(join(made.path, '.git/info/grafts'), `${base} ${forged}\n`)
    expect(made.git('show', `${base}:a.txt`)).toBe('forged\n')
    const again = await opened(made.path)
    for (const x of [r, again]) {
      expect(Buffer.from((await x.readFile(base, 'a.txt')) ?? []).toString()).toBe('a\n')
      expect(await x.isAncestor(forged, base)).toBe(false)
      expect((await problems(x)).map((p) => p.kind)).toEqual(expect.arrayContaining(['replace-refs', 'grafts']))
    }
    const next = await commitOn(r, [base], [put('n', 'n')])
    expect(await r.moveRef(MAIN, next, base, 'x')).toEqual({ kind: 'moved' })
    expect(readFileSync(join(made.path, 'a.txt'), 'utf8')).toBe('a\n')
  })

  it('a missing object is said to be missing, and never fetched', async () => {
    const made = make()
    const canary = plant(made)
    made.git('config', 'extensions.partialClone', 'origin')
    made.git('config', 'core.repositoryFormatVersion', '1')
    made.git('config', 'remote.origin.promisor', 'true')
    const r = await opened(made.path)
    await expect(r.readFile('a'.repeat(40), 'x')).rejects.toMatchObject({ kind: 'missing' })
    await expect(r.merge(await mainOf(r), 'b'.repeat(40))).rejects.toMatchObject({ kind: 'missing' })
    expect(await fatal(r)).toEqual(['partial-clone'])
    expect(canary.fired()).toEqual([])
  })

  it('a branch that only points to another ref is not moved', async () => {
    const made = make()
    const r = await opened(made.path)
    const base = await mainOf(r)
    const next = await commitOn(r, [base], [put('n', 'n')])
    made.git('update-ref', 'refs/remotes/origin/main', base)
    made.git('symbolic-ref', 'refs/heads/alias', 'refs/remotes/origin/main')
    await expect(r.moveRef('refs/heads/alias', next, base, 'x')).rejects.toMatchObject({ kind: 'unfit' })
    expect(await r.tip('refs/remotes/origin/main')).toBe(base)
  })
})

describe('names and links stay inside', () => {
  it('refs that look like options are only text', async () => {
    const made = make()
    const base = made.git('rev-parse', 'HEAD').trim()
    for (const ref of ['refs/heads/--format=evil', 'refs/heads/-rf', 'refs/heads/--upload-pack=touch'])
      made.git('update-ref', ref, base)
    const r = await opened(made.path)
    expect(await r.refs('refs/heads/')).toHaveLength(4)
    expect(await fatal(r)).toEqual([])
    for (const ref of ['--format=evil', '--upload-pack=x', 'refs/heads/--format=evil']) {
      await expect(r.tip(ref)).rejects.toMatchObject({ kind: 'name' })
      await expect(r.refs(ref)).rejects.toMatchObject({ kind: 'name' })
    }
    for (const name of ['--format=evil', '-x', '../../x', 'a..b', '']) {
      const asked = await createRepository(made.path, { baseBranch: name })
      open.push(() => asked.close())
      expect((await asked.look()).problems.filter((p) => p.fatal)).toHaveLength(1)
    }
  })

  it('a tree with a git folder in it is not written into a folder', async () => {
    for (const [name, sub] of [
      ['.GIT', 'extra'],
      ['git~1', 'extra'],
      ['.g\u200cit', 'extra'],
      ['..', 'x'],
      ['a\\..\\b', 'x'],
    ] as const) {
      const made = make()
      const blob = made.git('hash-object', '-w', 'a.txt').trim()
      const raw = (input: string) =>
        execFileSync('git', ['-C', made.path, 'mktree', '--missing'], { input, encoding: 'utf8' }).trim()
      const tree = raw(`040000 tree ${raw(`100755 blob ${blob}\t${sub}\n`)}\t${name}\n100644 blob ${blob}\ta.txt\n`)
      const commit = made.git('commit-tree', tree, '-p', 'HEAD', '-m', 'evil').trim()
      const r = await opened(made.path)
      expect(await r.moveRef(MAIN, commit, await mainOf(r), 'x'), name).toMatchObject({
        kind: 'held',
        paths: expect.arrayContaining([`${name}/${sub}`]),
      })
      expect(existsSync(join(made.path, name, sub))).toBe(false)
    }
  })

  it('links are read as text, and never walked through', async () => {
    const made = make()
    const secret = join(made.outside, 'secret')
    mkdirSync(secret)
    writeFileSync(join(secret, 'passwd'), 'root\n')
    symlinkSync(secret, join(made.path, 'evil'))
    made.git('add', 'evil')
    made.git('commit', '-qm', 'link')
    const r = await opened(made.path)
    const base = await mainOf(r)
    expect(Buffer.from((await r.readFile(base, 'evil')) ?? []).toString()).toBe(secret)
    expect(await r.readFile(base, 'evil/passwd')).toBeNull()
    await expect(r.writeTree(base, [put('evil/passwd', 'x')])).rejects.toMatchObject({ kind: 'name' })
    const next = await commitOn(r, [base], [{ path: 'evil', kind: 'deleted' }, put('evil/passwd', 'mine\n')])
    expect(await r.moveRef(MAIN, next, base, 'x')).toEqual({ kind: 'moved' })
    expect(readFileSync(join(secret, 'passwd'), 'utf8')).toBe('root\n')
    expect(readFileSync(join(made.path, 'evil/passwd'), 'utf8')).toBe('mine\n')
  })

  it('a repository that names a working folder elsewhere is refused', async () => {
    const made = make()
    const victim = join(made.outside, 'victim')
    mkdirSync(victim)
    made.git('config', 'core.worktree', victim)
    await expect(createRepository(made.path)).rejects.toMatchObject({ kind: 'unfit' })
    expect(readdirSync(victim)).toEqual([])
  })

  it('output is bounded', async () => {
    const made = make()
    const r = await opened(made.path)
    const next = await commitOn(r, [await mainOf(r)], [put('big', 'line\n'.repeat(2_000_000))])
    const patch = await r.patch(await mainOf(r), next, 1000)
    expect(patch.length).toBeLessThan(1100)
    expect(patch).toContain('cut at 1000 bytes')
  })
})
