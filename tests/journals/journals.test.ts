// Every release's journal folds for ever: to the same meaning, from exactly the same bytes.
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { evolve } from '../../src/core/evolve/index.ts'
import { freeze, thaw } from '../../src/core/snapshot.ts'
import { isCanonical, readEntry } from '../../src/engine/journal/entry.ts'
import { digestsOnTheWay, fold } from './fold.ts'
import { digestOf, meaning } from './meaning.ts'

const releases = globSync('*.jsonl', { cwd: import.meta.dirname }).map((name) => name.replace(/\.jsonl$/, '')).sort()
const textsOf = (release: string): string[] =>
  readFileSync(join(import.meta.dirname, `${release}.jsonl`), 'utf8').trimEnd().split('\n')
const expectedOf = (release: string) => JSON.parse(readFileSync(join(import.meta.dirname, `${release}.json`), 'utf8'))

it('there is a journal of release 0.1', () => {
  expect(releases).toContain('0.1')
})

it.each(releases)('the journal of %s has the bytes that were recorded, in the one spelling there is', async (release) => {
  const texts = textsOf(release)
  const { entries, root } = expectedOf(release)
  const { audit } = await fold(texts)
  expect(audit).toMatchObject({ ok: true, size: entries, root })
  for (const text of texts) expect(isCanonical(text, readEntry(text))).toBe(true)
})

it.each(releases)('the journal of %s folds to what it meant then', async (release) => {
  const { means, digest, types, way } = expectedOf(release)
  const texts = textsOf(release)
  const folded = await fold(texts)
  expect(digestsOnTheWay(texts)).toEqual(way)
  const now = meaning(folded.state)
  expect(JSON.parse(JSON.stringify(now))).toEqual(means)
  expect(digestOf(now)).toBe(digest)
  expect(folded.types).toEqual(types)
})

it.each(releases)('a snapshot at any entry of %s, thawed and folded on, means the same', async (release) => {
  const { digest, entries } = expectedOf(release)
  const texts = textsOf(release)
  for (let at = 1; at <= entries; at += 7) {
    const { state } = await fold(texts.slice(0, at))
    const thawed = thaw(JSON.parse(JSON.stringify(freeze(state))))
    if (thawed === undefined) throw new Error('The snapshot was not taken.')
    for (const text of texts.slice(at)) evolve(thawed, readEntry(text))
    expect(digestOf(meaning(thawed)), `from entry ${at}`).toBe(digest)
  }
})

it('a byte changed in a recorded journal would be seen', async () => {
  const texts = textsOf('0.1')
  texts[20] = (texts[20] ?? '').replace(/"at":(\d)/, (_, digit) => `"at":${9 - Number(digit)}`)
  expect((await fold(texts)).audit).toMatchObject({ ok: false, faults: [{ seq: 21 }] })
})
