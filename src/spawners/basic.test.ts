// The sandbox's command line says what it must, in an order in which it holds.
import { describe, expect, it } from 'vitest'
import { type BasicOrder, basicArgv, basicEnv, isNewEnough } from './basic.ts'

const order: BasicOrder = {
  bwrap: '/usr/bin/bwrap',
  argv: ['agent', '--flag'],
  folder: '/data/clones/x/m',
  readOnly: ['/opt/node', '/usr/lib/git-core', '/opt/node'],
  network: 'none',
  etc: '/data/spawner/etc',
  uid: 1000,
  gid: 1000,
  roots: new Map<string, string | null>([
    ['/bin', 'usr/bin'],
    ['/lib64', null],
  ]),
  home: '/data',
}

const pairs = (argv: readonly string[], option: string): string[] =>
  argv.flatMap((word, at) => (word === option ? [`${argv[at + 1]} ${argv[at + 2]}`] : []))

describe('the command line of the sandbox', () => {
  const argv = basicArgv(order)

  it('takes everything apart, forbids more, and dies with its parent', () => {
    for (const option of [
      '--unshare-user',
      '--unshare-pid',
      '--unshare-ipc',
      '--unshare-net',
      '--disable-userns',
      '--die-with-parent',
      '--new-session',
    ])
      expect(argv).toContain(option)
    expect(basicArgv({ ...order, network: 'all' })).not.toContain('--unshare-net')
  })

  it('gives one folder to write, last of all, and the child behind the end of options', () => {
    expect(pairs(argv, '--bind')).toEqual(['/data/clones/x/m /baton/work'])
    expect(argv.slice(argv.lastIndexOf('--'))).toEqual(['--', 'agent', '--flag'])
    expect(argv.lastIndexOf('--tmpfs')).toBeLessThan(argv.indexOf('--bind'))
  })

  it('shows system folders as they are here, and what is named, once', () => {
    expect(pairs(argv, '--symlink')).toEqual(['usr/bin /bin'])
    expect(pairs(argv, '--ro-bind')).toEqual([
      '/usr /usr',
      '/lib64 /lib64',
      '/data/spawner/etc/passwd /etc/passwd',
      '/data/spawner/etc/group /etc/group',
      '/data/spawner/etc/hosts /etc/hosts',
      '/opt/node /opt/node',
    ])
  })

  it('shows names of the network only where there is one', () => {
    expect(pairs(argv, '--ro-bind-try').join()).not.toContain('resolv.conf')
    expect(pairs(basicArgv({ ...order, network: 'all' }), '--ro-bind-try').join()).toContain('resolv.conf')
  })

  it('carries no environment, and covers every file that talks to the kernel', () => {
    expect(argv).not.toContain('--setenv')
    expect(pairs(argv, '--ro-bind-try')).toEqual(
      expect.arrayContaining(['/proc/sys /proc/sys', '/proc/sysrq-trigger /proc/sysrq-trigger']),
    )
    expect(argv.indexOf('/proc/sys')).toBeGreaterThan(argv.indexOf('--proc'))
  })

  it('gives homes of its own, whatever was ordered', () => {
    expect(basicEnv({ HOME: '/root', TMPDIR: '/data', ONE: '1' })).toEqual({
      HOME: '/baton/home',
      TMPDIR: '/tmp',
      PWD: '/baton/work',
      ONE: '1',
    })
  })

  it('knows which bubblewrap can forbid nested namespaces', () => {
    expect(['bubblewrap 0.8.0', 'bubblewrap 0.11.2', 'bubblewrap 1.0'].map(isNewEnough)).toEqual([true, true, true])
    expect(['bubblewrap 0.6.1', 'bubblewrap 0.7.9', 'nonsense', ''].map(isNewEnough)).toEqual([
      false,
      false,
      false,
      false,
    ])
  })
})
