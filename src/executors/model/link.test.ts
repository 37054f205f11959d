// The line to the hands survives whatever comes over it: half JSON, other calls' answers, lines without an end, and hands that die.
import { expect, it } from 'vitest'
import type { Child, SpawnOrder } from '../../core/ports.ts'
import { Hands, HandsGone } from './link.ts'

/** Hands that say what they are told to for each line that they get. */
function fake(answers: readonly ((id: number) => string | undefined)[]): { hands: Hands; starts: () => number } {
  let starts = 0
  let asked = 0
  const start = async (): Promise<Child> => {
    starts += 1
    const queue: (string | undefined)[] = []
    let wake: () => void = () => undefined
    const push = (text: string | undefined): void => {
      queue.push(text)
      wake()
    }
    const output = (async function* () {
      for (;;) {
        if (queue.length === 0) await new Promise<void>((done) => (wake = done))
        const text = queue.shift()
        if (text === undefined) return
        yield { from: 'out' as const, bytes: Buffer.from(text) }
      }
    })()
    return {
      pid: 1,
      output,
      ended: Promise.resolve({ code: 7, signal: null }),
      write: (bytes) => {
        const { id } = JSON.parse(Buffer.from(bytes).toString()) as { id: number }
        push(answers[Math.min(asked, answers.length - 1)]?.(id))
        asked += 1
      },
      closeInput: () => undefined,
      stop: async () => push(undefined),
    }
  }
  const hands = new Hands({
    spawner: { start },
    time: {
      monotonic: () => 0,
      after: (ms, then) => {
        if (ms < 100) queueMicrotask(then)
        return () => undefined
      },
    },
    stopped: () => false,
    heard: () => undefined,
    order: () => ({}) as SpawnOrder,
  })
  return { hands, starts: () => starts }
}

const line = (value: unknown): string => `${JSON.stringify(value)}\n`
const list = { do: 'list', path: '.', depth: 1, most: 500 } as const

it('takes only an answer to what was asked', async () => {
  const noise = `{"half\n\n[1]\nnull\n"x"\n${line({ id: 'x', ok: true, text: 'a' })}${line({ id: 99, ok: true, text: 'b' })}`
  const { hands } = fake([
    (id) => `${noise}${line({ id, ok: 1, text: 'c' })}${line({ id, ok: true, text: 'right', note: 5 })}`,
  ])
  expect(await hands.call(list, 1_000)).toEqual({ id: 1, ok: true, text: 'right' })
})

it('bounds a line and a text, and starts new hands after nonsense', async () => {
  const { hands, starts } = fake([
    () => 'x'.repeat(2_000_000),
    (id) => line({ id, ok: true, text: 'y'.repeat(100_000) }),
  ])
  await expect(hands.call(list, 1_000)).rejects.toThrow(HandsGone)
  expect((await hands.call(list, 1_000)).text).toHaveLength(65_536)
  expect(starts()).toBe(2)
})

it('says how they ended, and gives up when they end again and again', async () => {
  const { hands, starts } = fake([() => undefined])
  for (let index = 0; index < 8; index += 1)
    await expect(hands.call(list, 1_000)).rejects.toThrow('ended with exit code 7')
  await expect(hands.call(list, 1_000)).rejects.toThrow('ended 8 times')
  expect(starts()).toBe(8)
})

it('replaces hands that could not end what they started, and starts none once it was stopped', async () => {
  const { hands, starts } = fake([(id) => line({ id, ok: false, text: 'left', spoiled: true }), () => ''])
  expect(await hands.call(list, 1_000)).toMatchObject({ spoiled: true })
  await expect(hands.call(list, 10)).rejects.toThrow('did not answer in time')
  expect(starts()).toBe(2)
  await hands.stop()
  await expect(hands.call(list, 1_000)).rejects.toThrow('stopped')
})
