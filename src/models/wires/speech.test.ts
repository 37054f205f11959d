import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Speech } from './speech.ts'

function told(...pieces: readonly string[]): { text: string; thought: string; parts: string[] } {
  const speech = new Speech()
  const parts = [...pieces.flatMap((piece) => speech.say(piece)), ...speech.rest()]
  const of = (kind: string): string => parts.map((part) => (part.kind === kind ? part.text : '')).join('')
  return { text: of('text'), thought: of('thought'), parts: parts.map(({ text }) => text) }
}

describe('what a model says', () => {
  it.each([
    ['<think>Hm.</think>\n\nYes.', 'Hm.', 'Yes.'],
    ['\n<think>\nHm.\n</think>Yes.', 'Hm.', 'Yes.'],
    ['<think></think>Yes.', '', 'Yes.'],
    ['<think>Hm', 'Hm', ''],
    ['<think>a < b </thin', 'a < b </thin', ''],
    ['Yes. <think>no</think>', '', 'Yes. <think>no</think>'],
    ['<thin', '', '<thin'],
    ['<thinker>', '', '<thinker>'],
    ['  Yes', '', '  Yes'],
    ['<', '', '<'],
    ['', '', ''],
  ])('%j has its thoughts told apart, however it is cut', (given, thought, text) => {
    for (let at = 0; at <= given.length; at += 1)
      expect(told(given.slice(0, at), given.slice(at))).toMatchObject({
        text,
        thought: expect.stringContaining(thought),
      })
    expect(told(...given)).toMatchObject({ text })
  })

  it('is given on at once when it holds no thoughts', () => {
    expect(told('He', 'llo').parts).toEqual(['He', 'llo'])
  })

  it('is never half a letter', () => {
    const [high = '', low = ''] = '🎉'.split('')
    expect(told(`a${high}`, `${low}b`).parts).toEqual(['a', '🎉b'])
    expect(told(`a${high}`).parts).toEqual(['a', '\uFFFD'])
  })

  it('loses nothing and makes nothing up', () => {
    const [high = '', low = ''] = '🎉'.split('')
    const piece = fc.constantFrom('<think>', '</think>', '<', '/think>', 'thi', ' ', '\n', 'a', 'é', 'Yes', high, low)
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        // The marks themselves may go, so the letters that they are made of are left out of the count.
        const counted = (given: string): string => given.replaceAll(/[<>/think\s]/g, '')
        const { text, thought } = told(...pieces)
        expect(counted(`${thought}${text}`)).toBe(counted(pieces.join('').toWellFormed()))
        expect(text.isWellFormed() && thought.isWellFormed()).toBe(true)
      }),
    )
  })
})
