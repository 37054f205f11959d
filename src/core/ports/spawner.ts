// The socket for the spawner: who starts, isolates, shows, walks and ends what agents work in.
import type { Isolation, Network } from '../nouns/isolation.ts'

export interface SpawnOrder {
  readonly argv: readonly [string, ...string[]]
  /** Working folder, and the only place the child may write besides its own /tmp and HOME. At `basic` and `strict` the child sees it as /baton/work. */
  readonly folder: string
  /** The whole environment of the child: nothing is inherited. At `basic` and `strict`, HOME and TMPDIR are set to folders of its own. */
  readonly env: Readonly<Record<string, string>>
  readonly isolation: Isolation
  /** Kept at `basic` and `strict`; at `none` nothing holds the network back. */
  readonly network: Network
  readonly readOnly: readonly string[]
  /** Put into the child's environment as BATON_ATTEMPT, to sweep for strays. */
  readonly marker: string
  /** A folder of ours, made 0700 if it is not there, that is the child's HOME and stays as it is left: what lies in it is as hostile as the folder. Without it HOME is empty and gone afterwards. It may not overlap with `folder`, nor with any clone. */
  readonly home?: string
  /**
   * With network `model`: the servers that can be reached, as `host:port` (`[::1]:80` for IPv6), and nothing else. The child finds each
   * under the address or the name it has outside, without any proxy or DNS. 16 at most; what is not host and port is refused.
   */
  readonly reach?: readonly string[]
  readonly stdin?: Uint8Array
  /** Bytes of output that are kept; the rest is read and dropped, and a line on `err` says so. 64 MiB unless told. */
  readonly outputCap?: number
  /** One of Baton's own tools on paths of its own (git in a folder no agent has been in): started directly, isolation `none`. */
  readonly tool?: true
}

export interface Ended {
  readonly code: number | null
  readonly signal: string | null
}

export interface Child {
  /** As the spawner sees it, for display: in a PID namespace it is not the number that others see. */
  readonly pid: number
  /** Ends when both pipes are closed and read. Output that nobody reads holds the child back, as a pipe does. Read it once. */
  readonly output: AsyncIterable<{ readonly from: 'out' | 'err'; readonly bytes: Uint8Array }>
  /** Settles once, when the whole tree is gone; a spawner that dies settles it as a signal. Never rejects. */
  readonly ended: Promise<Ended>
  write(bytes: Uint8Array): void
  closeInput(): void
  /** SIGTERM, a grace, then SIGKILL: the whole tree, grandchildren in their own sessions included. May be called twice. */
  stop(): Promise<void>
}

/** What the machine can do about isolation, found by really trying to escape. */
export interface IsolationReport {
  readonly level: Isolation
  readonly works: boolean
  readonly tried: readonly { readonly what: string; readonly held: boolean; readonly detail: string }[]
  readonly remedy?: string
}

/** Thrown by `Spawner.start` when the level that was asked for is not to be had here. Nothing was started, least of all more weakly. */
export class SandboxMissing extends Error {
  constructor(what: string) {
    super(what)
    this.name = 'SandboxMissing'
  }
}

/** An overlay: `upper` takes the writing, `lower` (topmost first) is never written. Paths are absolute. */
export interface MountOrder {
  readonly lower: readonly string[]
  readonly upper: string
  readonly work: string
  readonly at: string
}

/** One thing in a folder, told by lstat; nothing is ever followed. */
export interface Found {
  /** Relative, forward slashes. Undefined when the name is not valid UTF-8 or holds a newline: then only `shown` is there. */
  readonly path?: string
  /** For people: the path with what cannot be shown replaced. */
  readonly shown: string
  /** `repository` is a folder that holds a .git and was not entered; `deep` one that lies too deep. */
  readonly kind: 'file' | 'link' | 'folder' | 'repository' | 'deep' | 'other'
  /** Any of the three execute bits, for the owner: what git records. */
  readonly runs: boolean
  readonly size: number
  readonly device: number
  readonly inode: number
  /** Where a link points. */
  readonly target?: string
}

export interface WalkOrder {
  readonly folder: string
  /** Walk only the upper folder of an overlay mounted at `folder`, and tell what it hides of the lower ones. */
  readonly overlay?: Pick<MountOrder, 'lower' | 'upper'>
}

export interface Walked {
  readonly found: readonly Found[]
  /** Of an overlay: paths of the lower folders that are not seen at `folder` any more. Everything below them is gone too. */
  readonly hidden: readonly string[]
}

/** A file to read back as the walk saw it; `unless` is a git blob id: bytes that have it are not sent. */
export interface ReadOrder {
  readonly path: string
  readonly device: number
  readonly inode: number
  readonly unless?: string
}

/** `moved`: it is not the file that the walk saw; `big`: it is larger than the limit. Nothing of either is given. */
export type ReadBack =
  | { readonly path: string; readonly kind: 'same' | 'moved' | 'big' }
  | { readonly path: string; readonly kind: 'bytes'; readonly bytes: Uint8Array; readonly oid: string }

/**
 * Starts every child from a small process of its own, so that a large parent never forks and everything ends with either of them.
 * A spawner process that dies settles its children as signals; the next call starts a new one, with the same mounts.
 */
export interface Spawner {
  /** `namespaced`: its own user, mount and PID namespaces, so overlays can be mounted. `plain`: an ordinary process. */
  readonly kind: 'namespaced' | 'plain'
  start(order: SpawnOrder): Promise<Child>
  probe(level: Isolation): Promise<IsolationReport>
  /** Kills what carries the marker and is still alive; says how many. Without a marker: whatever any spawner of this home has started. */
  sweep(marker?: string): Promise<number>
  /** Every child started in `folder` at `basic` or `strict` sees these paths too, read-only. An empty list forgets them. */
  expose(folder: string, readOnly: readonly string[]): void
  /** Only a namespaced spawner mounts, and only its children see it. Mounting what is mounted changes nothing. */
  mount(order: MountOrder): Promise<void>
  unmount(at: string): Promise<void>
  walk(order: WalkOrder): Promise<Walked>
  read(folder: string, orders: readonly ReadOrder[], limit: number): Promise<readonly ReadBack[]>
  /** Ends every child and the process itself. May be called twice. */
  close(): Promise<void>
}
