// Writes the smallest programs there are: one that makes the calls of a table and says what became of each, as bytes of machine code.
//
// Decision: what a filter refuses can only be found out by asking the kernel, which Node cannot, and no tool that could is on every machine.
import type { Architecture } from './kernels.ts'

/** A call's number and up to six arguments. */
export type RawCall = readonly [number: number, ...given: number[]]

const base = 0x40_0000
const headers = 64 + 56
const slots = 7

const words = (...all: number[]): Buffer => {
  const bytes = Buffer.alloc(all.length * 4)
  for (const [at, word] of all.entries()) bytes.writeUInt32LE(word >>> 0, at * 4)
  return bytes
}

/** For each entry at the end of the code: call, write the eight bytes of its answer to output, go on. Then exit. */
function loopX64(count: number): Buffer {
  const body = Buffer.from(
    // rax, rdi, rsi, rdx, r10, r8, r9 from the table at rbx; syscall; push rax
    '488b03488b7b08488b7310488b53184c8b53204c8b43284c8b4b300f0550' +
      // write(1, rsp, 8); pop; next entry; one less
      'b801000000bf010000004889e6ba080000000f05584883c33841ffcc',
    'hex',
  )
  const exit = Buffer.from('b83c00000031ff0f05', 'hex')
  const back = Buffer.from([0x75, 256 - (body.length + 2)])
  const counted = Buffer.concat([Buffer.from('41bc', 'hex'), words(count)])
  const toTable = counted.length + body.length + back.length + exit.length
  return Buffer.concat([Buffer.from('488d1d', 'hex'), words(toTable), counted, body, back, exit])
}

function loopArm64(count: number): Buffer {
  const at = (register: number, slot: number): number => 0xf940_0000 | (slot << 10) | (19 << 5) | register
  const body = [
    // x8 and x0 to x5 from the table at x19; svc; push x0
    ...[at(8, 0), at(0, 1), at(1, 2), at(2, 3), at(3, 4), at(4, 5), at(5, 6), 0xd400_0001, 0xf81f_0fe0],
    // write(1, sp, 8); pop; next entry; one less
    ...[0xd280_0808, 0xd280_0020, 0x9100_03e1, 0xd280_0102, 0xd400_0001, 0x9100_43ff, 0x9100_e273, 0x7100_0694],
  ]
  const exit = [0xd280_0ba8, 0xd280_0000, 0xd400_0001]
  const back = 0x5400_0001 | ((-body.length & 0x7_ffff) << 5)
  // A whole number of words, so the table lies at a multiple of four from here.
  const toTable = 2 + body.length + 1 + exit.length
  return words(0x1000_0013 | (toTable << 5), 0x5280_0014 | (count << 5), ...body, back, ...exit)
}

function table(calls: readonly RawCall[]): Buffer {
  const bytes = Buffer.alloc(calls.length * slots * 8)
  for (const [at, call] of calls.entries())
    for (const [slot, value] of call.entries()) bytes.writeBigInt64LE(BigInt(value), (at * slots + slot) * 8)
  return bytes
}

/** ELF, one segment to read and run, nothing to link. */
function elf(architecture: Architecture, code: Buffer): Buffer {
  const head = Buffer.alloc(headers)
  head.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1])
  head.writeUInt16LE(2, 16)
  head.writeUInt16LE(architecture === 'x64' ? 62 : 183, 18)
  head.writeUInt32LE(1, 20)
  head.writeBigUInt64LE(BigInt(base + headers), 24)
  head.writeBigUInt64LE(64n, 32)
  for (const [at, size] of [64, 56, 1].entries()) head.writeUInt16LE(size, 52 + at * 2)
  head.writeUInt32LE(1, 64)
  head.writeUInt32LE(5, 68)
  head.writeBigUInt64LE(BigInt(base), 80)
  head.writeBigUInt64LE(BigInt(base), 88)
  for (const at of [96, 104]) head.writeBigUInt64LE(BigInt(headers + code.length), at)
  head.writeBigUInt64LE(0x1_0000n, 112)
  return Buffer.concat([head, code])
}

export function callingProgram(architecture: Architecture, calls: readonly RawCall[]): Buffer {
  const loop = architecture === 'x64' ? loopX64(calls.length) : loopArm64(calls.length)
  return elf(architecture, Buffer.concat([loop, table(calls)]))
}

/** getpid as 32-bit programs ask for it, and the end: only on x86-64 can a program of 64 bits do so. */
export function otherWorldProgram(): Buffer {
  return elf('x64', Buffer.from('b814000000cd80b83c00000031ff0f05', 'hex'))
}

/** The answers of a calling program, in the order of its calls; fewer when it was ended. */
export function answers(output: Buffer): readonly number[] {
  return Array.from({ length: Math.floor(output.length / 8) }, (_, at) => Number(output.readBigInt64LE(at * 8)))
}
