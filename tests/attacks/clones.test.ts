// What an agent, or a repository, may leave in a folder so that its code runs on our side or its files come from elsewhere.
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { folderName, placeOf } from '../../src/clones/names.ts'
import type { Clone } from '../../src/core/ports.ts'
import { type Ground, ground, type Kind, kinds, left } from '../cases/clone.sample.ts'
import { freshFolder } from '../cases/spawner.sample.ts'

const namespaces =
  spawnSync('unshare', ['--user', '--map-root-user', '--mount', 'true'], { stdio: 'ignore' }).status === 0

/** A script that leaves a sign when anybody runs it. */
function trap(home: string, name: string): { program: string; sign: string } {
  const sign = join(home, `sign-${name}`)
  const program = join(home, `trap-${name}`)
  writeFileSync(program, `#!/bin/sh\ntouch ${sign}\ncat 2>/dev/null\n`)
  chmodSync(program, 0o755)
  return { program, sign }
}

const armed = (program: string): string =>
  `git config core.fsmonitor ${program}; git config core.hooksPath ${program}.d; git config filter.x.clean ${program}; git config filter.x.smudge ${program}; git config filter.x.process ${program}; echo '* filter=x' > .gitattributes`

for (const kind of Object.keys(kinds) as Kind[]) {
  describe(`against ${kind} clones`, () => {
    let place: Ground
    let clone: Clone
    beforeEach(async (ctx) => {
      if (kind === 'overlay' && !namespaces) ctx.skip('skipped: no user namespaces here')
      clone = await place.clone()
    })
    beforeAll(async () => {
      if (kind !== 'overlay' || namespaces)
        place = await ground(kind, { 'a.txt': 'a\n', 'd/b.txt': 'b\n', 'd/c.txt': 'c\n', 'link-out': 'x' })
    })
    afterEach(() => clone?.discard())
    afterAll(() => place?.close())

    it('never enters a repository that the agent nested, so none of its code runs', async () => {
      const { program, sign } = trap(place.home, 'nested')
      await place.work(
        clone,
        `mkdir n; cd n; git init -q; echo x > x; ${armed(program)}; cd ../d; git init -q; ${armed(program)}; echo changed > b.txt; mkdir -p ../o/p; cp -r .git ../o/p/.GIT; rm -f ${sign}`,
      )
      const collected = await clone.collect()
      expect(collected.changes).toEqual([])
      expect(Object.keys(left(collected))).toEqual(['d', 'n', 'o/p'])
      expect(existsSync(sign)).toBe(false)
      // The trap is live: git run by hand in there walks into it.
      await place.work(clone, 'cd n; git status >/dev/null 2>&1; true')
      expect(existsSync(sign)).toBe(true)
    })

    it("never uses the agent's own git folder: configuration, index, hooks, attributes, alternates, HEAD", async () => {
      const { program, sign } = trap(place.home, 'own')
      await place.work(
        clone,
        `git init -q 2>/dev/null; mkdir -p ${program}.d; cp ${program} ${program}.d/post-index-change; ${armed(program)}; echo /etc > .git/objects/info/alternates; echo junk > .git/index; echo junk > .git/HEAD; echo changed > a.txt; rm -f ${sign}`,
      )
      const collected = await clone.collect()
      expect(collected.changes.map(({ path }) => path)).toEqual(['.gitattributes', 'a.txt'])
      expect(existsSync(sign)).toBe(false)
    })

    it('leaves out links that lead out of the tree or into a git folder, by any way', async () => {
      const text = `ln -s /etc evil; ln -s ../../outside up; mkdir -p e/f; ln -s ../.. e/f/root; ln -s e/f/root/../../etc chain; ln -s d/../.. climb; ln -s .git/config config; ln -s d/.GIT/x upper; ln -s ../../.. e/f/over; ln -s a.txt fine; rm link-out; ln -s /etc/passwd link-out`
      await place.work(clone, text)
      const collected = await clone.collect()
      expect(collected.changes.map(({ path }) => path)).toEqual(['e/f/root', 'fine'])
      expect(Object.keys(left(collected))).toEqual([
        'chain',
        'climb',
        'config',
        'e/f/over',
        'evil',
        'link-out',
        'up',
        'upper',
      ])
      expect(Object.keys(await place.files(collected.tree))).toContain('link-out')
    })

    it('leaves out every name that some file system takes for a git folder, and new submodules', async () => {
      const names = [
        '.GIT',
        '.Git',
        '.git ',
        '.git.',
        '.git::$INDEX_ALLOCATION',
        'git~1',
        'GIT~1',
        '.g\u200cit',
        '.gi\ufefft',
      ]
      await place.work(
        clone,
        `${names.map((name) => `mkdir -p 'y/${name}'; echo x > 'y/${name}/config'; rm -rf 'y/${name}'; mkdir -p 'z-${names.indexOf(name)}/${name}'; echo x > 'z-${names.indexOf(name)}/${name}/config'`).join('; ')}; printf '[submodule "x"]\\n\\tpath = d\\n\\turl = ext::evil\\n' > .gitmodules; echo ok > ok`,
      )
      const collected = await clone.collect()
      expect(collected.changes.map(({ path }) => path)).toEqual(['ok'])
      expect(Object.keys(left(collected))).toEqual(['.gitmodules', ...names.map((_, at) => `z-${at}`)])
    })

    it('takes or names every naughty file name, and never trips over one', async () => {
      const naughty = [
        '-rf',
        '--help',
        ':(glob)x',
        ':x',
        '*',
        '?',
        '[a]',
        '$(touch owned)',
        '`touch owned`',
        '; touch owned',
        'a b',
        ' lead',
        'trail ',
        'dot.',
        '"',
        "'",
        '\\',
        'a\\b',
        '#x',
        '!x',
        '~',
        'ü',
        'e\u0301',
        '\u202egpj.exe',
        '\ud83d\ude00',
        'con',
        'nul.txt',
        'c:x',
        '\t',
        '\u0007',
        '\u001b[2J',
        'x'.repeat(255),
        '...',
        '@{u}',
        'HEAD',
        'a.lock',
        'undefined',
        '__proto__',
        'constructor',
        '\u{e0041}',
      ]
      const script = naughty.map((name, at) => `mkdir n${at}; printf ${at} > n${at}/'${name.replaceAll("'", "'\\''")}'`)
      await place.work(
        clone,
        `${script.join('\n')}\nprintf 1 > "$(printf 'new\\nline')"; printf 2 > "$(printf 'bad\\377utf8')"`,
      )
      const collected = await clone.collect()
      const seen = new Map([...collected.changes, ...collected.leftOut].map(({ path }) => [path, 1]))
      for (const [at, name] of naughty.entries()) expect(seen.has(`n${at}/${name}`), JSON.stringify(name)).toBe(true)
      const refused = Object.keys(left(collected))
        .filter((path) => path.startsWith('n'))
        .map((path) => path.slice(path.indexOf('/') + 1))
      expect(refused.sort()).toEqual(
        ['\t', '\u0007', '\u001b[2J', '...', '\\', 'a\\b', 'dot.', 'new\\nline', 'trail '].sort(),
      )
      expect(Object.values(left(collected)).filter((why) => why.includes('written down'))).toHaveLength(2)
      expect(existsSync('owned')).toBe(false)
    })

    it('names what lies too deep, and stays whole', async () => {
      await place.work(
        clone,
        'p=deep; for i in $(seq 150); do p=$p/x; done; mkdir -p $p; echo x > $p/x; echo x > deep/x/shallow',
      )
      const collected = await clone.collect()
      expect(collected.changes.map(({ path }) => path)).toEqual(['deep/x/shallow'])
      expect(collected.leftOut.map(({ why }) => why)).toEqual(['it lies more than 100 folders deep'])
    })

    it("runs nothing that the person's repository configures, when a clone is made or collected", async () => {
      const { program, sign } = trap(place.home, 'person')
      const { person } = place
      for (const [name, value] of Object.entries({
        'core.fsmonitor': program,
        'core.hooksPath': `${program}.p`,
        'filter.x.smudge': program,
        'filter.x.clean': program,
        'uploadpack.packObjectsHook': program,
        'core.sshCommand': program,
        'core.pager': program,
      }))
        person.git('config', name, value)
      mkdirSync(`${program}.p`, { recursive: true })
      for (const hook of ['post-checkout', 'post-index-change', 'reference-transaction', 'pre-commit'])
        person.program(join(`${program}.p`, hook), `#!/bin/sh\ntouch ${sign}\n`)
      const blob = spawnSync('git', ['hash-object', '-w', '--stdin', '--no-filters'], {
        cwd: person.path,
        input: '* filter=x\n',
      })
        .stdout.toString()
        .trim()
      const tree = spawnSync('git', ['mktree'], {
        cwd: person.path,
        input: `100644 blob ${blob}\t.gitattributes\n100644 blob ${blob}\tz.txt\n`,
      })
        .stdout.toString()
        .trim()
      const base = spawnSync('git', ['-c', 'core.hooksPath=/dev/null', 'commit-tree', tree, '-m', 'x'], {
        cwd: person.path,
        env: {
          ...process.env,
          GIT_AUTHOR_NAME: 'a',
          GIT_AUTHOR_EMAIL: 'a',
          GIT_COMMITTER_NAME: 'a',
          GIT_COMMITTER_EMAIL: 'a',
        },
      })
        .stdout.toString()
        .trim()
      rmSync(sign, { force: true })
      const other = await place.clone({ base })
      await place.work(other, 'echo more >> z.txt')
      expect((await other.collect()).changes.map(({ path }) => path)).toEqual(['z.txt'])
      expect(existsSync(sign)).toBe(false)
      await other.discard()
      for (const name of ['core.fsmonitor', 'core.hooksPath']) person.git('config', '--unset', name)
    })

    it('leaves submodules of the base as they are, whatever is put in their place', async () => {
      const { person } = place
      const before = place.head()
      person.git('update-index', '--add', '--cacheinfo', `160000,${before},sub/module`)
      person.git('commit', '-q', '-m', 'submodule')
      const base = place.head()
      person.git('reset', '-q', '--hard', before)
      const texts = [
        'true',
        'rm -rf sub',
        'echo x > sub/module/x',
        'rmdir sub/module; echo file > sub/module',
        'cd sub/module; git init -q; echo x > x',
        'rmdir sub/module; ln -s ../d sub/module',
      ]
      for (const text of texts) {
        const other = await place.clone({ base })
        await place.work(other, text)
        const { tree, changes } = await other.collect()
        expect({ text, changes, tree }).toEqual({ text, changes: [], tree: await place.repository.treeOf(base) })
        await other.discard()
      }
    })

    it('reads no file that was swapped after the walk, by a link or another file', async () => {
      const folder = freshFolder('swap')
      const outside = freshFolder('outside')
      mkdirSync(join(folder, 'd'))
      for (const at of [folder, outside]) writeFileSync(join(at, at === folder ? 'd/secret' : 'secret'), at)
      writeFileSync(join(folder, 'plain'), 'plain')
      const { found } = await place.spawner.walk({ folder })
      const orders = found.flatMap(({ path, kind: what, device, inode }) =>
        path !== undefined && what === 'file' ? [{ path, device, inode }] : [],
      )
      expect(orders.map(({ path }) => path).sort()).toEqual(['d/secret', 'plain'])
      renameSync(join(folder, 'd'), join(folder, 'old'))
      symlinkSync(outside, join(folder, 'd'))
      rmSync(join(folder, 'plain'))
      symlinkSync('/etc/passwd', join(folder, 'plain'))
      expect((await place.spawner.read(folder, orders, 1_000)).map((back) => back.kind)).toEqual(['moved', 'moved'])
      for (const at of [folder, outside]) rmSync(at, { recursive: true })
    })
  })
}

describe('names of clones', () => {
  it('lead to a folder right below the root, whatever they are, and no two to the same', () => {
    const odd = fc.constantFrom(
      '../..',
      '/etc/passwd',
      '.',
      '..',
      '',
      '.git',
      'CON',
      'a/b',
      'a-b',
      'A/B',
      '\0',
      'x'.repeat(500),
      '-rf',
      'é',
      'e\u0301',
    )
    fc.assert(
      fc.property(fc.oneof(odd, fc.string({ unit: 'binary' })), fc.oneof(odd, fc.string()), (one, two) => {
        expect(folderName(one)).toMatch(/^[A-Za-z0-9][A-Za-z0-9-]*-[0-9a-f]{16}$/)
        expect(placeOf('/nowhere/clones', one)).toBe(`/nowhere/clones/${folderName(one)}`)
        expect(folderName(one).toLowerCase() === folderName(two).toLowerCase()).toBe(one === two)
      }),
      { numRuns: 1_000 },
    )
  })
})
