// Keys come from the environment or the keychain by name, are asked for once a minute, and never turn into an option or a message.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { keys } from './keys.ts'

type Argv = readonly [string, ...string[]]

function keychain(answer: string | undefined) {
  const asked: Argv[] = []
  const ask = async (argv: Argv) => {
    asked.push(argv)
    return answer
  }
  return { asked, ask }
}

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('a key', () => {
  it('is taken from the environment, and the keychain is left alone', async () => {
    const { asked, ask } = keychain('other')
    expect(await keys({ env: { A_KEY: ' one ' }, platform: 'linux', ask })('A_KEY')).toBe('one')
    expect(asked).toEqual([])
  })

  it.each([
    ['linux', ['secret-tool', 'lookup', 'service', 'baton', 'key', 'A_KEY']],
    ['darwin', ['security', 'find-generic-password', '-s', 'baton', '-a', 'A_KEY', '-w']],
  ] as const)('is looked for in the keychain of %s, once a minute', async (platform, argv) => {
    const { asked, ask } = keychain('one\n')
    let now = 0
    const find = keys({ env: { A_KEY: ' ' }, platform, ask, now: () => now })
    expect([await find('A_KEY'), await find('A_KEY')]).toEqual(['one', 'one'])
    expect(asked).toEqual([argv])
    now = 61_000
    await find('A_KEY')
    expect(asked).toHaveLength(2)
  })

  it.each(['-s', '--help', '', 'a b', 'a\nb', '$(id)', '../x', 'A\0', '1A', `A${'B'.repeat(200)}`])(
    'is not looked for under %j',
    async (name) => {
      const { asked, ask } = keychain('one')
      expect(await keys({ env: { [name]: 'one' }, platform: 'linux', ask })(name)).toBeUndefined()
      expect(asked).toEqual([])
    },
  )

  it.each(['', ' \n', 'two\nlines', 'with blank', 'x'.repeat(20_000), 'ü'])(
    'is none when the keychain says %j',
    async (text) => {
      expect(await keys({ env: {}, platform: 'linux', ask: keychain(text).ask })('A_KEY')).toBeUndefined()
    },
  )

  it('is none where nobody knows a keychain', async () => {
    const { asked, ask } = keychain('one')
    expect(await keys({ env: {}, platform: 'win32', ask })('A_KEY')).toBeUndefined()
    expect(asked).toEqual([])
  })

  it('is told of once, so that it can be kept out of what is written', async () => {
    const told: string[] = []
    const { ask } = keychain('two')
    const find = keys({ env: { A_KEY: 'one' }, platform: 'linux', ask, found: (key) => void told.push(key) })
    for (const name of ['A_KEY', 'A_KEY', 'B_KEY', 'B_KEY', '-s']) await find(name)
    expect(told).toEqual(['one', 'two'])
  })

  it('does not come from what every object has', async () => {
    expect(await keys({ env: {}, platform: 'win32' })('constructor')).toBeUndefined()
  })
})

describe('a real program', () => {
  const folder = mkdtempSync(join(tmpdir(), 'baton-keys-'))
  afterEach(() => rmSync(join(folder, 'secret-tool'), { force: true }))
  const program = (text: string): void => {
    vi.stubEnv('PATH', `${folder}:/usr/bin:/bin`)
    writeFileSync(join(folder, 'secret-tool'), `#!/bin/sh\n${text}\n`)
    chmodSync(join(folder, 'secret-tool'), 0o755)
  }
  const find = () => keys({ env: {}, platform: 'linux' })('A_KEY')

  it('is asked without a shell and its answer taken', async () => {
    program('[ "$*" = "lookup service baton key A_KEY" ] && printf "one"')
    expect(await find()).toBe('one')
  })

  it.each([
    ['fails', 'printf one; exit 1'],
    ['talks without end', 'while :; do printf "%1000s" | tr " " x; done'],
  ])('that %s gives none', async (_, text) => {
    program(text)
    expect(await find()).toBeUndefined()
  })

  it('that is not there gives none', async () => {
    vi.stubEnv('PATH', folder)
    expect(await find()).toBeUndefined()
  })
})
