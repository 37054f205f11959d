// What a probe of isolation `strict` asks the kernel for: calls that would be answered otherwise, or done, if no filter were there.
import { type Architecture, type CallName, kernels } from './kernels.ts'
import type { RawCall } from './program.ts'

export interface Attempt {
  readonly what: string
  readonly call: RawCall
  /** How the filter answers. */
  readonly answer: number
}

const [eperm, enosys] = [-1, -38]
const newUser = 0x1000_0000
const sigchld = 17
const [alg, packet, vsock, netlink, inet] = [38, 17, 40, 16, 2]
const [stream, raw, seqpacket] = [1, 3, 5]
const sctp = 132

/** Arguments that lead nowhere: without a filter the kernel would say EFAULT, EINVAL or ENOSPC, or do what does no harm. */
const wanted: readonly (readonly [string, CallName, readonly number[], number?])[] = [
  ['be traced by another process', 'ptrace', [0, 0, 0, 0]],
  ['read the memory of another process', 'process_vm_readv', [1, 0, 0, 0, 0, 1]],
  ['take a descriptor of another process', 'pidfd_getfd', [-1, 0, 0]],
  ['mount', 'mount', [1, 1, 1, 0, 0]],
  ['mount in the newer way', 'fsopen', [1, -1]],
  ['take a tree of files', 'open_tree', [-1, 1, -1]],
  ['change its root', 'chroot', [1]],
  ['open a file by its number', 'open_by_handle_at', [-1, 1, 0]],
  ['enter another namespace', 'setns', [-1, 0]],
  ['make a user namespace', 'unshare', [newUser]],
  ['start a child in a user namespace', 'clone', [newUser | sigchld, 0, 0, 0, 0]],
  ['start a child in a way that no filter sees', 'clone3', [0, 0], enosys],
  ['give the kernel a program', 'bpf', [-1, 0, 0]],
  ['measure the machine', 'perf_event_open', [1, 0, -1, -1, 0]],
  ['hold the kernel at a page fault', 'userfaultfd', [1]],
  ['ask the kernel past every filter', 'io_uring_setup', [0, 1]],
  ['use the keys of the session', 'keyctl', [0, -3, 0]],
  ['add a key', 'add_key', [1, 1, 1, 0, -3]],
  ['start another kernel', 'kexec_load', [0, 0, 0, -1]],
  ['load a module', 'finit_module', [-1, 1, -1]],
  ['read the words of the kernel', 'syslog', [10, 0, 0]],
  ['know its addresses before', 'personality', [0x004_0000]],
  ['type into a terminal', 'ioctl', [0, 0x5412, 1]],
  ['use ciphers of the kernel', 'socket', [alg, seqpacket, 0]],
  ['see packets', 'socket', [packet, raw, 0]],
  ['speak to the host of a machine', 'socket', [vsock, stream, 0]],
  ['speak to the packet filter', 'socket', [netlink, raw, 12]],
  ['make sockets of a rare kind', 'socket', [inet, stream, sctp]],
]

/** Beyond what the table knows. */
const unknownCall = 1_000

export function attempts(architecture: Architecture): readonly Attempt[] {
  const { calls } = kernels[architecture]
  const known = wanted.flatMap(([what, name, given, answer = eperm]) => {
    const number = calls[name]
    return number === undefined ? [] : [{ what, call: [number, ...given] as RawCall, answer }]
  })
  return [...known, { what: 'make a call that nobody has looked at', call: [unknownCall], answer: enosys }]
}
