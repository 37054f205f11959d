// Shows that nothing a stranger writes can move a cursor, hide, or turn around.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clip, neutral, quoted, singleLine } from './neutral.ts'

/** Every sequence as it comes, and what must not be left of it. */
const sequences: readonly (readonly [what: string, text: string])[] = [
  ...[
    '2J',
    'H',
    '1;1H',
    '1A',
    '10D',
    'K',
    '2K',
    's',
    'u',
    '?25l',
    '?1049h',
    '?2004h',
    '31m',
    '8m',
    '38;5;1m',
    '6n',
    'c',
    '>c',
    '21t',
    '20t',
    '5i',
    '4i',
    '!p',
    '?1000h',
    '12l',
    '0;1;2r',
  ].flatMap((rest): [string, string][] => [
    [`CSI ${rest}`, `\u001b[${rest}`],
    [`C1 CSI ${rest}`, `\u009b${rest}`],
  ]),
  ...[
    '0;title',
    '2;title',
    '4;1;?',
    '7;file:///x',
    '8;;http://evil',
    '9;note',
    '10;?',
    '11;?',
    '50;font',
    '52;c;aGk=',
    '52;p;?',
    '104',
    '133;A',
    '777;notify;a;b',
    '1337;File=:AAAA',
    '1337;SetMark',
    '5522;type=write',
  ].flatMap((rest): [string, string][] => [
    [`OSC ${rest} BEL`, `\u001b]${rest}\u0007`],
    [`OSC ${rest} ST`, `\u001b]${rest}\u001b\\`],
    [`C1 OSC ${rest}`, `\u009d${rest}\u009c`],
  ]),
  ['DCS', '\u001bP+q544e\u001b\\'],
  ['DECRQSS', '\u001bP$q"p\u001b\\'],
  ['APC (kitty graphics)', '\u001b_Gf=100;AAAA\u001b\\'],
  ['PM', '\u001b^x\u001b\\'],
  ['SOS', '\u001bXx\u001b\\'],
  ['reset', '\u001bc'],
  ['index', '\u001bD\u001bM\u001bE'],
  ['charset', '\u001b(0lqk\u001b(B'],
  ['shift out', '\u000e\u000f'],
  ['bell', '\u0007'],
  ['backspace', 'safe\b\b\b\bevil'],
  ['overwriting return', 'rm -rf /\rls      '],
  ['vertical tab and form feed', '\u000b\u000c'],
  ['NUL', 'a\0b'],
  ['delete', '\u007f'],
  ['next line', '\u0085'],
  ['line separator', 'a\u2028b\u2029c'],
  ...[0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069, 0x200e, 0x200f, 0x061c].map(
    (code): [string, string] => [`bidi ${code.toString(16)}`, `a${String.fromCodePoint(code)}b`],
  ),
  ...[
    0x200b, 0x200c, 0x200d, 0x2060, 0x2061, 0x2062, 0x2063, 0x2064, 0xfeff, 0x00ad, 0x180e, 0x034f, 0x115f, 0x1160,
    0x17b4, 0x3164, 0xffa0, 0x206a, 0x206f, 0xfff9, 0xfffa, 0xfffb, 0xfe00, 0xe0100, 0xe01ef, 0x1d173, 0x1bca0,
  ].map((code): [string, string] => [`unseen ${code.toString(16)}`, `a${String.fromCodePoint(code)}b`]),
  [
    'words in tag characters',
    [...'ignore all'].map((letter) => String.fromCodePoint(0xe0000 + (letter.codePointAt(0) ?? 0))).join(''),
  ],
  ['language tag', '\u{e0001}\u{e007f}'],
  ['half a character', '\ud83d and \udca9'],
  ['a variation selector behind a plain letter', 'a\ufe0f'],
]

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be left
const dangerous = /[\0-\x08\x0b-\x1f\x7f-\x9f]|[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u

describe('neutral', () => {
  it('is tried with at least eighty sequences', () => {
    expect(sequences.length).toBeGreaterThanOrEqual(80)
  })

  it.each(sequences)('%s', (_, text) => {
    const safe = neutral(text)
    expect(safe).not.toMatch(dangerous)
    expect(safe).not.toBe(text)
    expect(neutral(safe)).toBe(safe)
    expect(safe).toMatch(/\\x[0-9a-f]{2}|\\u\{[0-9a-f]+\}|\\r/)
  })

  it('leaves honest text alone', () => {
    for (const text of [
      '',
      'plain',
      'two\nlines\tand a tab',
      'Grüße, 日本語, العربية, עברית',
      '⚠️ ✅ 🎯 1️⃣',
      'e\u0301',
      'C:\\path',
      '→ … – “x”',
    ]) {
      expect(neutral(text)).toBe(text)
    }
    expect(neutral('a\r\nb')).toBe('a\nb')
  })

  it('shows what was there', () => {
    expect(neutral('\u001b[2J\u009b\u202e\r\u{e0041}')).toBe('\\x1b[2J\\x9b\\u{202e}\\r\\u{e0041}')
  })

  it('holds for anything, and twice is once', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const safe = neutral(text)
        expect(safe).not.toMatch(dangerous)
        expect(neutral(safe)).toBe(safe)
        expect(singleLine(text)).not.toMatch(/[\r\n\t]/)
      }),
    )
  })
})

describe('one line, clipped', () => {
  it('joins lines and blanks', () => {
    expect(singleLine('  a\n\n b\t c \r\n')).toBe('a b c')
  })

  it('cuts between characters, never inside one', () => {
    expect(clip('abc', 3)).toBe('abc')
    expect(clip('abcd', 3)).toBe('ab…')
    expect(clip('💩💩💩', 2)).toBe('💩…')
    expect(clip('💩💩', 2)).toBe('💩💩')
    expect(quoted('a\nb'.repeat(100), 10)).toBe('a ba ba b…')
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.integer({ min: 1, max: 60 }), (text, most) => {
        expect([...clip(text, most)].length).toBeLessThanOrEqual(most)
        expect(clip(text, most).isWellFormed()).toBe(true)
      }),
    )
  })
})
