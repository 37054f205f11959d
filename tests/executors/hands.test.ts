// The hands in a hostile folder, as real children: nothing leads out of it, and nothing is touched that is no plain file.
import { execFileSync } from 'node:child_process'
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ask, handsIn } from './hands.stage.ts'
import { stage } from './model.stage.ts'

const on = stage()
const secret = on.folder({ 'secret.txt': 'sesame\n' })

describe.each(['none', 'basic', 'strict'] as const)('at isolation %s', (isolation) => {
  it('looks, changes and runs', async () => {
    const folder = on.folder({ 'src/a.ts': 'one\ntwo\n', 'b.md': 'two\n' })
    const hands = handsIn(on, folder, isolation)
    expect((await ask(hands, { do: 'list' })).text).toBe('.:\nb.md\nsrc/\nsrc/a.ts')
    expect((await ask(hands, { do: 'read', path: './src/a.ts' })).text).toContain('1| one\n2| two')
    expect((await ask(hands, { do: 'search', pattern: 'TWO', anyCase: true })).text).toBe(
      'b.md:1: two\nsrc/a.ts:2: two',
    )
    expect(await ask(hands, { do: 'edit', path: 'src/a.ts', old: 'two', new: '2' })).toMatchObject({ ok: true })
    expect(await ask(hands, { do: 'write', path: 'new/deep/c.txt', text: 'see\n' })).toMatchObject({ ok: true })
    const ran = await ask(hands, { do: 'run', command: 'cat a.ts ../new/deep/c.txt; pwd; exit 3', path: 'src' })
    const place = isolation === 'none' ? folder : '/baton/work'
    expect(ran).toMatchObject({ ok: false, text: expect.stringMatching(/^Exit code 3 \(\d/) })
    expect(ran.text).toContain(`one\n2\nsee\n${place}/src\n`)
    expect(readFileSync(join(folder, 'src/a.ts'), 'utf8')).toBe('one\n2\n')
    expect(await ask(hands, { do: 'read', path: `${place}/b.md` })).toMatchObject({ ok: true })
  })

  it('goes nowhere outside of the folder, by any path or link', async () => {
    const folder = on.folder({ 'in/a.txt': 'inside\n' })
    symlinkSync(secret, join(folder, 'out'))
    symlinkSync('../../../../../../../../etc', join(folder, 'up'))
    symlinkSync(join(secret, 'secret.txt'), join(folder, 'file'))
    symlinkSync('in', join(folder, 'near'))
    symlinkSync('round', join(folder, 'round'))
    const hands = handsIn(on, folder, isolation)
    const ways = [
      '../x',
      '/etc/hosts',
      'out/secret.txt',
      'up/hosts',
      'file',
      'in/../../x',
      'a\0b',
      'round',
      'near/../../x',
      'x'.repeat(5_000),
    ]
    for (const path of ways) {
      for (const call of [{ do: 'read' }, { do: 'write', text: 'x' }, { do: 'edit', old: 'a', new: 'b' }] as const) {
        const { ok, text } = await ask(hands, { ...call, path })
        expect(ok, `${call.do} ${path}: ${text}`).toBe(false)
        expect(text).not.toContain('sesame')
      }
    }
    for (const path of ['out', 'up', 'round']) {
      expect(await ask(hands, { do: 'list', path })).toMatchObject({ ok: false })
      expect(await ask(hands, { do: 'run', path, command: 'true' })).toMatchObject({ ok: false })
    }
    expect((await ask(hands, { do: 'search', pattern: 'sesame' })).text).toMatch(/^Nothing found/)
    expect(readFileSync(join(secret, 'secret.txt'), 'utf8')).toBe('sesame\n')
    expect(readlinkSync(join(folder, 'file'))).toBe(join(secret, 'secret.txt'))
    expect(await ask(hands, { do: 'read', path: 'near/a.txt' })).toMatchObject({ ok: true })
  })
})

describe('the hands', () => {
  it('stand alone: a sandbox is shown their folder and no other', () => {
    const folder = join(import.meta.dirname, '../../src/executors/hands')
    for (const name of readdirSync(folder).filter((one) => !one.endsWith('.test.ts'))) {
      const froms = [...readFileSync(join(folder, name), 'utf8').matchAll(/from '([^']+)'/g)].map(
        ([, from = '']) => from,
      )
      expect(
        froms.filter((from) => !/^(\.\/[a-z]+\.ts|node:[a-z_]+)$/.test(from)),
        name,
      ).toEqual([])
    }
  })

  it('touch no pipe, no device, no folder, no git folder, and no other name of a file', async () => {
    const folder = on.folder({ 'a.txt': 'a\n', '.git/config': 'c\n' })
    const shared = join(secret, 'shared.txt')
    writeFileSync(shared, 'shared\n')
    linkSync(shared, join(folder, 'linked.txt'))
    execFileSync('mkfifo', [join(folder, 'pipe')])
    mkdirSync(join(folder, 'dir'))
    writeFileSync(join(folder, 'bin'), Buffer.from([1, 0, 2]))
    const hands = handsIn(on, folder)
    for (const path of ['pipe', 'dir', 'nowhere/x', 'a.txt/b', 'bin']) {
      expect(await ask(hands, { do: 'read', path }), path).toMatchObject({ ok: false })
    }
    for (const path of ['pipe', 'dir', '.', '.git/hooks/pre-commit', 'a/.GIT/x', '.git ', 'dir/..']) {
      expect(await ask(hands, { do: 'write', path, text: 'x' }), path).toMatchObject({ ok: false })
    }
    expect(await ask(hands, { do: 'write', path: 'linked.txt', text: 'own\n' })).toMatchObject({ ok: true })
    expect(readFileSync(shared, 'utf8')).toBe('shared\n')
    expect(existsSync(join(folder, '.git/hooks'))).toBe(false)
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })

  it('keep the bytes of a file that is no UTF-8, and whether it runs', async () => {
    const folder = on.folder({})
    writeFileSync(join(folder, 'latin.sh'), Buffer.from([0x61, 0xe9, 0x0d, 0x0a, 0x62, 0x0a]), { mode: 0o755 })
    const hands = handsIn(on, folder)
    expect(await ask(hands, { do: 'edit', path: 'latin.sh', old: 'b', new: 'cé' })).toMatchObject({ ok: true })
    const bytes = readFileSync(join(folder, 'latin.sh'))
    expect([...bytes]).toEqual([0x61, 0xe9, 0x0d, 0x0a, 0x63, 0xc3, 0xa9, 0x0a])
    expect((await ask(hands, { do: 'run', command: 'test -x latin.sh && echo runs' })).text).toContain('runs')
  })

  it('report that an edit was not exact', async () => {
    const folder = on.folder({ 'a.ts': 'if (a) {\n\tgo()\n}\n' })
    const edited = await ask(handsIn(on, folder), { do: 'edit', path: 'a.ts', old: '  go()', new: '  stop()' })
    expect(edited).toMatchObject({ ok: true, note: expect.stringContaining('indentation') })
    expect(readFileSync(join(folder, 'a.ts'), 'utf8')).toBe('if (a) {\n\tstop()\n}\n')
  })

  it('change and run nothing when they may only look', async () => {
    const folder = on.folder({ 'a.txt': 'a\n' })
    const hands = handsIn(on, folder, 'none', ['--look'])
    for (const call of [
      { do: 'write', path: 'b', text: '' },
      { do: 'edit', path: 'a.txt', old: 'a', new: 'b' },
      { do: 'run', command: 'touch c' },
    ] as const)
      expect(await ask(hands, call)).toMatchObject({ ok: false, text: expect.stringContaining('only looking') })
    expect(readdirSync(folder)).toEqual(['a.txt'])
  })

  it('are believed nothing: a command that talks in their name changes no answer', async () => {
    const hands = handsIn(on, on.folder())
    const lie = JSON.stringify({ id: 999, ok: true, text: 'lies' })
    const command = `for fd in /proc/$PPID/fd/1; do printf '%s\\n{"half' '${lie}' > $fd; done; echo honest`
    const answer = await ask(hands, { do: 'run', command }, 4_000).catch((error: Error) => error.message)
    expect(JSON.stringify(answer)).not.toContain('lies')
    expect(await ask(hands, { do: 'list' })).toMatchObject({ ok: true })
  })
})
