// Isolation `strict`: what a child may not ask of the kernel, as a filter that bubblewrap puts before everything it does.
//
// Decision: what is refused is named, and what is newer than the table is unknown (ENOSYS), to which programs have an answer. A list of
// what is allowed would be shorter to reason about and breaks agents' programs with every new libc.
import type { Network } from '../../core/nouns/isolation.ts'
import {
  assembled,
  end,
  type Instruction,
  loadArchitecture,
  loadArgument,
  loadNumber,
  mask,
  unless,
  when,
} from './assembler.ts'
import { type Architecture, type CallName, kernels, lastKnown } from './kernels.ts'

// CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET; NEWTIME is part of the exit signal to `clone`.
const namespaces = 0x7e02_0000
const newTime = 0x80
const families = { unix: 1, inet: 2, inet6: 10, netlink: 16 }
const [streams, datagrams] = [1, 2]
// SOCK_CLOEXEC and SOCK_NONBLOCK come with the kind.
const kind = 0xf
// Whatever it was, tcp, udp, and the two that ping.
const protocols = [0, 6, 17, 1, 58]
const routes = 0
// Putting words into a terminal: TIOCSTI, and the console's TIOCLINUX.
const typing = [0x5412, 0x541c]
// PER_LINUX and PER_LINUX32, each also with uname as of Linux 2.6; and the question.
const personalities = [0, 0x0008, 0x0002_0000, 0x0002_0008, 0xffff_ffff]

const oneOf = (allowed: readonly number[], then: readonly Instruction[]): readonly Instruction[] =>
  allowed.flatMap((each) => when('is', each, then))

/** Sockets of IP for streams and datagrams, of a kind that needs no module; of netlink only what names interfaces. */
function sockets(network: Network): readonly Instruction[] {
  const internet = [
    loadArgument(1),
    mask(kind),
    ...oneOf([streams, datagrams], [loadArgument(2), ...oneOf(protocols, [end('allow')]), end('refuse')]),
    end('refuse'),
  ]
  return [
    loadArgument(0),
    // With the machine's own network come all abstract sockets of its desktop and its session: no isolation at all.
    ...(network === 'all' ? [] : when('is', families.unix, [end('allow')])),
    ...when('is', families.netlink, [loadArgument(2), ...when('is', routes, [end('allow')]), end('refuse')]),
    ...oneOf([families.inet, families.inet6], internet),
    end('refuse'),
  ]
}

/** Those that are not refused as a whole. */
const closely = (network: Network): ReadonlyMap<CallName, readonly Instruction[]> =>
  new Map<CallName, readonly Instruction[]>([
    ['clone', [loadArgument(0), ...when('any of', namespaces, [end('refuse')]), end('allow')]],
    // Its arguments lie where a filter cannot look. Without it, libraries use `clone`.
    ['clone3', [end('unknown')]],
    ['unshare', [loadArgument(0), ...when('any of', namespaces | newTime, [end('refuse')]), end('allow')]],
    ['socket', sockets(network)],
    ['socketpair', [loadArgument(0), ...when('is', families.unix, [end('allow')]), end('refuse')]],
    ['ioctl', [loadArgument(1), ...oneOf(typing, [end('refuse')]), end('allow')]],
    ['personality', [loadArgument(0), ...oneOf(personalities, [end('allow')]), end('refuse')]],
  ])

/** For tests, which run it as the kernel would. */
export function filterProgram(architecture: Architecture, network: Network): readonly Instruction[] {
  const { audit, calls } = kernels[architecture]
  const exceptions = closely(network)
  const names = Object.keys(calls) as CallName[]
  const blocks = names.flatMap((name) => {
    const number = calls[name]
    return number === undefined ? [] : when('is', number, exceptions.get(name) ?? [end('refuse')])
  })
  return [
    loadArchitecture,
    // A program of another architecture (32 bit) would have other numbers.
    ...unless(audit, [end('kill')]),
    loadNumber,
    // The numbers of x32 are above as well.
    ...when('above', lastKnown, [end('unknown')]),
    ...blocks,
    end('allow'),
  ]
}

/** The architecture whose filter fits here, if there is one. */
export function architectureHere(name: string = process.arch): Architecture | undefined {
  return name === 'x64' || name === 'arm64' ? name : undefined
}

export function filterBytes(architecture: Architecture, network: Network): Uint8Array {
  return assembled(filterProgram(architecture, network))
}
