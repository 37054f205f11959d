// Shows that secrets do not get through, whole, cut in pieces, or spelt another way, and that other text does.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scrub, scrubber } from './secrets.ts'

// Put together here, so that no scanner takes this file for a leak.
const letters = (count: number): string => 'aB3dE6gH9jK2mN5pQ8sT1vW4xY7z'.repeat(Math.ceil(count / 28)).slice(0, count)
const upper = (count: number): string => letters(count).toUpperCase()
const hex = (count: number): string => '0123456789abcdef'.repeat(Math.ceil(count / 16)).slice(0, count)
const key = (kind: string): string =>
  `-----BEGIN ${kind}PRIVATE KEY-----\n${`${letters(64)}\n`.repeat(4)}${letters(20)}==\n-----END ${kind}PRIVATE KEY-----`

const tokens: readonly (readonly [kind: string, token: string])[] = [
  ['openai', `sk-${letters(48)}`],
  ['openai project', `sk-proj-${letters(90)}`],
  ['anthropic', `sk-ant-api03-${letters(93)}AA`],
  ['openrouter', `sk-or-v1-${hex(64)}`],
  ['groq', `gsk_${letters(52)}`],
  ['xai', `xai-${letters(80)}`],
  ['perplexity', `pplx-${letters(48)}`],
  ['nvidia', `nvapi-${letters(64)}`],
  ['hugging face', `hf_${letters(34)}`],
  ...['ghp', 'gho', 'ghu', 'ghs', 'ghr'].map((kind): [string, string] => [kind, `${kind}_${letters(36)}`]),
  ['github fine', `github_pat_${letters(82)}`],
  ['gitlab', `glpat-${letters(20)}`],
  ['slack bot', `xoxb-123456789012-${letters(24)}`],
  ['slack app', `xapp-1-${letters(60)}`],
  ['aws', `AKIA${upper(16)}`],
  ['aws session', `ASIA${upper(16)}`],
  ['google', `AIza${letters(35)}`],
  ['google oauth', `ya29.${letters(60)}`],
  ['google client', `GOCSPX-${letters(28)}`],
  ['npm', `npm_${letters(36)}`],
  ['pypi', `pypi-${letters(80)}`],
  ['docker', `dckr_pat_${letters(27)}`],
  ['stripe', `sk_live_${letters(24)}`],
  ['stripe hook', `whsec_${letters(32)}`],
  ['sendgrid', `SG.${letters(22)}.${letters(43)}`],
  ['mailgun', `key-${hex(32)}`],
  ['digitalocean', `dop_v1_${hex(64)}`],
  ['shopify', `shpat_${hex(32)}`],
  ['vault', `hvs.${letters(90)}`],
  ['age', `AGE-SECRET-KEY-1${upper(58)}`],
  ['jwt', `eyJ${letters(40)}.eyJ${letters(80)}.${letters(43)}`],
  ['bearer', `Authorization: Bearer ${letters(40)}`],
  ['basic', `authorization: basic ${letters(30)}==`],
  ['login', `postgres://admin:${letters(12)}@db.example:5432/x`],
  ['token login', `https://${letters(40)}@github.com/a/b.git`],
  ...['', 'RSA ', 'EC ', 'OPENSSH ', 'ENCRYPTED '].map((kind): [string, string] => [`${kind}key`, key(kind)]),
]

/** The part of a token that must be nowhere: every piece of twelve letters. */
function leaks(clean: string, token: string): string | undefined {
  const secret = token
    .replace(
      /^.*(?:Bearer|basic) |^postgres:\/\/admin:|@db\.example.*$|^https:\/\/|@github.*$|-----(?:BEGIN|END)[^-]*-----/gi,
      '',
    )
    .trim()
  for (let at = 8; at + 12 <= secret.length; at += 1)
    if (clean.includes(secret.slice(at, at + 12))) return secret.slice(at, at + 12)
  return undefined
}

describe('whole text', () => {
  it.each(tokens)('%s', (_, token) => {
    for (const text of [token, `say ${token} and go on`, `"token":"${token}",`, `KEY=${token}\nnext`, `(${token})`]) {
      const clean = scrub(text)
      expect(leaks(clean, token)).toBeUndefined()
      expect(clean).toContain('[removed: ')
      expect(scrub(clean)).toBe(clean)
    }
    expect(scrub(`say ${token}\nand go on`)).toMatch(/^say .*\n[\s\S]*and go on$/)
  })

  it('leaves ordinary words alone', () => {
    const words =
      'The risk-based task-list uses sk-learn, a bearer of news, basic rules, git@github.com:a/b, https://x.org/a@b, ssh://git@h/x, eyJ, key-value, mask-1234567890123456789 and T012.'
    expect(scrub(words)).toBe(words)
    expect(scrub(`commit ${hex(40)}`)).toBe(`commit ${hex(40)}`)
  })

  it('takes given literals as they are spelt in JSON and addresses too, the longer first', () => {
    const secret = 'pa"ss/wörd 1'
    const clean = scrub(`${secret} ${JSON.stringify(secret)} ${encodeURIComponent(secret)}`, [secret, 'pa"ss/'])
    expect(clean).toBe('[removed: secret] "[removed: secret]" [removed: secret]')
    expect(scrub('a short word', ['a', 'short'])).toBe('a short word')
    expect(scrub('line one\nline two', ['line one\nline two'])).toBe('[removed: secret]\n[removed: secret]')
  })

  it('does not hide everything behind a key that never ends', () => {
    const clean = scrub(`-----BEGIN PRIVATE KEY-----\n${letters(64)}\nAnd here the story goes on, with blanks.\nmore\n`)
    expect(clean).toBe('[removed: private key]\n\nAnd here the story goes on, with blanks.\nmore\n')
  })
})

describe('text in parts', () => {
  const inParts = (text: string, cuts: readonly number[], secrets: readonly string[] = []): string => {
    const each = scrubber(secrets)
    const places = [0, ...cuts.map((cut) => cut % (text.length + 1)).toSorted((a, b) => a - b), text.length]
    return places.map((place, index) => each.push(text.slice(places[index - 1] ?? 0, place))).join('') + each.flush()
  }

  it('is the same however it is cut', () => {
    const text = tokens.map(([kind, token]) => `${kind}: ${token} end`).join('\n')
    const whole = scrub(text)
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 30 }), (cuts) => {
        expect(inParts(text, cuts)).toBe(whole)
      }),
    )
    expect(
      inParts(
        text,
        Array.from({ length: text.length }, (_, index) => index),
      ),
    ).toBe(whole)
  })

  it('finds a secret in a line without end, wherever it lies', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 160_000 }),
        fc.constantFrom(...tokens.filter(([, token]) => !token.includes('\n'))),
        fc.constantFrom('.', ' ', '. '),
        (at, [, token], filling) => {
          const text = `${filling.repeat(at).slice(0, at)} ${token} ${filling.repeat(90_000)}`
          const clean = inParts(text, [10_000, 30_000, 65_000, 66_000, 100_000, 130_000, 131_000])
          expect(leaks(clean, token)).toBeUndefined()
          expect(clean).toContain('[removed: ')
        },
      ),
      { numRuns: 60 },
    )
  })

  it('finds a literal across parts of a line without end', () => {
    const secret = 'correct horse battery'
    for (const at of [49_140, 49_150, 49_152, 65_530, 65_536, 98_300]) {
      expect(
        inParts(`${'.'.repeat(at)}${secret}${'.'.repeat(70_000)}`, [65_000, 65_537, 70_000], [secret]),
      ).not.toContain('horse')
    }
  })

  it('loses nothing else, and gives whole lines at once', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 500 }), fc.array(fc.nat(), { maxLength: 8 }), (text, cuts) => {
        expect(inParts(text, cuts)).toBe(text)
      }),
    )
    const each = scrubber()
    expect(each.push('a line\nhalf')).toBe('a line\n')
    expect(each.flush()).toBe('half')
    expect(each.flush()).toBe('')
  })

  it.each([
    ['one letter', 'a'],
    ['beginnings of signed tokens', 'eyJ'],
    ['beginnings of keys', '-----BEGIN PRIVATE KEY-----'],
    ['beginnings of addresses', 'a://'],
    ['bearers', 'bearer '],
    ['dashes', 'sk-'],
    ['underscores', 'ghp_'],
  ])('is quick with 4 MB of %s', (_, piece) => {
    const each = scrubber(['correct horse battery'])
    const chunk = piece.repeat(Math.ceil(8192 / piece.length))
    const began = performance.now()
    for (let index = 0; index < 512; index += 1) each.push(chunk)
    each.flush()
    expect(performance.now() - began).toBeLessThan(8000)
  })
})
