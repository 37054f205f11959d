import { expect, it } from 'vitest'
import { canonicalOf, canonicalStatus, canonicals, say, statusOf, vocabularies, wordFor } from './status.ts'
import { play, running, type World } from './testing.ts'

it.each(vocabularies)('reads every status back as what it was, in %s', (vocabulary) => {
  for (const canonical of canonicals) {
    const { word, note } = say(canonical, vocabulary)
    expect(canonicalOf(word, vocabulary, note)).toBe(canonical)
  }
})

it('says the words of the documents, with a note only where a word hides something', () => {
  expect(canonicals.map((one) => wordFor(one, 'plans'))).toEqual([
    'pending',
    'in-progress',
    'done',
    'blocked',
    'in-progress',
    'blocked',
    'pending',
  ])
  expect(say('completed', 'box')).toEqual({ word: '[X]' })
  expect(say('rework', 'plans')).toEqual({ word: 'in-progress', note: 'rework' })
  expect(say('cancelled', 'attempt')).toEqual({ word: 'failed', note: 'cancelled' })
  expect(say('blocked', 'rpc')).toEqual({ word: 'skipped' })
  expect(say('blocked', 'item')).toEqual({ word: 'blocked' })
})

it.each([
  ['pending', 'roadmap', 'queued'],
  ['success', 'roadmap', 'completed'],
  ['error', 'roadmap', 'failed'],
  ['error', 'rpc', 'failed'],
  ['todo', 'plans', 'queued'],
  ['blocked', 'plans', 'blocked'],
  ['rejected', 'attempt', 'rework'],
  ['[x]', 'box', 'completed'],
  ['running', 'counts', 'running'],
] as const)('reads %s of %s as %s', (word, vocabulary, canonical) => {
  expect(canonicalOf(word, vocabulary)).toBe(canonical)
})

it('knows no word that nobody uses, and no note that does not fit', () => {
  for (const word of ['', 'Done', '__proto__', 'constructor', 'toString']) {
    for (const vocabulary of vocabularies) expect(canonicalOf(word, vocabulary)).toBeUndefined()
  }
  expect(canonicalOf('done', 'roadmap', 'failed')).toBe('completed')
  expect(canonicalOf('done', 'roadmap', '__proto__')).toBe('completed')
})

const seen = (world: World) => {
  const item = world.state.items.get('i')
  return item?.steps.map((step) => `${statusOf(item, step)} ${canonicalStatus(item, step)}`)
}

it('tells ready, waiting and blocked apart', () => {
  const world = running('A B<A C D!ok')
  expect(seen(world)).toEqual(['ready queued', 'waiting queued', 'ready queued', 'ready queued'])
  world.ask('blocker.raise', { on: 'i/A', kind: '', owner: '', notes: '' })
  expect(seen(world)?.[0]).toBe('blocked blocked')
  play(world, 'tick; D began; D ended; D checked')
  expect(seen(world)?.slice(2)).toEqual(['running running', 'gated blocked'])
  const gate = [...world.state.gates.keys()][0] ?? ''
  world.ask('gate.answer', { gate, answer: 'reject', reasons: ['no'] })
  expect(seen(world)?.[3]).toBe('ready rework')
  play(world, 'C done')
  world.ask('step.skip', { step: 'i/A', why: '' })
  expect(seen(world)?.slice(0, 3)).toEqual(['skipped completed', 'ready queued', 'done completed'])
})
