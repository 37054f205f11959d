// Stays open as a server until a person ends it, and says where it can be found; a server that is there already is found instead.
import { Refused, refuse } from '../../core/refusals.ts'
import type { OpenServer } from '../../presets/server.ts'
import type { Context } from '../command.ts'
import { exits } from '../exit.ts'
import { stopping } from '../signals.ts'
import type { World } from '../world.ts'

/** What `--json` prints, on one line, as soon as the server can be asked. */
export interface Served {
  readonly urls: readonly string[]
  readonly link: string
  readonly until: number
  readonly pid?: number
  /** Another process serves this home, and this one ends. */
  readonly already: boolean
}

export type StayOptions = Parameters<World['serve']>[0]

const patienceMs = 10_000

export async function stay(context: Context, options: StayOptions): Promise<number> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    const found = await findServer(context, options)
    if (found !== undefined) {
      announce(context, found)
      return exits.ok
    }
    try {
      return await serve(context, await context.world.serve(options))
    } catch (error) {
      if (!(error instanceof Refused) || error.refusal.kind !== 'busy' || performance.now() > deadline) throw error
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}

/** Undefined when nobody holds the home. */
async function findServer(context: Context, { home }: StayOptions): Promise<Served | undefined> {
  const house = await context.world.connect('look', home === undefined ? {} : { home })
  try {
    if (house.inside) return undefined
    const { urls } = await house.call('server/show', {})
    const { url, until } = await house.call('server/invite', {})
    return { urls, link: url, until, already: true }
  } catch (error) {
    if (!(error instanceof Refused) || error.refusal.kind !== 'not-found') throw error
    const remedy = 'let it end first; it serves nobody but the commands of this machine'
    throw new Refused(refuse('conflict', 'the home', 'another process works on it, such as baton run', remedy))
  } finally {
    await house.close()
  }
}

async function serve(context: Context, server: OpenServer): Promise<number> {
  const { url, until } = server.invite()
  announce(context, { urls: server.urls, link: url, until, pid: process.pid, already: false })
  context.hint(`Programs send the token in ${server.tokenFile}${server.fresh ? ', which was made just now' : ''}.`)
  context.hint(
    'Ctrl-C lets what agents do now end first, and goes on with the rest at the next start; twice ends it now.',
  )
  await ended(context, server)
  return exits.ok
}

function ended(context: Context, server: OpenServer): Promise<void> {
  return new Promise((resolve, reject) => {
    const close = (how: 'drain' | 'stop'): void => {
      if (how === 'drain') context.hint('Closing: what agents do now ends first. Ctrl-C again ends it now.')
      server.close(how).then(() => {
        signals.free()
        resolve()
      }, reject)
    }
    const signals = stopping(
      context.world,
      () => close('drain'),
      () => close('stop'),
    )
  })
}

export function announce(context: Context, served: Served): void {
  context.give(served, (people) => {
    const [first, ...others] = served.urls
    people.line(served.already ? 'Baton serves this home already: ' : 'Baton serves this home: ', first ?? '')
    for (const other of others) people.line('  and: ', other)
    people.line('  a browser comes in by ', { text: served.link, style: 'bold' })
    people.line({ text: '  (once, within ten minutes; baton open gives another link)', style: 'dim' })
  })
}
