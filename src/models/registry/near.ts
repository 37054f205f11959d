// Whether an address is one of the machines of a person's own: this one, or one of the private network around it.
import { BlockList, isIP } from 'node:net'

const nets: readonly (readonly [string, number, 'ipv4' | 'ipv6'])[] = [
  ['127.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['::1', 128, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
]

/** Names that resolvers give to this machine and to those beside it, and to nobody else. */
const names = /^(?:localhost|.+\.localhost|host\.docker\.internal|.+\.local)$/

let listed: BlockList | undefined

/** `address` is one that `readAddress` took. */
export function isNear(address: string): boolean {
  const url = URL.parse(address)
  if (url === null) return false
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  const family = isIP(host)
  if (family === 0) return names.test(host)
  if (listed === undefined) {
    listed = new BlockList()
    for (const [net, bits, kind] of nets) listed.addSubnet(net, bits, kind)
  }
  return listed.check(host, family === 4 ? 'ipv4' : 'ipv6')
}
