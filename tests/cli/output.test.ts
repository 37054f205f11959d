// What strangers wrote reaches no terminal as it is, and nothing but a terminal gets escapes.
import { expect, it } from 'vitest'
import { jsonText } from '../../src/cli/print/json.ts'
import { baton, busyHouse, hostile } from './testing.ts'

const pages = ['status', 'status 001', 'status T001', 'why T001', 'log T001']
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
const obeyed = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e007f}]/u
// biome-ignore lint/suspicious/noControlCharactersInRegex: the colours that are ours.
const ours = /\u001b\[\d{1,2}m/g

it.each(pages)('neutralises a hostile title in baton %s', async (page) => {
  const argv = page.split(' ')
  const house = busyHouse(hostile)
  const plain = await baton(argv, house)
  expect(plain.code).toBe(0)
  expect(plain.out).toContain('\\x1b[2J')
  expect(plain.out + plain.err).not.toMatch(obeyed)
  const coloured = await baton(argv, house, { terminal: true })
  expect((coloured.out + coloured.err).replace(ours, '')).not.toMatch(obeyed)
})

it.each(pages)('loses nothing of it in JSON, and escapes it: baton %s', async (page) => {
  const { out } = await baton([...page.split(' '), '--json'], busyHouse(hostile))
  expect(out).not.toMatch(obeyed)
  expect(JSON.stringify(JSON.parse(out))).toContain(JSON.stringify(hostile).slice(1, -1))
})

it('escapes pairs of surrogates so that they come back', () => {
  expect(JSON.parse(jsonText('\u{e0041}\u202e\ud800'))).toBe('\u{e0041}\u202e\ud800')
})

it('colours terminals only, and not those that do not want it', async () => {
  const house = busyHouse()
  expect((await baton(['status'], house, { terminal: true })).out).toMatch(ours)
  expect((await baton(['status'], house)).out).not.toContain('\u001b')
  expect((await baton(['status'], house, { terminal: true, env: { NO_COLOR: '1' } })).out).not.toContain('\u001b')
  expect((await baton(['status'], house, { terminal: true, env: { TERM: 'dumb' } })).out).not.toContain('\u001b')
})
