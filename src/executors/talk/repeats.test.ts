// Going in circles is noticed, waiting for something is not taken for it, and work that moves on never is.
import { expect, it } from 'vitest'
import { Repeats } from './repeats.ts'

function after(steps: readonly (readonly [asked: string, done: string])[]): readonly string[] {
  const repeats = new Repeats()
  return steps.map(([asked, done]) => repeats.add(asked, done).how)
}

const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i))

it('warns at the third time, and gives up at the sixth', () => {
  expect(after(times(6, () => ['a', 'same']))).toEqual(['fine', 'fine', 'warned', 'warned', 'warned', 'stuck'])
})

it('sees that a few things are done in turn', () => {
  const steps = times(18, (index) => [`${index % 3}`, `${index % 3}`] as const)
  expect(after(steps).at(8)).toBe('warned')
  expect(after(steps).at(17)).toBe('stuck')
})

it('lets an agent wait for something, for a while', () => {
  const hows = after(times(20, (index) => ['look', `${index}`]))
  expect(hows[8]).toBe('fine')
  expect(hows[9]).toBe('warned')
  expect(hows[19]).toBe('stuck')
})

it('never minds work that moves on', () => {
  const steps = times(200, (index) => [index % 2 === 0 ? `edit ${index}` : 'run tests', `${index}`] as const)
  expect(new Set(after(steps))).toEqual(new Set(['fine']))
})
