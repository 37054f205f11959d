// The client at the real HTTP door of a real house: the two sides keep one contract.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { methods } from '../../src/api/index.ts'
import { type Client, connect } from '../../src/client/index.ts'
import type { House } from '../../src/core/ports/house.ts'
import { Refused } from '../../src/core/refusals.ts'
import { freeze } from '../../src/core/snapshot.ts'
import type { State } from '../../src/core/state.ts'
import { wish } from '../../src/core/wishes.ts'
import { type HttpDoor, openHttpDoor } from '../../src/doors/http/door.ts'
import { realClock } from '../../src/presets/clock.ts'
import { openHouse } from '../../src/presets/local.ts'

const token = `${'t'.repeat(42)}1`
const text = (state: State): string => JSON.stringify(freeze(state))

async function houseHere(): Promise<House> {
  const home = mkdtempSync(join(tmpdir(), 'baton-client-'))
  const house = await openHouse({ home, mode: 'work' })
  onTestFinished(async () => {
    await house.close('stop')
    rmSync(home, { recursive: true, force: true })
  })
  return house
}

function doorOf(house: House, port = 0): Promise<HttpDoor> {
  return openHttpDoor({ house, methods, clock: realClock, version: '0', token, owner: 'ann', port })
}

async function served(): Promise<{ house: House; door: HttpDoor; url: string; client: Client }> {
  const house = await houseHere()
  const door = await doorOf(house)
  const [url = ''] = door.urls
  const client = await connect({ url, key: token })
  onTestFinished(async () => {
    await client.close()
    await door.close()
  })
  return { house, door, url, client }
}

let folders = 0
async function more(house: House, count: number): Promise<number> {
  let seq = 0
  for (let n = 0; n < count; n += 1) {
    folders += 1
    const answer = await house.submit(wish('workspace.open', 'ann', { path: `/w/${folders}`, baseBranch: 'main' }))
    if (!answer.ok) throw new Refused(answer.refusal)
    seq = answer.seq
  }
  return seq
}

it('mirrors a real house, also over a door that closes and opens again', async () => {
  const { house, door, url, client } = await served()
  const mirror = await client.mirror()
  await mirror.caughtUp(await more(house, 5))
  expect(text(mirror.state)).toBe(text(house.state))
  expect(JSON.stringify(mirror.look('status/list', {}).items)).toBe(
    JSON.stringify((await client.call('status/list', {})).items),
  )
  await door.close()
  const seq = await more(house, 5)
  const again = await doorOf(house, Number(new URL(url).port))
  onTestFinished(() => again.close())
  mirror.hurry()
  await mirror.caughtUp(seq)
  expect(text(mirror.state)).toBe(text(house.state))
  expect(mirror.status.is).toBe('live')
})

it('follows and exports the record, and hears the same refusals over HTTP and over a socket', async () => {
  const { house, url, client } = await served()
  const head = await more(house, 3)
  const seen: number[] = []
  for await (const entry of client.stream('journal/follow', { after: 1 })) {
    seen.push(entry.seq)
    if (entry.seq === head) break
  }
  expect(seen).toEqual(Array.from({ length: head - 1 }, (_, index) => index + 2))
  const socket = await connect({ url, key: token, over: 'socket' })
  onTestFinished(() => socket.close())
  for (const one of [client, socket]) {
    let lines = 0
    for await (const line of one.stream('audit/export', {})) lines += line.length > 0 ? 1 : 0
    expect(lines).toBeGreaterThanOrEqual(head)
    expect((await one.call('journal/read', { after: head - 1 })).entries).toHaveLength(1)
    await expect(one.call('status/item', { item: 'none' })).rejects.toMatchObject({ refusal: { kind: 'not-found' } })
    await expect(one.call('status/item', { item: '' })).rejects.toMatchObject({ refusal: { kind: 'invalid' } })
    await expect(one.call('no/such' as 'status/list', {})).rejects.toMatchObject({ refusal: { kind: 'not-found' } })
    const entries: number[] = []
    for await (const entry of one.stream('journal/follow', { after: head - 1 })) {
      entries.push(entry.seq)
      break
    }
    expect(entries).toEqual([head])
  }
})

it('is told who may not come in', async () => {
  const { url } = await served()
  await expect(connect({ url, key: 'k'.repeat(40) })).rejects.toMatchObject({ refusal: { kind: 'auth' } })
  const stranger = await connect({ url })
  onTestFinished(() => stranger.close())
  await expect(stranger.call('status/list', {})).rejects.toMatchObject({ refusal: { kind: 'auth' } })
  await expect(stranger.mirror()).rejects.toMatchObject({ refusal: { kind: 'auth' } })
  await expect(stranger.events({ after: 0 })[Symbol.asyncIterator]().next()).rejects.toMatchObject({
    refusal: { kind: 'auth' },
  })
})
