// The spawner in user, mount and PID namespaces of its own: it can mount, and all of it ends as one.
//
// Decision (tried on kernel 6.18 with bubblewrap 0.8 and util-linux 2.38, as root and as a plain user):
// - The spawner's keeper, a shell, is the first process of a PID namespace: when either dies, everything below ends, setsid or not.
// - `setpriv --pdeathsig` ties `unshare` to main, `--kill-child` ties the spawner to `unshare`: a stopped spawner ends too.
//   The tie is to the thread that starts it, so a spawner belongs to the main thread.
// - bubblewrap runs nested in it with `--unshare-user --disable-userns`: the first needs no setuid, the second then holds.
//   The agent is an ordinary uid there (some agents refuse to work as root), mapped to the owner of the files.
// - Where a fresh /proc may not be mounted (some containers) the PID namespace is left out and main's end is told by the socket.
// - The environment is passed through bubblewrap, not on its command line: what is on a command line every user can read.
import { join } from 'node:path'
import type { Way } from './link.ts'

// What the spawner mounts is seen by the keepers that it made before.
const asRoot = ['--user', '--map-root-user', '--mount', '--propagation', 'shared']
const together = ['--fork', '--kill-child', '--']
// Orphans fall to the first process of a PID namespace. Node would never reap them; a shell that waits does.
const keeper = ['/bin/sh', '-c', '"$@" & exec 3>&-; wait $!', 'sh']

export const namespaced: Way = {
  kind: 'namespaced',
  commands: (tool, program) => {
    const unshare = tool('unshare')
    const setpriv = tool('setpriv')
    if (unshare === undefined) return []
    const tied = setpriv === undefined ? [] : [setpriv, '--pdeathsig', 'KILL', '--']
    return [
      [...tied, unshare, ...asRoot, '--pid', '--mount-proc', ...together, ...keeper, ...program, 'namespaced'],
      [unshare, ...asRoot, ...together, ...program, 'namespaced'],
    ]
  },
}

export interface KeeperOrder {
  readonly unshare: string
  readonly uid: number
  readonly gid: number
  readonly freshProc: boolean
}

/**
 * Isolation `none` in a PID namespace of its own: as the person, and gone as a whole when it ends. The shell is the first process of the
 * namespace, so that the child gets signals like any other; it is made ahead of time, and gets what is mounted after that.
 */
export function keeperCommand(order: KeeperOrder): [string, ...string[]] {
  const person = order.uid === 0 ? [] : ['--user', `--map-user=${order.uid}`, `--map-group=${order.gid}`]
  const proc = order.freshProc ? ['--mount-proc', '--propagation', 'slave'] : []
  return [order.unshare, ...person, '--pid', ...proc, ...together, '/bin/sh', '-s']
}

/** Options that mount an overlay by names relative to `home`, which are ours and hold nothing that options would need quoted. */
export function overlayOptions(home: string, order: { lower: readonly string[]; upper: string; work: string }): string {
  const own = (path: string): string => {
    const name = path.startsWith(`${home}/`) ? path.slice(home.length + 1) : ''
    if (/^[A-Za-z0-9._/-]+$/.test(name) && !name.split('/').includes('..')) return join(name)
    throw new Error(`An overlay was asked for at ${path}, which is no plain name below ${home}.`)
  }
  return `lowerdir=${order.lower.map(own).join(':')},upperdir=${own(order.upper)},workdir=${own(order.work)},userxattr`
}
