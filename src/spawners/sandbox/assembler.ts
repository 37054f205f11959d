// A small assembler for the filters that the kernel runs before every call: classic BPF over number, architecture and arguments.

/** Eight bytes each: code, where to go when a test holds and when not, and a number. */
export interface Instruction {
  readonly code: number
  readonly yes: number
  readonly no: number
  readonly k: number
}

export type Verdict = 'allow' | 'refuse' | 'unknown' | 'kill'

const eperm = 1
const enosys = 38
const verdicts: Readonly<Record<Verdict, number>> = {
  allow: 0x7fff_0000,
  refuse: 0x0005_0000 | eperm,
  unknown: 0x0005_0000 | enosys,
  kill: 0x8000_0000,
}

const mostInstructions = 4_096
const [load, isEqual, isGreater, hasBits, and, give] = [0x20, 0x15, 0x25, 0x45, 0x54, 0x06]

const plain = (code: number, k: number): Instruction => ({ code, yes: 0, no: 0, k })

export const loadNumber = plain(load, 0)
export const loadArchitecture = plain(load, 4)
/** The lower 32 bits of an argument, on machines that write the lowest byte first: all that the kernel looks at in an `int`. */
export const loadArgument = (at: number): Instruction => plain(load, 16 + 8 * at)
export const mask = (bits: number): Instruction => plain(and, bits)
export const end = (verdict: Verdict): Instruction => plain(give, verdicts[verdict])

type Test = 'is' | 'above' | 'any of'
const tests: Readonly<Record<Test, number>> = { is: isEqual, above: isGreater, 'any of': hasBits }

/** Does `then` when the test holds for what was loaded last, and goes on behind it when not. */
export function when(test: Test, k: number, then: readonly Instruction[]): readonly Instruction[] {
  if (then.length > 255) throw new Error(`A jump over ${then.length} instructions is longer than a filter can say.`)
  return [{ code: tests[test], yes: 0, no: then.length, k }, ...then]
}

/** Does `then` when it is not that number, and goes on behind it when it is. */
export function unless(k: number, then: readonly Instruction[]): readonly Instruction[] {
  return [{ code: isEqual, yes: then.length, no: 0, k }, ...then]
}

/** As `struct sock_filter` on a machine that writes the lowest byte first. */
export function assembled(program: readonly Instruction[]): Uint8Array {
  if (program.length > mostInstructions)
    throw new Error(`${program.length} instructions are more than a filter may have.`)
  const bytes = new Uint8Array(program.length * 8)
  const view = new DataView(bytes.buffer)
  for (const [at, { code, yes, no, k }] of program.entries()) {
    view.setUint16(at * 8, code, true)
    view.setUint8(at * 8 + 2, yes)
    view.setUint8(at * 8 + 3, no)
    view.setUint32(at * 8 + 4, k >>> 0, true)
  }
  return bytes
}
