// A house that stays open for browsers, editors and programs: the local door, the HTTP door, a token, and a log.
import { userInfo } from 'node:os'
import { join } from 'node:path'
import manifest from '../../package.json' with { type: 'json' }
import { methods } from '../api/index.ts'
import type { Invitation } from '../api/server/invite.ts'
import { Refused, refuse } from '../core/refusals.ts'
import { readGrants } from '../doors/guard/grants.ts'
import { loopback } from '../doors/guard/request.ts'
import { openHttpDoor } from '../doors/http/door.ts'
import { type Log, openLog } from '../doors/http/log.ts'
import { openAttended } from './attended.ts'
import { realClock } from './clock.ts'
import { endedCookies } from './ended.ts'
import type { LocalOptions } from './local.ts'
import { ownToken, tokenFile } from './token.ts'

export interface ServerOptions extends Omit<LocalOptions, 'mode'> {
  /** 4100 unless ORCH_PORT or PORT says otherwise. */
  readonly port?: number
  readonly alsoPorts?: readonly number[]
  /** Loopback unless `remote` allows another. */
  readonly host?: string
  readonly remote?: boolean
  readonly allowHosts?: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
}

export interface OpenServer {
  readonly urls: readonly string[]
  readonly tokenFile: string
  /** The token was made by this start. */
  readonly fresh: boolean
  invite(): Invitation
  /** Streams end, runs pause where they are, what agents do ends first (`drain`) or at once (`stop`). */
  close(how: 'drain' | 'stop'): Promise<void>
}

export const usualPort = 4100

export async function openServer(options: ServerOptions): Promise<OpenServer> {
  const { env, home, host = '127.0.0.1' } = options
  refuseExposed(options, host)
  const port = options.port ?? portIn(env, 'ORCH_PORT') ?? portIn(env, 'PORT') ?? usualPort
  // What a person wrote wrongly is said before anything is opened.
  const secrets = readGrants(env.API_KEYS).map((one) => one.secret)
  const learned: ((secret: string) => void)[] = []
  const learning = (learn: (secret: string) => void): void => void learned.push(learn)
  const attended = await openAttended({ ...options, mode: 'work', secrets, learning })
  let log: Log | undefined
  try {
    const { token, fresh } = ownToken(home)
    for (const learn of learned) learn(token)
    log = openLog({ folder: join(home, 'logs'), secrets: [token, ...secrets] })
    const { house } = attended
    const door = await openHttpDoor({
      house,
      methods,
      clock: realClock,
      version: manifest.version,
      token,
      owner: userInfo().username,
      apiKeys: env.API_KEYS,
      port,
      host,
      log,
      ended: endedCookies(home),
      ...(options.alsoPorts === undefined ? {} : { alsoPorts: options.alsoPorts }),
      ...(options.allowHosts === undefined ? {} : { allowHosts: options.allowHosts }),
    })
    house.serving = door
    return {
      urls: door.urls,
      tokenFile: tokenFile(home),
      fresh,
      invite: () => door.invite(),
      close: async (how) => {
        await Promise.all([door.close(), attended.close(how)])
        await log?.close()
        house.serving = undefined
      },
    }
  } catch (error) {
    await Promise.all([attended.close('stop'), log?.close()])
    throw error
  }
}

function portIn(env: ServerOptions['env'], name: string): number | undefined {
  const given = env[name]?.trim()
  if (given === undefined || given === '') return undefined
  const port = Number(given)
  if (/^\d{1,5}$/u.test(given) && port < 65_536) return port
  throw new Refused(
    refuse('invalid', `${name}=${given}`, 'it is no port', 'give a number from 0 to 65535, or unset it'),
  )
}

/** Whoever reaches the port could try keys: that must be meant, and the names that lead here must be known. */
function refuseExposed({ remote, allowHosts = [] }: ServerOptions, host: string): void {
  if (loopback.test(host)) return
  if (remote !== true) {
    const why = 'other machines could reach it, and keys would travel unencrypted'
    const remedy = 'put a proxy with TLS before 127.0.0.1, or mean it: --allow-remote --allow-host <name>'
    throw new Refused(refuse('policy', `--host ${host}`, why, remedy))
  }
  if (allowHosts.length > 0) return
  throw new Refused(
    refuse('policy', `--host ${host}`, 'no name is given by which it may be asked', 'add --allow-host <name>'),
  )
}
