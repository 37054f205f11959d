// The local door: calls side by side, streams that stop for a slow reader, hostile guests, and guests that vanish.
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { methods } from '../../src/api/index.ts'
import { callsOver } from '../../src/client/calls.ts'
import { over } from '../../src/client/over.ts'
import type { House } from '../../src/core/ports/house.ts'
import { openLocalDoor } from '../../src/doors/local/door.ts'
import { reachLocalDoor } from '../../src/doors/local/reach.ts'
import { realClock } from '../../src/presets/clock.ts'
import { busyHouse } from './testing.ts'

async function door(house: House) {
  const folder = mkdtempSync(join(tmpdir(), 'baton-door-'))
  const socketPath = join(folder, 's')
  const opened = await openLocalDoor({ socketPath, methods, house, name: 'ann' })
  onTestFinished(async () => {
    await opened.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return { opened, socketPath }
}

async function guest(socketPath: string, notice: (waits: string) => void = () => undefined) {
  const wire = await reachLocalDoor(socketPath)
  if (wire === undefined) throw new Error('nobody listens')
  const options = { folder: '/r', after: realClock.after, deadlineMs: 2000, holder: () => undefined, notice }
  const calls = callsOver(await over(wire, options))
  onTestFinished(() => calls.close())
  return calls
}

it('answers calls side by side, and gives refusals as they are', async () => {
  const { socketPath } = await door(busyHouse())
  const calls = await guest(socketPath)
  const many = await Promise.all(Array.from({ length: 200 }, () => calls.call('status/list', {})))
  expect(many.every((one) => one.items[0]?.id === '001-photo-albums')).toBe(true)
  await expect(calls.call('step/why', { step: '001-photo-albums/T999' })).rejects.toMatchObject({
    refusal: { kind: 'not-found' },
  })
  await expect(calls.call('step/why', { step: 7 } as unknown as { step: string })).rejects.toMatchObject({
    refusal: { kind: 'invalid' },
  })
})

it('tells whoever waits why, at once, and when it goes on', async () => {
  const listening = new Set<(why: string) => void>()
  const room = Promise.withResolvers<void>()
  const paper = busyHouse()
  const house: House = {
    ...paper,
    onWait: (told) => {
      listening.add(told)
      told('the disk is full: 0 MB are free')
      return () => listening.delete(told)
    },
    submit: async (asked) => {
      await room.promise
      return paper.say(asked)
    },
  }
  const { socketPath } = await door(house)
  const heard: string[] = []
  const calls = await guest(socketPath, (waits) => heard.push(waits))
  const asked = calls.call('run/pause', { item: '001-photo-albums', why: 'a break' })
  await expect.poll(() => heard).toEqual(['the disk is full: 0 MB are free'])
  for (const told of listening) told('')
  room.resolve()
  await asked
  expect(heard).toEqual(['the disk is full: 0 MB are free', ''])
  expect(listening.size).toBe(0)
})

it('reads no further than its reader', async () => {
  let pulled = 0
  const house: House = {
    ...busyHouse(),
    follow: async function* () {
      for (;;) {
        pulled += 1
        yield { seq: pulled, stream: 'a', at: 0, by: '', because: '', type: 'x', version: 1, data: {}, prev: '' }
      }
    },
  }
  const { socketPath } = await door(house)
  const calls = await guest(socketPath)
  let read = 0
  for await (const entry of calls.stream('journal/follow', {})) {
    read += 1
    expect(entry.seq).toBe(read)
    if (read === 1) {
      // The other calls of a connection go on while its stream waits for a slow reader.
      await calls.call('status/list', {})
      await calls.call('status/list', {})
      expect(pulled).toBeLessThanOrEqual(257)
    }
    if (read === 1000) break
  }
  expect(pulled).toBeLessThan(1600)
})

it('outlives guests that talk nonsense, say too much, or vanish', async () => {
  const { opened, socketPath } = await door(busyHouse())
  for (const text of ['nonsense\n', '{"id":1,"method":"x"}\n', '\u0000\n', '{"id":1}']) {
    await new Promise<void>((resolve) => {
      const socket = connect(socketPath, () => socket.write(text, () => socket.destroy()))
      socket.on('close', () => resolve())
    })
  }
  const socket = connect(socketPath)
  socket.on('error', () => undefined)
  const closed = new Promise((resolve) => socket.on('close', resolve))
  const piece = Buffer.alloc(1024 * 1024, 0x61)
  const pour = (): void => {
    while (!socket.destroyed && socket.write(piece));
    socket.once('drain', pour)
  }
  socket.once('connect', pour)
  await closed
  const calls = await guest(socketPath)
  expect((await calls.call('status/list', {})).items).toHaveLength(1)
  await expect.poll(() => opened.guests).toBe(1)
})
