// How alike two items are, by hand: what counts, how much, and when too little is said.
import { describe, expect, it } from 'vitest'
import { inCommon, likeness, suspicious, worded, wordsOf } from './likeness.ts'

const abc = 'alpha bravo charlie delta echo foxtrot golf hotel'.split(' ')
/** `more`: further words, so that title and words can be told apart. */
const item = (title: string, more: string) => worded({ title, brief: more, steps: [] })

describe('words', () => {
  it('given a text, then only words that say something are kept, once, in their order', () => {
    expect([...wordsOf('Add the TEA to it: t1 4711 ab tea-leaves, Tea')]).toEqual(['tea', 'leaves'])
    expect([...wordsOf('Ｔｅａ')]).toEqual(['tea'])
  })

  it('given a text without end, then no more than 150 words and 8000 letters of it are read', () => {
    const word = (at: number): string => [...String(1000 + at)].map((digit) => 'abcdefghij'[Number(digit)]).join('')
    expect(wordsOf(Array.from({ length: 400 }, (_, at) => word(at)).join(' ')).size).toBe(150)
    expect([...wordsOf(`${'x '.repeat(3998)}last over`)]).toEqual(['last'])
  })

  it('given an item, then its title comes first, then its brief and the titles of its steps, up to a bound', () => {
    const steps = [{ title: 'Pour water' }, { title: 'z'.repeat(9000) }, { title: 'Never read' }]
    expect([...worded({ title: 'Brew', brief: 'Leaves', steps }).words].slice(0, 4)).toEqual([
      'brew',
      'leaves',
      'pour',
      'water',
    ])
    expect(worded({ title: 'Brew', brief: 'Leaves', steps }).words.has('never')).toBe(false)
  })
})

describe('likeness', () => {
  it('given the same words, then it is 1, and without any in common 0', () => {
    const one = item('alpha bravo', abc.join(' '))
    expect(likeness(one, one)).toBe(1)
    const three = item('alpha bravo charlie', abc.join(' '))
    expect(likeness(three, three)).toBe(1)
    expect(likeness(one, item('kilo lima', 'mike november oscar papa'))).toBe(0)
  })

  it('given fewer than six words of either, then nothing is told', () => {
    const [five, six] = [item('alpha bravo', 'charlie delta echo'), item('alpha bravo', 'charlie delta echo foxtrot')]
    expect([likeness(five, six), likeness(six, five), likeness(six, six)]).toEqual([undefined, undefined, 1])
  })

  it('given titles that share half, then nothing in the rest can make up for the other half', () => {
    const rest = abc.slice(4).join(' ')
    // Of four words in two titles two are the same; everything together shares five of six.
    expect(likeness(item('alpha bravo', rest), item('alpha kilo', rest))).toBeCloseTo((0.5 + 10 / 12) / 2)
    // A third at most: not looked into, and half of the titles is all that is said.
    expect(likeness(item('alpha bravo charlie', rest), item('alpha kilo lima', rest))).toBeCloseTo(1 / 6)
  })

  it('given no word in a title, then the rest alone counts, on either side', () => {
    const [one, other] = [item('T1', abc.slice(0, 6).join(' ')), item('golf', abc.slice(0, 6).join(' '))]
    expect(likeness(one, other)).toBeCloseTo(12 / 13)
    expect(likeness(other, one)).toBeCloseTo(12 / 13)
  })

  it('given one title of three words for both, then it is suspicious whatever else they say; of two words it is not', () => {
    const [mine, yours] = ['delta echo foxtrot golf', 'kilo lima mike november']
    expect(likeness(item('alpha bravo charlie', mine), item('charlie bravo alpha', yours))).toBe(suspicious)
    expect(likeness(item('alpha bravo', mine), item('alpha bravo', yours))).toBeCloseTo(2 / 3)
    // Two of three words of the titles are no title for both.
    expect(likeness(item('alpha bravo charlie', mine), item('alpha bravo hotel', yours))).toBeCloseTo(
      (2 / 3 + 2 / 7) / 2,
    )
  })
})

it('given what both say, then so many words of it are named, in the order of the first', () => {
  const [one, other] = [item('alpha', abc.slice(1).join(' ')), item('hotel', [...abc].reverse().join(' '))]
  expect(inCommon(one, other)).toEqual(abc)
  expect(inCommon(one, other, 2)).toEqual(['alpha', 'bravo'])
  const many = item(abc.join(' '), 'india juliet kilo')
  expect(inCommon(many, many)).toHaveLength(8)
  expect(inCommon(one, item('zulu', 'bravo'))).toEqual(['bravo'])
})
