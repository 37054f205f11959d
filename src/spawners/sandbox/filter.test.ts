// The filter, run as the kernel runs it: every call that it names is refused on both architectures, and what programs live on is not.
import { existsSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Instruction } from './assembler.ts'
import { assembled, end, when } from './assembler.ts'
import { architectureHere, filterBytes, filterProgram } from './filter.ts'
import { type Architecture, type CallName, kernels, lastKnown } from './kernels.ts'

interface Asked {
  readonly number: number
  readonly audit?: number
  readonly given?: readonly number[]
}

const [allowed, refused, unknown, killed] = [0x7fff_0000, 0x0005_0001, 0x0005_0026, 0x8000_0000]

/** A machine for the bytes, so that what is tried is what bubblewrap is given. */
function run(bytes: Uint8Array, { number, audit = 0, given = [] }: Asked): number {
  const view = new DataView(bytes.buffer)
  const record = new DataView(new ArrayBuffer(64))
  record.setUint32(0, number >>> 0, true)
  record.setUint32(4, audit >>> 0, true)
  for (const [at, value] of given.entries()) record.setBigUint64(16 + 8 * at, BigInt.asUintN(64, BigInt(value)), true)
  let kept = 0
  for (let at = 0; at * 8 < bytes.length; at += 1) {
    const code = view.getUint16(at * 8, true)
    const [yes, no] = [view.getUint8(at * 8 + 2), view.getUint8(at * 8 + 3)]
    const k = view.getUint32(at * 8 + 4, true)
    if (code === 0x06) return k
    if (code === 0x20) kept = record.getUint32(k, true)
    else if (code === 0x54) kept = (kept & k) >>> 0
    else if (code === 0x15) at += kept === k ? yes : no
    else if (code === 0x25) at += kept > k ? yes : no
    else if (code === 0x45) at += (kept & k) !== 0 ? yes : no
    else throw new Error(`no such instruction: ${code}`)
  }
  throw new Error('it ran past its end')
}

const both = ['x64', 'arm64'] as const
const part = new Set<CallName>(['clone', 'clone3', 'unshare', 'socket', 'socketpair', 'ioctl', 'personality'])

describe.each(both)('the filter for %s', (architecture: Architecture) => {
  const { audit, calls } = kernels[architecture]
  const closed = filterBytes(architecture, 'none')
  const open = filterBytes(architecture, 'all')
  const ask = (name: CallName, ...given: number[]): number => run(closed, { number: calls[name] ?? -1, audit, given })

  it('refuses whatever it names as a whole, with any arguments', () => {
    for (const [name, number] of Object.entries(calls)) {
      if (number === undefined || part.has(name as CallName)) continue
      expect(run(closed, { number, audit }), name).toBe(refused)
      expect(run(closed, { number, audit, given: [-1, 2 ** 40, 0, 1, 2, 3] }), name).toBe(refused)
    }
  })

  it('lets everything else pass that the kernel had when it was written, and knows nothing newer', () => {
    const named = new Set(Object.values(calls))
    for (let number = 0; number <= lastKnown; number += 1)
      if (!named.has(number)) expect(run(closed, { number, audit }), String(number)).toBe(allowed)
    // Those of x32 lie above 0x40000000.
    for (const number of [lastKnown + 1, 1000, 0x4000_0000, 0x4000_0065, 0x7fff_ffff, 0xffff_ffff])
      expect(run(closed, { number, audit }), String(number)).toBe(unknown)
  })

  it('ends a program of any other architecture, whatever it asks', () => {
    for (const other of [
      0x4000_0003,
      0x4000_0028,
      0x8000_00b7,
      0xc000_00f3,
      0,
      ...both.map((each) => kernels[each].audit),
    ])
      if (other !== audit)
        for (const number of [0, 1, 39, 101, 59]) expect(run(closed, { number, audit: other })).toBe(killed)
  })

  it('starts children, and never one in a namespace of its own', () => {
    expect(ask('clone', 0x11)).toBe(allowed)
    expect(ask('clone', 0x003d_0f00)).toBe(allowed)
    for (const flag of [0x0002_0000, 0x0200_0000, 0x0400_0000, 0x0800_0000, 0x1000_0000, 0x2000_0000, 0x4000_0000]) {
      expect(ask('clone', flag | 0x11)).toBe(refused)
      expect(ask('unshare', flag)).toBe(refused)
    }
    expect(ask('unshare', 0x80)).toBe(refused)
    expect(ask('unshare', 0x400)).toBe(allowed)
    expect(ask('clone3', 0, 88)).toBe(unknown)
  })

  it('makes sockets of the internet and of this machine, and no others', () => {
    const [cloexec, nonblock] = [0x8_0000, 0x800]
    for (const family of [2, 10])
      for (const [kind, protocol, good] of [
        [1, 0, true],
        [1 | cloexec | nonblock, 6, true],
        [2 | cloexec, 17, true],
        [2, 1, true],
        [1, 132, false],
        [1, 262, false],
        [3, 0, false],
        [3 | cloexec, 6, false],
        [5, 0, false],
        [10, 0, false],
      ] as const)
        expect(ask('socket', family, kind, protocol), `${family} ${kind} ${protocol}`).toBe(good ? allowed : refused)
    expect(ask('socket', 16, 3 | cloexec, 0)).toBe(allowed)
    for (const protocol of [4, 6, 9, 12, 15, 16]) expect(ask('socket', 16, 3, protocol)).toBe(refused)
    const rare = Array.from({ length: 50 }, (_, family) => family).filter((family) => ![1, 2, 10, 16].includes(family))
    for (const family of rare) expect(ask('socket', family, 1, 0), String(family)).toBe(refused)
    // The kernel looks at the lower half alone, and so must the filter.
    expect(ask('socket', 2 ** 32 + 38, 5, 0)).toBe(refused)
    expect(ask('socket', 2 ** 32 + 2, 1, 0)).toBe(allowed)
  })

  it('makes sockets with a name on this machine only where the network is its own', () => {
    const number = calls.socket ?? -1
    expect(run(closed, { number, audit, given: [1, 1, 0] })).toBe(allowed)
    expect(run(filterBytes(architecture, 'model'), { number, audit, given: [1, 1, 0] })).toBe(allowed)
    expect(run(open, { number, audit, given: [1, 1, 0] })).toBe(refused)
    expect(run(open, { number: calls.socketpair ?? -1, audit, given: [1, 1, 0] })).toBe(allowed)
    expect(run(open, { number, audit, given: [2, 1, 6] })).toBe(allowed)
    expect(ask('socketpair', 38, 1, 0)).toBe(refused)
  })

  it('types into no terminal, however the order is written', () => {
    for (const order of [0x5412, 0x541c, 2 ** 32 + 0x5412]) expect(ask('ioctl', 0, order)).toBe(refused)
    for (const order of [0x5401, 0x5413, 0x541b]) expect(ask('ioctl', 0, order)).toBe(allowed)
  })

  it('says which personality a program has, and gives it none that is easier to attack', () => {
    for (const good of [0, 8, 0xffff_ffff]) expect(ask('personality', good)).toBe(allowed)
    for (const bad of [0x004_0000, 0x010_0000, 0x40_0000, 1]) expect(ask('personality', bad)).toBe(refused)
  })

  it('answers whatever it is asked, and ends', () => {
    const number = fc.integer({ min: 0, max: 2 ** 32 - 1 })
    fc.assert(
      fc.property(
        number,
        fc.oneof(number, fc.constant(audit)),
        fc.array(fc.maxSafeInteger(), { maxLength: 6 }),
        (n, a, given) => {
          expect([allowed, refused, unknown, killed]).toContain(run(closed, { number: n % 500, audit: a, given }))
          if (a !== audit) expect(run(closed, { number: n, audit: a, given })).toBe(killed)
        },
      ),
    )
  })

  it('goes forward only, to instructions that are there', () => {
    const program = filterProgram(architecture, 'none')
    for (const [at, { yes, no }] of program.entries())
      expect(at + 1 + Math.max(yes, no)).toBeLessThanOrEqual(program.length)
    expect(program.length).toBeLessThan(400)
  })
})

it('names calls by the numbers that the headers of the system give, where they are installed', (ctx) => {
  const headers = { x64: '/usr/include/x86_64-linux-gnu/asm/unistd_64.h', arm64: '/usr/include/asm-generic/unistd.h' }
  if (!Object.values(headers).every(existsSync)) ctx.skip('skipped: the headers of Linux are not installed')
  for (const architecture of both) {
    const text = readFileSync(headers[architecture], 'utf8')
    const known = new Map(
      [...text.matchAll(/^#define __NR(?:3264)?_(\w+)\s+(\d+)\s*$/gm)].map(([, name, number]) => [
        name,
        Number(number),
      ]),
    )
    for (const [name, number] of Object.entries(kernels[architecture].calls))
      expect(known.get(name), `${architecture} ${name}`).toBe(number)
  }
})

it('is there for the processors whose calls are known, and for no other', () => {
  expect(['x64', 'arm64', 'riscv64', 'ia32', 'arm', 's390x', 'ppc64'].map((name) => architectureHere(name))).toEqual([
    'x64',
    'arm64',
    ...Array.from({ length: 5 }, () => undefined),
  ])
})

it('is not written when it could not say what it means', () => {
  const many = Array.from({ length: 256 }, (): Instruction => end('allow'))
  expect(() => when('is', 1, many)).toThrow('longer than a filter can say')
  expect(() => assembled(Array.from({ length: 4_097 }, (): Instruction => end('allow')))).toThrow(
    'more than a filter may have',
  )
})
