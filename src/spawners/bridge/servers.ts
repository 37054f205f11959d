// Which servers a sandbox without network may reach, and under which addresses of its own it finds them.
import { BlockList, isIP } from 'node:net'

/** One server outside, and where inside the bridge listens for it. */
export interface Server {
  readonly host: string
  readonly port: number
  readonly at: readonly string[]
  /** An address that the sandbox's loopback has to be given first. */
  readonly given: boolean
}

const mostServers = 16
const name = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?)*$/
const number = /^(0x[0-9a-f]*|\d+)$/

const never = new BlockList()
// Link-local, where clouds tell a machine its own secrets; nobody's; everybody's.
for (const [net, bits] of [
  ['169.254.0.0', 16],
  ['0.0.0.0', 8],
  ['224.0.0.0', 3],
  ['168.63.129.16', 32],
  ['100.100.100.200', 32],
  ['192.0.0.192', 32],
] as const)
  never.addSubnet(net, bits, 'ipv4')
for (const [net, bits] of [
  ['fe80::', 10],
  ['ff00::', 8],
  ['::', 128],
  ['fd00:ec2::254', 128],
  ['fd20:ce::254', 128],
  // The first of these, as translators of addresses write it.
  ['64:ff9b::a9fe:0', 112],
  ['2002:a9fe::', 32],
] as const)
  never.addSubnet(net, bits, 'ipv6')
const here = new BlockList()
here.addSubnet('127.0.0.0', 8, 'ipv4')
here.addAddress('::1', 'ipv6')

const clothed = new BlockList()
clothed.addSubnet('::ffff:0:0', 96, 'ipv6')

const holds = (list: BlockList, address: string): boolean => list.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6')

/**
 * Why the bridge does not go to an address that `host` led to; undefined when it may. A name with a dot is looked up by servers
 * that may be somebody else's, so it never leads back to this machine.
 */
export function refusedAddress(host: string, address: string): string | undefined {
  if (isIP(address) === 0) return `${host} leads to no address`
  if (holds(never, address)) return `${host} leads to ${address}, where no server is reached`
  if (isIP(host) === 0 && host.includes('.') && holds(here, address))
    return `${host} leads to this machine itself (${address}); name it as 127.0.0.1`
  return undefined
}

function unread(text: string, why: string): Error {
  return new Error(
    `${JSON.stringify(text)} cannot be reached: ${why}. Write it as host:port, as in 127.0.0.1:1234 or api.example.org:443.`,
  )
}

function readOne(text: string): { host: string; port: number } {
  const found = /^(?:\[([0-9a-f:.]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text.toLowerCase())
  const host = found?.[1] ?? found?.[2] ?? ''
  const port = Number(found?.[3])
  if (found === null) throw unread(text, 'it is no host and port')
  if (port < 1 || port > 65_535) throw unread(text, 'its port is none')
  if (found[1] !== undefined ? isIP(host) !== 6 : isIP(host) !== 4 && !name.test(host))
    throw unread(text, 'its host is none')
  // Numbers in other clothes (2130706433, 0x7f.1, 010.0.0.1) are read differently by different programs.
  if (isIP(host) === 0 && number.test(host.split('.').at(-1) ?? ''))
    throw unread(text, 'its host is a number in disguise')
  if (isIP(host) === 6 && holds(clothed, host)) throw unread(text, 'it is an IPv4 address in IPv6 clothes')
  const why = isIP(host) === 0 ? undefined : refusedAddress(host, host)
  if (why !== undefined) throw unread(text, why)
  return { host, port }
}

/** Every server once, in a fixed order: the same list gives the same addresses. Throws in words at anything that is not host:port. */
export function readServers(reach: readonly string[]): readonly Server[] {
  const all = [...new Set(reach)].map(readOne)
  if (all.length > mostServers)
    throw new Error(`A sandbox reaches ${mostServers} servers at most; ${all.length} were named.`)
  const names = [...new Set(all.map(({ host }) => host))].filter((host) => isIP(host) === 0 && host !== 'localhost')
  const taken = new Set<string>()
  return all.flatMap(({ host, port }) => {
    const wanted =
      host === 'localhost' ? ['127.0.0.1', '::1'] : isIP(host) === 0 ? [`127.77.0.${names.indexOf(host) + 1}`] : [host]
    const at = wanted.filter((address) => !taken.has(`${address} ${port}`))
    for (const address of at) taken.add(`${address} ${port}`)
    const given = isIP(host) !== 0 && !holds(here, host)
    return at.length === 0 ? [] : [{ host, port, at, given }]
  })
}

/** What the sandbox's /etc/hosts says, so that a name is found where the bridge listens for it. */
export function hostsFile(servers: readonly Server[]): string {
  const lines = servers
    .filter(({ host }) => isIP(host) === 0 && host !== 'localhost')
    .map(({ host, at }) => `${at[0]} ${host}\n`)
  return ['127.0.0.1 localhost baton\n', '::1 localhost\n', ...new Set(lines)].join('')
}
