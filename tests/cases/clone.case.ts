// What every kind of clone must do: hold the base, take the work out whole and clean, and keep it until it is discarded.
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Clone } from '../../src/core/ports.ts'
import { type Ground, ground, type Kind, kinds, left } from './clone.sample.ts'

const start = {
  'a.txt': 'a\n',
  'b.txt': 'b\n',
  'run.sh': '#!/bin/sh\n',
  'd/one.txt': 'one\n',
  'd/two.txt': 'two\n',
  'd/e/deep.txt': 'deep\n',
  'x/only.txt': 'only\n',
  '.gitignore': '*.log\nbuild/\n!kept.log\n',
  'sub/.gitignore': 'local\n',
  'crlf.dat': 'a\r\n',
  'windows.txt': 'a\r\nb\r\n',
  '.gitattributes': '*.txt text eol=crlf\n*.c filter=evil ident\n',
  'code.c': '$Id$\n',
  'tracked.log': 'tracked although ignored\n',
}

export function cloneCases(kind: Kind, absent: string | undefined): void {
  describe(`${kind} clones`, () => {
    let place: Ground
    let base: string
    let clone: Clone
    beforeEach(async (ctx) => {
      if (absent !== undefined) ctx.skip(absent)
      clone = await place.clone({ base })
    })
    beforeAll(async () => {
      if (absent !== undefined) return
      place = await ground(kind, start)
      place.person.git('add', '-f', 'tracked.log')
      place.person.git('commit', '-q', '--allow-empty', '-m', 'with an ignored file')
      base = place.head()
    })
    afterEach(() => clone?.discard(), 60_000)
    afterAll(() => place?.close(), 60_000)

    const changed = async (text: string): Promise<Record<string, string>> => {
      await place.work(clone, text)
      const { changes, tree } = await clone.collect()
      const files = await place.files(tree)
      return Object.fromEntries(
        changes.map(({ path, kind: what, mode }) => [
          path,
          what === 'deleted' ? what : `${what} ${files[path] ?? `missing ${mode}`}`,
        ]),
      )
    }

    it('holds the base byte for byte, and an untouched one collects to the base tree', async () => {
      expect(await place.work(clone, 'cat crlf.dat windows.txt code.c; ls -A x')).toBe('a\r\na\nb\n$Id$\nonly.txt\n')
      expect(await clone.collect()).toEqual({ tree: await place.repository.treeOf(base), changes: [], leftOut: [] })
    })

    it('collects added, modified and deleted files, execute bits and links', async () => {
      const text =
        'echo more >> a.txt; rm b.txt; chmod +x run.sh; mkdir -p n/m; echo new > n/m/new.txt; ln -s ../../a.txt n/m/link; touch d/one.txt'
      expect(await changed(text)).toEqual({
        'a.txt': 'modified 100644 a\nmore\n',
        'b.txt': 'deleted',
        'n/m/link': 'added 120000 ../../a.txt',
        'n/m/new.txt': 'added 100644 new\n',
        'run.sh': 'modified 100755 #!/bin/sh\n',
      })
    })

    it('sees what was written although size and time stayed the same', async () => {
      expect(
        await changed(
          'touch -r a.txt ../ref 2>/dev/null || touch -r a.txt /tmp/ref$$; printf "z\\n" > a.txt; touch -d @1 a.txt',
        ),
      ).toEqual({ 'a.txt': 'modified 100644 z\n' })
    })

    it('sees a folder that was deleted and made again, empty folders, and what lies below', async () => {
      expect(await changed('rm -r d; mkdir -p d/e; echo again > d/two.txt')).toEqual({
        'd/e/deep.txt': 'deleted',
        'd/one.txt': 'deleted',
        'd/two.txt': 'modified 100644 again\n',
      })
    })

    it('sees a folder that was moved, and one moved over another', async () => {
      expect(await changed('mv d moved; rm -r x; mkdir x; mv moved/e x/e')).toEqual({
        'd/e/deep.txt': 'deleted',
        'd/one.txt': 'deleted',
        'd/two.txt': 'deleted',
        'moved/one.txt': 'added 100644 one\n',
        'moved/two.txt': 'added 100644 two\n',
        'x/e/deep.txt': 'added 100644 deep\n',
        'x/only.txt': 'deleted',
      })
    })

    it('sees files that became folders, folders that became files, and links in the place of both', async () => {
      expect(
        await changed(
          'rm a.txt; mkdir a.txt; echo in > a.txt/in; rm -r d; echo file > d; rm -r x; ln -s a.txt x; rm b.txt; mkdir b.txt',
        ),
      ).toEqual({
        'a.txt': 'deleted',
        'a.txt/in': 'added 100644 in\n',
        'b.txt': 'deleted',
        d: 'added 100644 file\n',
        'd/e/deep.txt': 'deleted',
        'd/one.txt': 'deleted',
        'd/two.txt': 'deleted',
        x: 'added 120000 a.txt',
        'x/only.txt': 'deleted',
      })
    })

    it('sees that everything was deleted, git folder and all', async () => {
      const all = await changed('find . -mindepth 1 -delete 2>/dev/null || find . -mindepth 1 -delete')
      expect(Object.values(all).every((what) => what === 'deleted')).toBe(true)
      expect(Object.keys(all)).toHaveLength(Object.keys(await place.files(base)).length)
    })

    it('follows the ignore rules of the base, whatever the agent wrote into ignore files', async () => {
      await place.work(
        clone,
        "printf '*\\n' > .gitignore; rm sub/.gitignore; mkdir build; echo > build/x; echo > a.log; echo > kept.log; echo > sub/local; echo > sub/other; echo > new.txt; echo '/x' > d/.gitignore; echo > d/x; echo changed > tracked.log",
      )
      const collected = await clone.collect()
      expect(collected.changes.map(({ path, kind: what }) => `${what} ${path}`)).toEqual([
        'modified .gitignore',
        'added d/.gitignore',
        'added d/x',
        'added kept.log',
        'added new.txt',
        'deleted sub/.gitignore',
        'added sub/other',
        'modified tracked.log',
      ])
      expect(Object.keys(left(collected))).toEqual(['a.log', 'build/x', 'sub/local'])
    })

    it('leaves out pipes, sockets and files beyond the cap, and names them', async () => {
      await place.work(
        clone,
        'mkfifo pipe; rm a.txt; mkfifo a.txt; truncate -s 53000000 large; truncate -s 52000000 below',
      )
      const collected = await clone.collect()
      expect(left(collected)).toMatchObject({
        pipe: expect.stringContaining('neither'),
        'a.txt': expect.stringContaining('neither'),
        large: expect.stringContaining('50 MB'),
      })
      expect(collected.changes.map(({ path }) => path)).toEqual(['below'])
    })

    it('keeps what the agent locked', async () => {
      await place.work(
        clone,
        'echo more >> a.txt; chmod 000 a.txt; mkdir n; echo new > n/f; chmod 000 n/f n; echo more >> d/e/deep.txt; chmod 000 d/e d; rm -r x; mkdir x; chmod 000 x',
      )
      const { changes } = await clone.collect()
      expect(changes.map(({ path, kind: what }) => `${what} ${path}`)).toEqual([
        'modified a.txt',
        'modified d/e/deep.txt',
        'added n/f',
        'deleted x/only.txt',
      ])
    })

    it('takes the first of two names that are one where case does not count', async () => {
      await place.work(clone, 'echo twin > A.TXT; mkdir D; echo twin > D/one.txt; echo ok > Other; echo no > other')
      const collected = await clone.collect()
      expect(collected.changes.map(({ path }) => path)).toEqual(['Other'])
      expect(Object.keys(left(collected))).toEqual(['A.TXT', 'D/one.txt', 'other'])
    })

    it('takes 20,000 new files', { timeout: 60_000 }, async () => {
      await place.work(
        clone,
        'mkdir many; cd many; for i in $(seq 100); do mkdir $i; done; seq 20000 | while read n; do echo $n > $((n % 100 + 1))/f$n; done',
      )
      const { changes, leftOut, tree } = await clone.collect()
      expect({ changes: changes.length, leftOut }).toEqual({ changes: 20_000, leftOut: [] })
      expect((await place.repository.list(tree)).length).toBe(20_000 + Object.keys(await place.files(base)).length)
    })

    it('gives the agent a repository of its own, or none, and its commits are only its own', async () => {
      if (!kinds[kind].git) {
        expect(existsSync(join(clone.folder, '.git'))).toBe(false)
        return
      }
      const refs = await place.repository.refs('refs/')
      const out = await place.work(
        clone,
        'git status --porcelain; echo more >> a.txt; git add a.txt; git commit -qm mine; git log --format=%an; git branch mine; git update-ref refs/heads/main HEAD',
      )
      expect(out).toBe('Baton agent\nTest\nTest\n')
      expect((await clone.collect()).changes).toHaveLength(1)
      expect(await place.repository.refs('refs/')).toEqual(refs)
    })

    it('collects again after more work', async () => {
      await changed('echo one > one')
      expect(await changed('echo two > two; rm one')).toEqual({ two: 'added 100644 two\n' })
    })

    it('keeps the work while it rests, and opens it again in another process', async () => {
      await place.work(clone, 'echo kept > kept.txt; rm -r d')
      await clone.rest()
      await clone.rest()
      const order = { name: clone.name, repository: place.person.path, base }
      const again = await kinds[kind].make(place.options).reopen(order)
      expect(again?.folder).toBe(clone.folder)
      expect((await again?.collect())?.changes.map(({ path }) => path)).toEqual([
        'd/e/deep.txt',
        'd/one.txt',
        'd/two.txt',
        'kept.txt',
      ])
      await expect(place.maker.reopen({ ...order, base: '0'.repeat(40) })).rejects.toThrow('Discard it by name')
    })

    it('never makes a clone over one that is there, and knows what it holds', async () => {
      await expect(place.clone({ base, name: clone.name })).rejects.toThrow('on disk already')
      const held = await place.maker.held()
      expect(held.map(({ name }) => name)).toEqual([clone.name])
      expect(held[0]?.bytes).toBeGreaterThan(0)
    })

    it('is gone once discarded, and says so', async () => {
      await place.work(clone, 'mkdir -p l/o/c; chmod 000 l/o l')
      await clone.discard()
      await clone.discard()
      await expect(clone.collect()).rejects.toThrow('is gone')
      expect(await place.maker.reopen({ name: clone.name, repository: place.person.path, base })).toBeUndefined()
      expect(await place.maker.held()).toEqual([])
      expect(readdirSync(join(place.home, 'clones')).filter((name) => !name.startsWith('.gone-'))).toEqual([])
    })

    it('is removed by name, opened or resting, and nothing is no error', async () => {
      await clone.rest()
      const other = await place.clone({ base })
      for (const name of [clone.name, other.name, clone.name, 'never~made']) await place.maker.discard(name)
      expect(await place.maker.held()).toEqual([])
      expect(await place.maker.reopen({ name: clone.name, repository: place.person.path, base })).toBeUndefined()
      expect(readdirSync(join(place.home, 'clones')).filter((name) => !name.startsWith('.gone-'))).toEqual([])
      for (const bad of ['..', '../clones', '.', 'a/b']) await place.maker.discard(bad).catch(() => undefined)
      expect(readdirSync(place.home)).toContain('clones')
    })

    it('makes several at once, from several bases', async () => {
      const bases = ['second', 'third'].map((text) => {
        place.person.write('a.txt', `${text}\n`)
        place.person.write(`${text}.txt`, text)
        place.person.git('rm', '-q', '--cached', '--ignore-unmatch', 'x/only.txt')
        place.person.git('add', 'a.txt', `${text}.txt`)
        place.person.git('commit', '-q', '-m', text)
        return place.head()
      })
      const all = await Promise.all([...bases, base, ...bases].map((at) => place.clone({ base: at })))
      expect(await Promise.all(all.map((one) => place.work(one, 'cat a.txt; ls x 2>&1 | wc -l')))).toEqual(
        ['second\n', 'third\n', 'a\n', 'second\n', 'third\n'].map((text) => expect.stringContaining(text)),
      )
      for (const [at, one] of all.entries()) {
        expect((await one.collect()).changes).toEqual([])
        await place.work(one, 'rm a.txt; mkdir -p x; echo back > x/only.txt')
        const { changes } = await one.collect()
        const only = at === 2 ? 'modified x/only.txt' : 'added x/only.txt'
        expect(changes.map(({ path, kind: what }) => `${what} ${path}`)).toEqual(['deleted a.txt', only])
        await one.discard()
      }
    })

    it('refuses orders that make no sense, in words', async () => {
      await expect(place.clone({ base: 'main' })).rejects.toThrow('not a full commit id')
      await expect(place.clone({ base: '--upload-pack=evil' })).rejects.toThrow('not a full commit id')
      await expect(place.clone({ base: '1'.repeat(40) })).rejects.toThrow('could not be checked out')
      await expect(place.maker.make({ name: 'x', repository: place.home, base })).rejects.toThrow(
        'not a git repository',
      )
      expect((await place.maker.held()).map(({ name }) => name)).toEqual([clone.name])
    })

    it('starts over what a crash left half made', async () => {
      const name = 'half/made'
      const first = await place.clone({ base, name })
      const folder = join(
        place.home,
        'clones',
        readdirSync(join(place.home, 'clones')).find((entry) => entry.startsWith('half')) ?? '',
      )
      await first.discard()
      mkdirSync(join(folder, 'm'), { recursive: true })
      writeFileSync(join(folder, 'rubbish'), '')
      expect(await place.maker.reopen({ name, repository: place.person.path, base })).toBeUndefined()
      const second = await place.clone({ base, name })
      expect((await second.collect()).changes).toEqual([])
      await second.discard()
    })

    it('removes only a real folder of its own', async () => {
      const name = 'linked'
      const first = await place.clone({ base, name })
      await first.discard()
      const clones = join(place.home, 'clones')
      await place.clone({ base, name })
      const entry = join(clones, readdirSync(clones).find((each) => each.startsWith('linked')) ?? '')
      await first.discard()
      const precious = join(place.home, 'precious')
      mkdirSync(precious, { recursive: true })
      symlinkSync(precious, entry)
      await expect(first.discard()).rejects.toThrow('not removed')
      await expect(place.clone({ base, name })).rejects.toThrow('not a folder')
      expect(existsSync(precious)).toBe(true)
      await place.spawner
        .start({
          argv: ['rm', entry],
          folder: '/',
          env: {},
          isolation: 'none',
          network: 'none',
          readOnly: [],
          marker: 'm',
          tool: true,
        })
        .then((child) => child.ended)
    })
  })
}
