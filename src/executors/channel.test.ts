// Shows that the line between a run and its reader is bounded, in order, and ends.
import { expect, it } from 'vitest'
import type { Report } from '../core/ports.ts'
import { Channel } from './channel.ts'

const talk = (text: string, from: 'out' | 'err' = 'out'): Report => ({ kind: 'said', from, text })

async function pushedWithoutReader(reports: readonly Report[]): Promise<number> {
  const channel = new Channel()
  let pushed = 0
  void (async () => {
    for (const report of reports) {
      await channel.push(report)
      pushed += 1
    }
  })()
  for (let turn = 0; turn < 1000; turn += 1) await Promise.resolve()
  return pushed
}

it('holds back who talks to nobody', async () => {
  const turns = Array.from({ length: 500 }, (_, index) => talk('x', index % 2 === 0 ? 'out' : 'err'))
  expect(await pushedWithoutReader(turns)).toBe(63)
  const large = Array.from({ length: 500 }, () => talk('x'.repeat(40_000)))
  expect(await pushedWithoutReader(large)).toBe(63)
})

it('puts talk of one voice together, and nothing else', async () => {
  const channel = new Channel()
  for (const report of [talk('a'), talk('b'), talk('c', 'err'), { kind: 'began' } as const, talk('d')])
    await channel.push(report)
  channel.close()
  const all: Report[] = []
  for await (const report of channel.reports()) all.push(report)
  expect(all).toEqual([talk('ab'), talk('c', 'err'), { kind: 'began' }, talk('d')])
})

it('puts pieces of one message together, up to what an update may hold', async () => {
  const channel = new Channel()
  const piece = (kind: 'message' | 'thought', text: string): Report => ({ kind: 'told', update: { kind, text } })
  const long = 'y'.repeat(16_384)
  for (const report of [piece('message', 'a'), piece('message', 'b'), piece('thought', 'c'), piece('thought', long)])
    await channel.push(report)
  channel.close()
  const all: Report[] = []
  for await (const report of channel.reports()) all.push(report)
  expect(all).toEqual([piece('message', 'ab'), piece('thought', 'c'), piece('thought', long)])
})

it('lets go of who waits for room when the reader leaves', async () => {
  const channel = new Channel()
  const pushes = Array.from({ length: 200 }, (_, index) => channel.push(talk('x', index % 2 === 0 ? 'out' : 'err')))
  for await (const report of channel.reports()) if (report.kind === 'said') break
  await Promise.all(pushes)
  await channel.push(talk('unheard'))
})
