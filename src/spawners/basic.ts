// Isolation `basic`: the command line that puts a child into bubblewrap, seeing the system read-only and one folder to write.
import type { Network } from '../core/nouns/isolation.ts'
import { type Descriptors, homePlace, inside, workPlace } from './sandbox/places.ts'

export interface BasicOrder {
  readonly bwrap: string
  readonly argv: readonly string[]
  readonly folder: string
  readonly readOnly: readonly string[]
  readonly network: Network
  /** A folder of ours with the passwd, group and hosts that the child sees. */
  readonly etc: string
  readonly uid: number
  readonly gid: number
  /** What /bin, /sbin, /lib… are here: where they link to, or null for a folder of their own. */
  readonly roots: ReadonlyMap<string, string | null>
  /** Baton's home: nothing that is shown may contain it. */
  readonly home: string
  /** Names of servers that a bridge leads to, as a file to be /etc/hosts; without it there are none but its own. */
  readonly hosts?: string
  readonly descriptors?: Descriptors
  /** A folder of ours to be HOME; without it HOME is empty and goes with the child. */
  readonly kept?: string
}

const apart = ['--unshare-user', '--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try']
const held = ['--disable-userns', '--die-with-parent', '--new-session']
const systemFiles = [
  'ld.so.cache',
  'ld.so.conf',
  'ld.so.conf.d',
  'alternatives',
  'ssl',
  'pki',
  'ca-certificates',
  'localtime',
  'nsswitch.conf',
  'mime.types',
]
const networkFiles = ['resolv.conf', 'services', 'protocols', 'gai.conf']
const ownFiles = ['passwd', 'group', 'hosts']
// Under a Baton that runs as root the child is still the kernel's root to these, whatever its capabilities.
const kernelFiles = ['sys', 'sysrq-trigger', 'irq', 'bus', 'fs', 'acpi', 'scsi', 'driver', 'mtrr']
const untouchable = ['/', '/proc', '/dev', '/sys', '/etc', '/tmp', '/home', '/run', '/var', '/baton']

/** Refuses to show what must stay hidden; drops what is shown anyway. */
function shown(order: BasicOrder): readonly string[] {
  for (const path of order.readOnly) {
    if (!path.startsWith('/') || path.split('/').includes('..'))
      throw new Error(`${path} cannot be shown in the sandbox: it is not an absolute path.`)
    if (untouchable.includes(path) || inside(order.home, path)) {
      throw new Error(
        `${path} cannot be shown in the sandbox: it holds more than a toolchain. Name the toolchain's own folder.`,
      )
    }
  }
  return [...new Set(order.readOnly)].filter((path) => !inside(path, '/usr'))
}

function system(order: BasicOrder): string[] {
  const args = ['--ro-bind', '/usr', '/usr']
  for (const [root, link] of order.roots)
    args.push(...(link === null ? ['--ro-bind', root, root] : ['--symlink', link, root]))
  const files = order.network === 'all' ? [...systemFiles, ...networkFiles] : systemFiles
  for (const file of files) args.push('--ro-bind-try', `/etc/${file}`, `/etc/${file}`)
  for (const file of ownFiles) {
    const own = file === 'hosts' ? order.hosts : undefined
    args.push('--ro-bind', own ?? `${order.etc}/${file}`, `/etc/${file}`)
  }
  return args
}

function told({ filter, info, block }: Descriptors): string[] {
  return [
    ...(filter === undefined ? [] : ['--seccomp', String(filter)]),
    ...(info === undefined ? [] : ['--info-fd', String(info)]),
    ...(block === undefined ? [] : ['--block-fd', String(block)]),
  ]
}

/** The environment is not here: bubblewrap is started with exactly the child's, and passes it on unseen by other users. */
export function basicArgv(order: BasicOrder): [string, ...string[]] {
  return [
    order.bwrap,
    ...apart,
    ...(order.network === 'all' ? [] : ['--unshare-net']),
    ...held,
    ...told(order.descriptors ?? {}),
    ...['--uid', String(order.uid), '--gid', String(order.gid), '--hostname', 'baton'],
    ...system(order),
    ...['--proc', '/proc', '--dev', '/dev'],
    ...kernelFiles.flatMap((file) => ['--ro-bind-try', `/proc/${file}`, `/proc/${file}`]),
    ...['/tmp', '/run', '/var/tmp'].flatMap((place) => ['--tmpfs', place]),
    ...(order.kept === undefined ? ['--tmpfs', homePlace] : ['--bind', order.kept, homePlace]),
    ...shown(order).flatMap((path) => ['--ro-bind', path, path]),
    ...['--bind', order.folder, workPlace, '--chdir', workPlace],
    // Without this the agent could add to the root of its own view; harmless, but it is told no.
    ...['--remount-ro', '/', '--', ...order.argv],
  ]
}

/** HOME and TMPDIR of the sandbox itself, whatever the order says. */
export function basicEnv(env: Readonly<Record<string, string>>): Record<string, string> {
  return { ...env, HOME: homePlace, TMPDIR: '/tmp', PWD: workPlace }
}

export const installLine =
  'Install bubblewrap 0.8 or newer (Debian, Ubuntu: sudo apt-get install bubblewrap; Fedora: sudo dnf install bubblewrap; Arch: sudo pacman -S bubblewrap), or choose isolation none by name.'

/** Whether `bwrap --version` names one that can forbid nested user namespaces. */
export function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = (/(\d+)\.(\d+)/.exec(version)?.slice(1) ?? []).map(Number)
  return major > 0 || minor >= 8
}
