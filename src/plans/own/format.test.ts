// Baton's own JSON: what it says, what is odd about it, and what a tick changes.
import { expect, it } from 'vitest'
import { filesIn, filesOf } from '../../../tests/fixtures/plans/reading.ts'
import { json } from './format.ts'

const read = (text: string) => json.read(filesOf({ 'plan.json': text }), 'plan.json')

it('gives steps, groups, edges, locks and states as they are said', async () => {
  const { items, notes } = await json.read(filesIn('json'), 'plan.json')
  expect(notes).toEqual([])
  const [shop, garden] = items
  expect(shop?.groups).toMatchObject([{ key: 'G1', title: 'The counter', ticked: false }])
  expect(
    shop?.steps.map(({ key, after, locks, readsOnly }) => [key, after.map((edge) => edge.key), locks, readsOnly]),
  ).toEqual([
    ['S1', [], [], undefined],
    ['S2', ['S1'], [], undefined],
    ['S3', ['S1', 'S2'], ['till'], true],
    ['S4', [], [], undefined],
  ])
  expect(shop?.steps[3]?.status).toBe('cancelled')
  expect(shop?.steps[1]).toMatchObject({ writes: ['src/sell.ts'], owner: 'bo', place: { line: 13 } })
  expect(garden).toMatchObject({ id: 'tea-garden', policy: 'document' })
})

it.each([
  ['{"format":"baton-plan/1","items":[]}', 'shape'],
  ['{"format":"baton-plan/1","items":[{"id":"../x","title":"t","policy":"graph","steps":[]}]}', 'shape'],
  [
    '{"format":"baton-plan/1","items":[{"id":"x","title":"t","policy":"graph","steps":[{"key":"a","title":"a","run":"rm"}]}]}',
    'shape',
  ],
  [
    '{"format":"baton-plan/1","items":[{"id":"x","title":"t","policy":"graph","groups":[{"key":"g","title":"g"}],"steps":[]}]}',
    'empty-group',
  ],
  [
    '{"format":"baton-plan/1","items":[{"id":"x","title":"t","policy":"graph","steps":[{"key":"a","title":"a","after":["b"]},{"key":"b","title":"b","after":["a"]}]}]}',
    'cycle',
  ],
])('says what is wrong with %s', async (text, kind) => {
  const { notes } = await read(text)
  expect(notes.find(({ level }) => level === 'error')).toMatchObject({ kind, line: 1 })
})

it('ticks by one word and leaves every other byte', async () => {
  const files = filesIn('json')
  const before = Buffer.from((await files.read('odd.json')) ?? []).toString()
  const [written] = await json.write(files, 'odd.json', [{ kind: 'tick', key: 'A.2' }])
  expect(Buffer.from(written?.bytes ?? []).toString()).toBe(before.replace('{"ticked":false', '{"ticked":true'))
})
