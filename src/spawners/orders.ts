// Turns an order into what the spawner process is told: the command line of its isolation level, found fit for this machine.
import type { Isolation, Network } from '../core/nouns/isolation.ts'
import { type Child, SandboxMissing, type SpawnOrder } from '../core/ports.ts'
import { basicArgv, basicEnv, installLine, isNewEnough } from './basic.ts'
import type { BridgeOrder } from './bridge/calls.ts'
import { hostsFile, readServers } from './bridge/servers.ts'
import type { Ready } from './link.ts'
import { spawnerEntry, systemRoots, writeEtc, writeHosts } from './machine.ts'
import { markOf, markVariable } from './mark.ts'
import { keeperCommand } from './namespaced.ts'
import { architectureHere, filterBytes } from './sandbox/filter.ts'
import { keptHome } from './sandbox/homes.ts'
import { descriptors } from './sandbox/places.ts'
import type { StartCall } from './wire.ts'

export const bareEnv = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C.UTF-8' }
const bridgeLine =
  'Install util-linux (unshare, nsenter) and allow user namespaces, or give the agent network none or all by name.'
const usualCap = 64 * 1024 * 1024

const filters = new Map<Network, string>()

/** Only `strict` has one; where none is known for this processor, there is no `strict`. */
function strictFilter({ isolation, network }: SpawnOrder): string | undefined {
  if (isolation !== 'strict') return undefined
  const architecture = architectureHere()
  if (architecture === undefined)
    throw new SandboxMissing(
      `Isolation strict knows the calls of x86-64 and arm64; this is ${process.arch}. Choose isolation basic by name.`,
    )
  const made = filters.get(network) ?? Buffer.from(filterBytes(architecture, network)).toString('base64')
  filters.set(network, made)
  return made
}

export interface OrdersOptions {
  readonly home: string
  /** A folder of the spawner's own. */
  readonly folder: string
  readonly tool: (name: string) => string | undefined
  /** Whether the spawner has namespaces of its own, and so may enter those of its children. */
  readonly namespaced: boolean
  readonly graceMs: number
  readonly start: (order: SpawnOrder) => Promise<Child>
}

export class Orders {
  readonly #options: OrdersOptions
  readonly #etc: string
  readonly #uid = process.getuid?.() ?? 1000
  readonly #gid = process.getgid?.() ?? 1000
  // Root becomes an ordinary person in the sandbox.
  readonly #insideUid = this.#uid === 0 ? 1000 : this.#uid
  readonly #insideGid = this.#gid === 0 ? 1000 : this.#gid
  #bwrap: Promise<string> | undefined

  constructor(options: OrdersOptions) {
    this.#options = options
    this.#etc = writeEtc(options.folder, this.#insideUid, this.#insideGid)
  }

  /** `shown` are paths that the order's folder needs besides its own. */
  async call(order: SpawnOrder, ready: Ready, shown: readonly string[]): Promise<StartCall> {
    const mark = markOf(this.#options.home, order.marker)
    const kept = this.#kept(order)
    const env = { ...order.env, ...kept.env, BATON_ATTEMPT: order.marker, [markVariable]: mark }
    const common = {
      do: 'start' as const,
      marker: mark,
      cap: order.outputCap ?? usualCap,
      graceMs: this.#options.graceMs,
      tool: order.tool === true,
      ...(order.stdin === undefined ? {} : { stdin: Buffer.from(order.stdin).toString('base64') }),
    }
    if (order.isolation !== 'none' && order.tool !== true) {
      const filter = strictFilter(order)
      const bridge = this.#bridge(order)
      const parts = { ...(filter === undefined ? {} : { filter }), ...(bridge === undefined ? {} : { bridge }) }
      const argv = await this.#sandbox(order, shown, { ...parts, ...(kept.at === undefined ? {} : { kept: kept.at }) })
      return { ...common, argv, folder: '/', env: basicEnv(env), wraps: 2, ...parts }
    }
    const { pidSpace, freshProc } = ready
    const unshare = this.#options.tool('unshare')
    if (order.tool === true || !pidSpace || unshare === undefined) {
      return { ...common, argv: order.argv, folder: order.folder, env, wraps: 0 }
    }
    const keeper = keeperCommand({ unshare, uid: this.#uid, gid: this.#gid, freshProc })
    return { ...common, argv: order.argv, folder: order.folder, env, wraps: 2, keeper }
  }

  #kept({ home: at, folder }: SpawnOrder): { at?: string; env: Record<string, string> } {
    if (at === undefined) return { env: {} }
    const real = keptHome({ at, folder, home: this.#options.home })
    return { at: real, env: { HOME: real } }
  }

  /** Refuses when the servers that were named could not be reached, rather than leave the network open or silently closed. */
  #bridge({ network, reach = [] }: SpawnOrder): BridgeOrder | undefined {
    if (network !== 'model' || reach.length === 0) return undefined
    const servers = readServers(reach)
    const { tool, namespaced } = this.#options
    const [nsenter, ip] = [tool('nsenter'), tool('ip')]
    if (!namespaced || nsenter === undefined)
      throw new SandboxMissing(
        `Network model needs a spawner with namespaces of its own and nsenter, which are not here. ${bridgeLine}`,
      )
    const given = servers.find((one) => one.given)
    if (given !== undefined && ip === undefined)
      throw new SandboxMissing(
        `Network model needs ip (package iproute2) to reach ${given.host}, and there is none here. Install it, or name the server by a name of the network.`,
      )
    return { program: spawnerEntry('bridge'), nsenter, servers, ...(ip === undefined ? {} : { ip }) }
  }

  async #sandbox(
    order: SpawnOrder,
    shown: readonly string[],
    { kept, bridge, filter }: { readonly kept?: string } & Pick<StartCall, 'bridge' | 'filter'>,
  ): Promise<[string, ...string[]]> {
    this.#bwrap ??= this.#findSandbox(order.isolation)
    this.#bwrap.catch(() => {
      this.#bwrap = undefined
    })
    return basicArgv({
      bwrap: await this.#bwrap,
      argv: order.argv,
      folder: order.folder,
      readOnly: [...order.readOnly, ...shown],
      network: order.network,
      etc: this.#etc,
      uid: this.#insideUid,
      gid: this.#insideGid,
      roots: systemRoots(),
      home: this.#options.home,
      descriptors: descriptors({ filter: filter !== undefined, bridge: bridge !== undefined }),
      ...(bridge === undefined ? {} : { hosts: writeHosts(this.#etc, hostsFile(bridge.servers)) }),
      ...(kept === undefined ? {} : { kept }),
    })
  }

  async #findSandbox(level: Isolation): Promise<string> {
    const bwrap = this.#options.tool('bwrap')
    if (bwrap === undefined)
      throw new SandboxMissing(`Isolation ${level} needs bubblewrap, and there is none here. ${installLine}`)
    const asked: SpawnOrder = {
      argv: [bwrap, '--version'],
      folder: '/',
      env: bareEnv,
      isolation: 'none',
      network: 'none',
      readOnly: [],
      marker: 'baton-tool',
      tool: true,
    }
    const version = (await this.#answer(asked)).trim()
    if (isNewEnough(version)) return bwrap
    throw new SandboxMissing(
      `Isolation ${level} needs bubblewrap 0.8 or newer; ${bwrap} says "${version}". ${installLine}`,
    )
  }

  async #answer(order: SpawnOrder): Promise<string> {
    const child = await this.#options.start(order)
    let said = ''
    for await (const { bytes } of child.output) said += Buffer.from(bytes).toString()
    return said
  }
}
