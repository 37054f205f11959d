// What this machine lacks for a moment is waited for; what is wrong with the work is not.
import { expect, it } from 'vitest'
import type { Clock } from '../../core/ports.ts'
import { patiently } from './patience.ts'

function clock(): { readonly clock: Clock; readonly waited: number[] } {
  const waited: number[] = []
  const after = (ms: number, then: () => void) => {
    waited.push(ms)
    queueMicrotask(then)
    return () => undefined
  }
  return { clock: { now: () => 0, monotonic: () => 0, chance: () => '', after }, waited }
}

const failing = (message: string, times: number) => {
  let calls = 0
  return async () => {
    calls += 1
    if (calls <= times) throw new Error(message)
    return calls
  }
}

it('waits longer and longer for descriptors, memory and room', async () => {
  const { clock: one, waited } = clock()
  expect(await patiently(one, failing('git could not be started: spawn git EMFILE.', 3), () => false)).toBe(4)
  expect(waited).toEqual([500, 1000, 2000])
  for (const message of ['fatal: write error: No space left on device', 'spawn ENOMEM', 'EDQUOT: over quota'])
    expect(await patiently(clock().clock, failing(message, 1), () => false)).toBe(2)
})

it('gives up in the end, and at once when nobody waits', async () => {
  const { clock: one, waited } = clock()
  await expect(patiently(one, failing('EMFILE', 100), () => false)).rejects.toThrow('EMFILE')
  expect(waited).toHaveLength(6)
  await expect(patiently(one, failing('EMFILE', 1), () => true)).rejects.toThrow('EMFILE')
})

it('does not repeat what is wrong with the work', async () => {
  const { clock: one, waited } = clock()
  await expect(patiently(one, failing('a link leaves the folder', 1), () => false)).rejects.toThrow('link')
  expect(waited).toEqual([])
})
