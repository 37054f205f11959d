// How often one caller may ask: each for itself, looking apart from doing, and a 429 with the usual shape beyond it.
import { expect, it, onTestFinished } from 'vitest'
import { paperHouse } from '../cli/testing.ts'
import { openDoor } from './open.ts'

const perMinute = { looking: 6, doing: 4, unknown: 3 }

async function opened() {
  const door = await openDoor(paperHouse(), { perMinute, apiKeys: 'other-key-1,third-key-2' })
  onTestFinished(() => door.close())
  const times = async (count: number, ask: () => Promise<Response>): Promise<number[]> => {
    const codes: number[] = []
    for (let n = 0; n < count; n += 1) codes.push((await ask()).status)
    return codes
  }
  return { door, times }
}

it('given one who looks too often, then it waits, and others do not', async () => {
  const { door, times } = await opened()
  const look = (key?: string) => door.ask('GET', '/api/status/list', key === undefined ? {} : { key })
  expect(await times(8, look)).toEqual([200, 200, 200, 200, 200, 200, 429, 429])
  const held = await look()
  expect(Number(held.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(await held.json()).toMatchObject({ statusCode: 429, error: 'rate_limit_exceeded', details: { kind: 'busy' } })
  expect((await look('other-key-1')).status).toBe(200)
})

it('counts what does something apart from what only looks, however it is asked', async () => {
  const { door, times } = await opened()
  const doing = () => door.ask('POST', '/api/run/pause', { body: '{"item":"none","why":"x"}' })
  expect(await times(5, doing)).toEqual([404, 404, 404, 404, 429])
  const looking = () => door.ask('POST', '/api/status/list', { body: '{}' })
  expect(await times(7, looking)).toEqual([200, 200, 200, 200, 200, 200, 429])
})

it('holds back an address from which no key comes', async () => {
  const { door, times } = await opened()
  expect(await times(4, () => door.ask('GET', '/', { key: '' }))).toEqual([200, 200, 200, 429])
  expect((await door.ask('GET', '/api/status/list')).status).toBe(200)
})
