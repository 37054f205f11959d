// Runs what every plan format must do over the formats there are.
import { expect, it } from 'vitest'
import { planFormats } from '../../src/plans/index.ts'
import { planFormatCase } from './plan-format.case.ts'
import { samples } from './plan-samples.ts'

for (const format of planFormats) planFormatCase(format, samples[format.name] ?? [])

it('has samples for every format', () => {
  expect(planFormats.map(({ name }) => name).toSorted()).toEqual(Object.keys(samples).toSorted())
})
