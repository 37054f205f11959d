// Which addresses a model server may have: never one that only the machine's own network or its cloud answers on.
import { BlockList, isIP } from 'node:net'

export type Addressed =
  | {
      readonly ok: true
      /** Without a slash at its end. */
      readonly base: string
    }
  | { readonly ok: false; readonly why: string }

/** Link-local networks, and the addresses at which clouds tell a machine its own secrets. */
const v4: readonly (readonly [string, number])[] = [
  ['169.254.0.0', 16],
  ['168.63.129.16', 32],
  ['100.100.100.200', 32],
  ['192.0.0.192', 32],
]
const v6: readonly (readonly [string, number])[] = [
  ['fe80::', 10],
  ['fd00:ec2::254', 128],
  ['fd20:ce::254', 128],
]
const names: ReadonlySet<string> = new Set([
  'metadata',
  'metadata.google.internal',
  'metadata.goog',
  'metadata.azure.internal',
  'metadata.tencentyun.com',
  'instance-data',
  'instance-data.ec2.internal',
])

let listed: BlockList | undefined

function blocked(): BlockList {
  if (listed !== undefined) return listed
  listed = new BlockList()
  for (const [net, bits] of v4) {
    listed.addSubnet(net, bits, 'ipv4')
    const [a = 0, b = 0, c = 0, d = 0] = net.split('.').map(Number)
    const [high, low] = [((a << 8) | b).toString(16), ((c << 8) | d).toString(16)]
    // The same addresses inside IPv6: mapped, compatible, translated (two prefixes), and 6to4.
    for (const before of ['::ffff:', '::', '64:ff9b::', '64:ff9b:1::'])
      listed.addSubnet(`${before}${high}:${low}`, 96 + bits, 'ipv6')
    listed.addSubnet(`2002:${high}:${low}::`, 16 + bits, 'ipv6')
  }
  for (const [net, bits] of v6) listed.addSubnet(net, bits, 'ipv6')
  return listed
}

/** Why nothing may be asked there: for an IP address as a resolver gives it, or a name; undefined when it may. */
export function refusedHost(host: string): string | undefined {
  const bare = host.toLowerCase().replace(/^\[|\]$/g, '')
  const address = bare.split('%')[0] ?? ''
  const family = isIP(address)
  if (family !== 0 && blocked().check(address, family === 4 ? 'ipv4' : 'ipv6'))
    return `${address} is a link-local or metadata address, where no model server is asked`
  const name = without(bare, '.')
  return names.has(name) ? `${name} is a name of a metadata server, where no model server is asked` : undefined
}

/** Without this letter at its end, however often it stands there. */
function without(text: string, letter: string): string {
  let end = text.length
  while (end > 0 && text[end - 1] === letter) end -= 1
  return text.slice(0, end)
}

/** A base address as a person wrote it; every way of writing a host is read as a browser would read it. */
export function readAddress(text: string): Addressed {
  const no = (why: string): Addressed => ({ ok: false, why })
  const url = URL.parse(text.trim())
  if (url === null) return no('it is no address; one looks like http://127.0.0.1:1234/v1')
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return no('only http and https addresses are asked')
  if (url.username !== '' || url.password !== '') return no('it holds a login; put the key into OPENAI_API_KEY instead')
  const why = refusedHost(url.hostname)
  if (why !== undefined) return no(why)
  return { ok: true, base: without(`${url.origin}${url.pathname}`, '/') }
}
