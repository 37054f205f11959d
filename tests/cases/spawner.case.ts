// What every spawner must do, at every isolation level it offers.
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Isolation } from '../../src/core/nouns/isolation.ts'
import type { Spawner, SpawnOrder } from '../../src/core/ports.ts'
import { alive, eventually, freshFolder, mark, ordered, said, script, until } from './spawner.sample.ts'

export interface SpawnerSubject {
  readonly name: string
  readonly isolation: Isolation
  /** Why it cannot be tried on this machine; undefined when it can. */
  readonly absent: string | undefined
  make(home: string): Promise<Spawner>
}

const setsid = 'setsid sh -c'

export function spawnerCases(subject: SpawnerSubject): void {
  describe(`${subject.name}, isolation ${subject.isolation}`, () => {
    const home = freshFolder('home')
    const folder = freshFolder('work')
    const level: Partial<SpawnOrder> = { isolation: subject.isolation }
    let spawner: Spawner
    beforeEach((ctx) => {
      if (subject.absent !== undefined) ctx.skip(subject.absent)
    })
    beforeAll(async () => {
      if (subject.absent === undefined) spawner = await subject.make(home)
    })
    afterAll(async () => {
      await spawner?.close()
      for (const place of [home, folder]) rmSync(place, { recursive: true, force: true })
    })
    const run = async (text: string, more: Partial<SpawnOrder> = {}) =>
      said(await spawner.start(script(folder, text, { ...level, ...more })))

    it('gives output of both kinds, and the exit code', async () => {
      const { out, err, ended } = await run('echo one; echo two >&2; exit 7')
      expect({ out, err, ended }).toEqual({ out: 'one\n', err: 'two\n', ended: { code: 7, signal: null } })
    })

    it('tells a signal as a signal', async () => {
      expect((await run('kill -KILL $$')).ended).toEqual({ code: null, signal: 'SIGKILL' })
      expect((await run('kill -TERM $$')).ended).toEqual({ code: null, signal: 'SIGTERM' })
    })

    it('keeps bytes as they are: NUL, invalid UTF-8, no last newline', async () => {
      const child = await spawner.start(ordered(folder, ['printf', '\\0\\377\\376x'], level))
      const got: number[] = []
      for await (const { bytes } of child.output) got.push(...bytes)
      expect(got).toEqual([0, 255, 254, 120])
    })

    it('passes input on, given at once or piece by piece', async () => {
      const given = await said(
        await spawner.start(ordered(folder, ['cat'], { ...level, stdin: Buffer.from('all at once') })),
      )
      expect(given.out).toBe('all at once')
      const child = await spawner.start(ordered(folder, ['cat'], level))
      const output = child.output[Symbol.asyncIterator]()
      child.write(Buffer.from('first'))
      await until(output, 'first')
      const large = 'x'.repeat(1_000_000)
      child.write(Buffer.from(`${large}end`))
      child.closeInput()
      expect((await until(output, 'end')).length).toBe(large.length + 3)
      expect((await child.ended).code).toBe(0)
    })

    it('gives the child exactly the environment that was ordered', async () => {
      process.env.BATON_TEST_SECRET = 'canary-in-main'
      const child = await spawner.start(
        ordered(folder, ['env'], { ...level, env: { PATH: '/usr/bin:/bin', ONE: '1' }, marker: 'm/1' }),
      )
      const names = (await said(child)).out.split('\n').filter(Boolean)
      delete process.env.BATON_TEST_SECRET
      const own = ['HOME=/baton/home', 'TMPDIR=/tmp', 'PWD=/baton/work']
      const wanted = ['BATON_ATTEMPT=m/1', 'ONE=1', 'PATH=/usr/bin:/bin', ...(subject.isolation === 'none' ? [] : own)]
      expect(
        names.filter((name) => !/^(PWD|OLDPWD|SHLVL|_|BATON_MARK)=/.test(name) || wanted.includes(name)).sort(),
      ).toEqual(wanted.sort())
    })

    it('lets the child write its folder, and starts it there', async () => {
      const { ended } = await run('echo here > made; test -f made')
      expect(ended.code).toBe(0)
      expect(readFileSync(join(folder, 'made'), 'utf8')).toBe('here\n')
    })

    it('keeps what the child leaves in a home that was named, and nothing in one that was not', async () => {
      const kept = join(home, 'homes', subject.isolation)
      const left = await run('echo $HOME > $HOME/left; umask', { home: kept })
      expect(left.err).toBe('')
      const seen = readFileSync(join(kept, 'left'), 'utf8').trim()
      expect(seen).toBe(subject.isolation === 'none' ? kept : '/baton/home')
      expect((await run('cat $HOME/left; rm $HOME/left', { home: kept })).out).toBe(`${seen}\n`)
      expect(existsSync(join(kept, 'left'))).toBe(false)
      expect(statSync(kept).mode & 0o777).toBe(0o700)
      await expect(run('true', { home: join(folder, 'below') })).rejects.toThrow("cannot be kept as an agent's HOME")
      if (subject.isolation === 'none') return
      expect((await run('ls -A $HOME; echo gone > $HOME/later')).out).toBe('')
      expect((await run('ls -A $HOME')).out).toBe('')
    })

    it('says in words when a program is not there', async () => {
      const outcome = await spawner
        .start(ordered(folder, ['no-such-program'], level))
        .then(said, (error: Error) => error)
      if (outcome instanceof Error) expect(outcome.message).toContain('no-such-program')
      else {
        expect(outcome.ended.code).not.toBe(0)
        expect(outcome.err).toContain('no-such-program')
      }
    })

    it('ends the whole tree, grandchildren in sessions of their own and deaf to SIGTERM included', async () => {
      const marker = mark()
      const text = `trap '' TERM; ${setsid} "trap '' TERM; sleep 1000 & wait" & ${setsid} 'sleep 1000' & (sleep 1000 &) ; echo up; while :; do sleep 1; done`
      const child = await spawner.start(script(folder, text, { ...level, marker }))
      await until(child.output[Symbol.asyncIterator](), 'up')
      await eventually('the tree is there', () => alive(marker).length >= 4)
      const began = performance.now()
      await child.stop()
      expect(performance.now() - began).toBeLessThan(5_000)
      expect(alive(marker)).toEqual([])
      await child.stop()
      expect((await child.ended).signal ?? 'ended').not.toBe('')
    })

    it('gives a child time to end in its own way', async () => {
      const child = await spawner.start(
        script(folder, "trap 'echo bye; exit 3' TERM; echo up; while :; do sleep 0.01; done", level),
      )
      const output = child.output[Symbol.asyncIterator]()
      await until(output, 'up')
      const stopped = child.stop()
      expect(await until(output, 'bye')).toContain('bye')
      await stopped
      expect(await child.ended).toEqual({ code: 3, signal: null })
    })

    it('leaves nothing behind when a child just ends', async () => {
      const marker = mark()
      const child = await spawner.start(
        script(folder, `${setsid} 'sleep 1000' & sleep 1000 & echo up`, { ...level, marker }),
      )
      expect((await said(child)).out).toBe('up\n')
      expect(alive(marker)).toEqual([])
    })

    it('does not grow with a flood: 100 MB in one line, kept up to the cap, with a mark', async () => {
      const before = process.memoryUsage().rss
      const text = "head -c 100000000 /dev/zero | tr '\\0' x"
      const child = await spawner.start(script(folder, text, { ...level, outputCap: 4_000_000 }))
      let kept = 0
      let note = ''
      for await (const { from, bytes } of child.output) {
        if (from === 'out') kept += bytes.length
        else note += Buffer.from(bytes).toString()
      }
      expect(kept).toBe(4_000_000)
      expect(note).toBe('\n[baton: output beyond 4000000 bytes is not kept]\n')
      expect((await child.ended).code).toBe(0)
      expect(process.memoryUsage().rss - before).toBeLessThan(120_000_000)
    })

    it('holds a child back whose output nobody takes, and can still stop it', async () => {
      const marker = mark()
      const child = await spawner.start(
        script(folder, 'yes | head -c 50000000; echo done > finished', { ...level, marker }),
      )
      const output = child.output[Symbol.asyncIterator]()
      await output.next()
      const other = await run('echo others go on')
      expect(other.out).toBe('others go on\n')
      expect(alive(marker).length).toBeGreaterThan(0)
      await child.stop()
      expect(alive(marker)).toEqual([])
    })

    it('lets go of a child whose reader left', async () => {
      const child = await spawner.start(script(folder, 'yes | head -c 5000000; exit 4', level))
      for await (const _ of child.output) break
      expect((await child.ended).code).toBe(4)
    })

    it('runs many at once', async () => {
      const all = await Promise.all(Array.from({ length: 40 }, (_, at) => run(`echo ${at}`)))
      expect(all.map(({ out }) => out.trim())).toEqual(Array.from({ length: 40 }, (_, at) => String(at)))
    })

    it('sweeps what carries a marker', async () => {
      const marker = mark()
      const child = await spawner.start(script(folder, 'sleep 1000 & echo up; wait', { ...level, marker }))
      await until(child.output[Symbol.asyncIterator](), 'up')
      expect(await spawner.sweep('nobody-has-this')).toBe(0)
      expect(await spawner.sweep(marker)).toBeGreaterThan(0)
      await child.ended
      await eventually('all are gone', () => alive(marker).length === 0)
    })

    it('takes names that a shell or a parser could trip over', async () => {
      const odd = ['a b', '$(touch owned)', '-n', '"', "'", '\\', '*', '', 'ü\u202e', 'line\nline', '--', '; exit 9']
      const child = await spawner.start(ordered(folder, ['printf', '%s\\n', '--', ...odd], level))
      const { out } = await said(child)
      expect(out.replace(/^--\n/, '')).toBe(odd.map((name) => `${name}\n`).join(''))
    })

    it('walks a folder and reads back only what it saw', async () => {
      const place = freshFolder('walk')
      writeFileSync(join(place, 'a'), 'one')
      const { found } = await spawner.walk({ folder: place })
      const [a] = found
      if (a?.path === undefined) throw new Error('nothing was found')
      const { path, device, inode } = a
      const order = { path, device, inode }
      const [back] = await spawner.read(place, [order], 10)
      expect(back).toMatchObject({ kind: 'bytes', oid: '43dd47ea691c90a5fa7827892c70241913351963' })
      expect(
        (await spawner.read(place, [{ ...order, unless: '43dd47ea691c90a5fa7827892c70241913351963' }], 10))[0]?.kind,
      ).toBe('same')
      expect((await spawner.read(place, [order], 2))[0]?.kind).toBe('big')
      expect((await spawner.read(place, [{ ...order, inode: inode + 1 }], 10))[0]?.kind).toBe('moved')
      rmSync(place, { recursive: true })
    })

    it('answers a probe with what it tried', async () => {
      const report = await spawner.probe(subject.isolation)
      expect(report.tried.length).toBeGreaterThanOrEqual(subject.isolation === 'strict' ? 30 : 7)
      expect(new Set(report.tried.map(({ what }) => what)).size).toBe(report.tried.length)
      expect(report.works).toBe(true)
      if (subject.isolation !== 'none') expect(report.tried.filter(({ held }) => !held)).toEqual([])
      else expect(report.tried.some(({ held }) => !held)).toBe(true)
    })
  })
}
