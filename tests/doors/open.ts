// A real HTTP door on a port of its own, over a house that the test brings, or one of paper.
import { methods } from '../../src/api/index.ts'
import type { House } from '../../src/core/ports/house.ts'
import { type HttpDoorOptions, openHttpDoor } from '../../src/doors/http/door.ts'
import { realClock } from '../../src/presets/clock.ts'
import { paperHouse } from '../cli/testing.ts'

export interface Asking {
  readonly key?: string
  readonly body?: string
  readonly type?: string
  readonly atMostMs?: number
}

export interface Opened {
  readonly url: string
  ask(verb: string, path: string, asking?: Asking): Promise<Response>
  close(): Promise<void>
}

const token = 'the-owner-has-this-one'

export async function openDoor(
  house: House = paperHouse(),
  more: Pick<HttpDoorOptions, 'perMinute' | 'apiKeys'> = {},
): Promise<Opened> {
  const options = { house, methods, clock: realClock, version: '0.0.0', token, owner: 'ada', port: 0 }
  const door = await openHttpDoor({ ...options, ...more })
  const [url = ''] = door.urls
  return {
    url,
    ask: (verb, path, { key = token, body, type = 'application/json', atMostMs = 10_000 } = {}) =>
      fetch(`${url}${path}`, {
        method: verb,
        headers: {
          ...(key === '' ? {} : { authorization: `Bearer ${key}` }),
          ...(body === undefined ? {} : { 'content-type': type }),
        },
        ...(body === undefined ? {} : { body }),
        signal: AbortSignal.timeout(atMostMs),
      }),
    close: () => door.close(),
  }
}
