// A step is weighed by what its words are nearest to.
import { expect, it } from 'vitest'
import { anchors, weigh } from './anchors.ts'

/** Each anchor has a direction of its own. */
const told = anchors.map((_, at) => Float32Array.from(anchors, (_, of) => (of === at ? 1 : 0)))
const towards = (weights: Readonly<Record<string, number>>): Float32Array =>
  Float32Array.from(anchors, ({ tier }) => weights[tier] ?? 0)

it('is of the tier whose sentences are nearest, and names the nearest', () => {
  for (const tier of ['small', 'medium', 'large'])
    expect(weigh(towards({ [tier]: 1 }), told)).toMatchObject({
      tier,
      why: expect.stringMatching(/^nearest to ".+\.", 0\.41$/),
    })
})

it('is of the cheaper of two that are equally near, and by two sentences rather than one', () => {
  expect(weigh(towards({ small: 1, large: 1 }), told)?.tier).toBe('small')
  const one = Float32Array.from(anchors, ({ tier }, at) =>
    tier === 'large' && at === anchors.length - 1 ? 1 : tier === 'medium' ? 0.8 : 0,
  )
  expect(weigh(one, told)?.tier).toBe('medium')
})

it('says nothing of vectors that cannot be compared', () => {
  expect(weigh(new Float32Array(anchors.length), told)).toBeUndefined()
  expect(weigh(Float32Array.of(1, 2), told)).toBeUndefined()
  expect(weigh(towards({ small: 1 }), told.slice(1))).toBeUndefined()
})
