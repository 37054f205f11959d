// What an agent says is written in its order, each word once, however slow the disk is; what breaks is told to whoever speaks next.
import { expect, it } from 'vitest'
import type { TranscriptPart } from '../../core/ports/house.ts'
import { Voices } from './voices.ts'

const line = (n: number) => ({ kind: 'said', from: 'out', text: `line ${n}\n` }) as const
const tool = (n: number) =>
  ({ kind: 'told', update: { kind: 'tool', id: `t${n}`, status: 'done', output: `tool ${n}` } }) as const

/** A disk whose every write waits until it is let go. */
function disk() {
  const writes: TranscriptPart[][] = []
  const held: PromiseWithResolvers<void>[] = []
  const write = (parts: readonly TranscriptPart[]): Promise<void> => {
    writes.push([...parts])
    const one = Promise.withResolvers<void>()
    held.push(one)
    return one.promise
  }
  return {
    writes,
    held,
    write,
    text: () =>
      writes
        .flat()
        .map(({ text }) => text)
        .join(''),
  }
}

const voices = (write: (parts: readonly TranscriptPart[]) => Promise<void>) =>
  new Voices({ secrets: ['hunter2hunter2'], now: () => 1, write })

it('writes at once what comes first, and together what comes meanwhile, in order', async () => {
  const { writes, held, write } = disk()
  const one = voices(write)
  for (let n = 0; n < 300; n += 1) await one.hear(n % 2 === 0 ? line(n) : tool(n))
  expect(writes.map((parts) => parts.length)).toEqual([1])
  held[0]?.resolve()
  await expect.poll(() => writes.length).toBe(2)
  const all = writes.flat().map(({ text }) => Number(/(?:line|tool) (\d+)/.exec(text)?.[1]))
  expect(all).toEqual(Array.from({ length: 300 }, (_, n) => n))
})

it('holds back whoever says more than fits while a write is under way, and loses nothing', async () => {
  const { writes, held, write, text } = disk()
  const one = voices(write)
  let said = 0
  const speaking = (async () => {
    for (; said < 5000; said += 1) await one.hear(line(said))
  })()
  await expect.poll(() => said).toBeGreaterThan(999)
  await new Promise((done) => setImmediate(done))
  expect(said).toBeLessThan(1100)
  for (let at = 0; said < 5000; at += 1) {
    await expect.poll(() => held.length).toBeGreaterThan(at)
    held[at]?.resolve()
    await new Promise((done) => setImmediate(done))
  }
  await speaking
  const ended = one.flush()
  for (const each of held) each.resolve()
  await expect.poll(() => writes.flat().length).toBe(5000)
  for (const each of held) each.resolve()
  await ended
  expect(text()).toBe(Array.from({ length: 5000 }, (_, n) => `line ${n}\n`).join(''))
})

it('has written all when it is flushed, also what may have been the beginning of a secret', async () => {
  const { held, write, text } = disk()
  const one = voices(write)
  await one.hear({ kind: 'said', from: 'out', text: 'my word is hunter2' })
  expect(text()).toBe('')
  let done = false
  const flushing = one.flush().then(() => {
    done = true
  })
  await expect.poll(() => held.length).toBe(1)
  expect(done).toBe(false)
  held[0]?.resolve()
  await flushing
  expect(text()).toBe('my word is hunter2')
})

it('tells whoever speaks next, and whoever waits for the end, that nothing can be written', async () => {
  const one = voices(async () => {
    throw new Error('the disk is full')
  })
  await one.hear(line(0))
  await expect(one.written()).rejects.toThrow('the disk is full')
  await expect(one.hear(line(1))).rejects.toThrow('the disk is full')
  await expect(one.flush()).rejects.toThrow('the disk is full')
})
