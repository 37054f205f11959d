// Shows that a given secret does not get through in any spelling, wherever it lies, however the text is cut, and that ordinary text does.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scrub, scrubber, scrubCut } from './secrets.ts'
import { Spellings } from './spellings.ts'

const bytes = (text: string): Buffer => Buffer.from(text, 'utf8')
const wrap = (text: string, columns: number, end = '\n'): string =>
  text.replace(new RegExp(`.{${columns}}(?=.)`, 'g'), (line) => line + end)
const each = (text: string, spell: (byte: number) => string): string => [...bytes(text)].map(spell).join('')
const twoDigits = (byte: number): string => byte.toString(16).padStart(2, '0')

/** What is around it and the secret, as some program would print both together. */
const spellings: readonly (readonly [
  name: string,
  spell: (before: string, secret: string, after: string) => string,
])[] = [
  ['plain', (before, secret, after) => before + secret + after],
  ['JSON', (before, secret, after) => JSON.stringify(before + secret + after)],
  ['an address', (before, secret, after) => encodeURIComponent(before + secret + after)],
  [
    'percent signs, each letter',
    (before, secret, after) => before + each(secret, (byte) => `%${twoDigits(byte)}`) + after,
  ],
  ['percent signs, capitals', (_, secret) => each(secret, (byte) => `%${twoDigits(byte).toUpperCase()}`)],
  ['percent signs twice', (_, secret) => encodeURIComponent(encodeURIComponent(secret))],
  ['a form', (_, secret) => new URLSearchParams({ key: secret }).toString()],
  [
    'unicode escapes',
    (_, secret) =>
      [...secret]
        .map((one) => (one.length === 1 ? `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}` : one))
        .join(''),
  ],
  ['byte escapes', (_, secret) => each(secret, (byte) => `\\x${twoDigits(byte)}`)],
  ['base64', (before, secret, after) => bytes(before + secret + after).toString('base64')],
  ['base64 for addresses', (before, secret, after) => bytes(before + secret + after).toString('base64url')],
  ['base64 in lines of 76', (before, secret, after) => wrap(bytes(before + secret + after).toString('base64'), 76)],
  [
    'base64 in lines of 64',
    (before, secret, after) => wrap(bytes(before + secret + after).toString('base64'), 64, '\r\n'),
  ],
  [
    'base64 in lines, indented',
    (before, secret, after) => wrap(bytes(before + secret + after).toString('base64'), 20, '\n    '),
  ],
  [
    'base64 in lines, in JSON',
    (before, secret, after) => JSON.stringify(wrap(bytes(before + secret + after).toString('base64'), 76)),
  ],
  ['hex', (before, secret, after) => bytes(before + secret + after).toString('hex')],
  [
    'hex in capitals',
    (before, secret, after) =>
      bytes(before + secret + after)
        .toString('hex')
        .toUpperCase(),
  ],
  ['hex in lines of 60', (before, secret, after) => wrap(bytes(before + secret + after).toString('hex'), 60)],
  ['hex with blanks', (_, secret) => [...bytes(secret)].map(twoDigits).join(' ')],
  ['hex with colons', (_, secret) => [...bytes(secret)].map(twoDigits).join(':')],
  ['hex as bytes of a program', (_, secret) => [...bytes(secret)].map((byte) => `0x${twoDigits(byte)}`).join(', ')],
]

/** Everything that the text could be read as, without line ends and what stands between the parts. */
function readings(text: string): readonly string[] {
  const joined = text.replaceAll(/\\r|\\n|\s/g, '')
  const runs = joined.match(/[\w+/-]{6,}/g) ?? []
  const base64 = runs.flatMap((run) =>
    [0, 1, 2, 3].map((skip) => Buffer.from(run.slice(skip), 'base64').toString('latin1')),
  )
  const digits = text.replaceAll(/0x|\\x|[^0-9a-f]/gi, '')
  const hex = [0, 1].map((skip) => Buffer.from(digits.slice(skip), 'hex').toString('latin1'))
  const plain = joined
    .replaceAll('%25', '%')
    .replaceAll(/(?:%|\\x|\\u00)([0-9a-f]{2})/gi, (_, two: string) => String.fromCharCode(Number.parseInt(two, 16)))
  return [text, plain, ...base64, ...hex]
}

/** A piece of the secret that somebody could still read: six letters, for what is at its edges may be part of another. */
function leak(clean: string, secret: string): string | undefined {
  const bare = clean.replaceAll('[removed: secret]', '\u0000')
  const read = readings(bare)
  const letters = bytes(secret).toString('latin1')
  for (let at = 0; at + 6 <= letters.length; at += 1) {
    const piece = letters.slice(at, at + 6)
    if (read.some((one) => one.includes(piece))) return piece
  }
  return undefined
}

function inParts(text: string, secret: string, cuts: readonly number[]): string {
  const one = scrubber([secret])
  const places = [0, ...cuts.map((cut) => cut % (text.length + 1)).toSorted((a, b) => a - b), text.length]
  return places.map((place, at) => one.push(text.slice(places[at - 1] ?? 0, place))).join('') + one.flush()
}

const secrets = fc.oneof(
  fc.string({ unit: fc.constantFrom(...'ABCDEFGHabcdefgh0123456789-_+/=.~'), minLength: 16, maxLength: 120 }),
  fc.string({ unit: fc.constantFrom(...'aB3$/ "\\%+&ß€'), minLength: 16, maxLength: 60 }),
)
const around = fc.string({ unit: fc.constantFrom(...'xyz:,#\n'), maxLength: 90 })

describe('a given secret', () => {
  it.each(spellings)('does not get through as %s', (_, spell) => {
    fc.assert(
      fc.property(around, secrets, around, (before, secret, after) => {
        const text = `say: ${spell(before, secret, after)} and on\nthe next line\n`
        const clean = scrub(text, [secret])
        expect(leak(clean, secret)).toBeUndefined()
        expect(clean).toMatch(/^say: [\s\S]* and on\nthe next line\n$/)
      }),
      { numRuns: 80 },
    )
  })

  it.each(spellings)('nor when it comes in pieces, as %s', (_, spell) => {
    fc.assert(
      fc.property(around, secrets, around, fc.array(fc.nat(), { maxLength: 12 }), (before, secret, after, cuts) => {
        const text = `say: ${spell(before, secret, after)} and on\nthe next line\n`
        expect(inParts(text, secret, cuts)).toBe(scrub(text, [secret]))
      }),
      { numRuns: 30 },
    )
  })

  it('is found wherever a wrapped line is broken in it', () => {
    const secret = 'sk-proj-aB3dE6gH9jK2mN5pQ8sT1vW4xY7z'
    for (let before = 0; before < 90; before += 1) {
      const text = `${wrap(bytes(`${'x'.repeat(before)}${secret}${'y'.repeat(40)}`).toString('base64'), 76)}\n`
      const clean = inParts(text, secret, [40, 77, 78, 100])
      expect(leak(clean, secret), text).toBeUndefined()
      expect(clean.split('\n').length).toBe(text.split('\n').length)
    }
  })

  it('is found in a line without end', () => {
    const secret = 'correct horse battery'
    for (const [name, spell] of spellings.filter(([each]) => !each.includes('lines')))
      for (const at of [100, 49_100, 49_152, 65_530, 98_300]) {
        const clean = inParts(
          `${'. '.repeat(at / 2)}${spell('', secret, '')}${' .'.repeat(40_000)}`,
          secret,
          [65_000, 65_537],
        )
        expect(leak(clean, secret), `${name} at ${at}`).toBeUndefined()
      }
  })

  it('goes although another one overlaps it', () => {
    expect(scrub('abcdefghijkl', ['abcdefgh', 'efghijkl'])).toBe('[removed: secret]')
    expect(scrub('abcdefgh efghijkl', ['abcdefgh', 'efghijkl'])).toBe('[removed: secret] [removed: secret]')
  })

  it('may be learned while text comes', () => {
    const known: string[] = []
    const one = scrubber(known)
    expect(one.push('open sesame\n')).toBe('open sesame\n')
    known.push('open sesame')
    expect(one.push('open sesame\n')).toBe('[removed: secret]\n')
    known.splice(0, 1, 'another one')
    expect(one.push('open sesame, another one\n')).toBe('open sesame, [removed: secret]\n')
  })
})

describe('what was cut before', () => {
  const secret = 'correct-horse-battery'

  it('holds no end of a secret at its beginning, and no beginning of one at its end', () => {
    for (let cut = 8; cut < secret.length; cut += 1) {
      const text = `${secret.slice(-cut)} in front\nand ${secret.slice(0, cut)}…\n${secret.slice(0, cut)}`
      expect(scrubCut(text, [secret])).toBe('[removed: secret] in front\nand [removed: secret]…\n[removed: secret]')
    }
  })

  it('is left alone otherwise', () => {
    for (const text of ['', 'a battery\nis correct', `${secret.slice(-5)} and ${secret.slice(0, 5)}`])
      expect(scrubCut(text, [secret])).toBe(text)
  })
})

describe('other text', () => {
  it('is not held back, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), secrets, (text, secret) => {
        fc.pre(new Spellings([secret]).find(text).found.length === 0)
        expect(scrub(text, [secret]).replaceAll(/\[removed: [a-z A-Z]+\]/g, '')).toBe(
          scrub(text).replaceAll(/\[removed: [a-z A-Z]+\]/g, ''),
        )
      }),
      { numRuns: 40 },
    )
    const one = scrubber(['sk-proj-aB3dE6gH9jK2mN5pQ8sT1vW4xY7z'])
    for (const line of ['It says sk-proj', 'and c2s', `sha256 ${'0a'.repeat(32)}`, 'c2stcHJvai1'])
      expect(one.push(`${line}\n`) === `${line}\n`, line).toBe(line !== 'c2stcHJvai1')
    expect(one.push('which went no further\n')).toBe('c2stcHJvai1\nwhich went no further\n')
  })

  it('takes no longer than it should with many secrets', () => {
    const known = Array.from(
      { length: 40 },
      (_, at) => `key-${at}-${'aB3dE6gH9jK2mN5pQ8sT1vW4xY7z'.slice(at % 20)}-${at}`,
    )
    const line =
      '2026-01-31T10:00:00Z INFO build: compiled src/core/text/secrets.ts (41 modules) in 0.8 s, sha 0a1b2c3d4e5f\n'
    const one = scrubber(known)
    const began = performance.now()
    for (let at = 0; at < 20_000; at += 1) one.push(line)
    one.flush()
    // Ten thousand lines a second must leave the machine idle for most of it.
    expect((performance.now() - began) / 2).toBeLessThan(600)
  })

  it.each(['key-1-', 'a2V5LTEt', '6b65792d31', '%6b%65', '\\u006b', 'a\n', 'k\n'])(
    'is quick with half a MB of %j',
    (piece) => {
      const one = scrubber(['key-1-key-1-key-1-key-2', 'aaaaaaaaaaaaaaaaaaaaaaaaab'])
      const began = performance.now()
      for (let at = 0; at < 64; at += 1) one.push(piece.repeat(Math.ceil(8192 / piece.length)))
      one.flush()
      expect(performance.now() - began).toBeLessThan(8000)
    },
  )
})
