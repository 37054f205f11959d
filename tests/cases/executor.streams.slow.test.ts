// Recorded streams of real programs, parted and broken off at every single byte.
import { expect, it } from 'vitest'
import { endOf } from './executor.case.ts'
import { cut, joined, play, recordings } from './executor.played.ts'

it.each(recordings)('$name, parted at every byte, means the same', { timeout: 300_000 }, async ({ program, bytes }) => {
  const whole = JSON.stringify(joined((await play({ program, out: [bytes] })).reports))
  for (let at = 1; at < bytes.length; at += 1) {
    const parted = JSON.stringify(joined((await play({ program, out: cut(bytes, at) })).reports))
    if (parted !== whole) expect(JSON.parse(parted), `parted at ${at}`).toEqual(JSON.parse(whole))
  }
})

it.each(recordings)('$name, broken off at every byte, ends', { timeout: 300_000 }, async ({ program, bytes }) => {
  for (let at = 0; at < bytes.length - 1; at += 1) {
    const { reports } = await play({ program, out: [bytes.subarray(0, at)], code: 1 })
    if (endOf(reports).outcome.kind !== 'failed') expect.fail(`broken off at ${at} it ${endOf(reports).outcome.kind}`)
  }
})
