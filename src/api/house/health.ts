// Whether this house is well enough to work: its store, disk, flushes, agents and models, within a second and a half.
import { z } from 'zod'
import { nearlyFull } from '../../core/decide/house.ts'
import type { AgentProfile } from '../../core/nouns/agent.ts'
import type { House, Vitals } from '../../core/ports/house.ts'
import type { State } from '../../core/state.ts'
import { reads } from '../method.ts'

export interface Check {
  readonly ok: boolean
  /** A sentence; empty when all is well and there is nothing to say. */
  readonly why: string
}

export interface AgentSeats {
  readonly name: string
  readonly executor: string
  readonly seats: number
  readonly busy: number
}

export interface Health {
  /** Every check is well; that of the model only counts when an agent needs one. */
  readonly ok: boolean
  readonly version: string
  readonly home: string
  /** The newest entry that is on the disk. */
  readonly head: number
  readonly checks: {
    readonly store: Check
    readonly disk: Check & { readonly free?: number; readonly of?: number }
    readonly flush: Check & { readonly ms?: number; readonly pending: number }
    readonly agents: Check & { readonly running: number; readonly agents: readonly AgentSeats[] }
    readonly model: Check & { readonly address: string; readonly needed: boolean }
  }
  /** Under the names that document 000 gives them. */
  readonly config: {
    readonly ORCH_PORT: number | null
    readonly ORCH_MODEL: string
    readonly OPENAI_API_BASE: string
  }
}

/** No single trial is waited for longer; they run side by side. */
const atMostMs = 1200
const slowestFlushMs = 1000
const longestTrialMs = 30_000
const agentsShown = 100
const needModels: ReadonlySet<string> = new Set(['model', 'explore'])

export const houseHealth = reads({
  name: 'house/health',
  needs: 'read',
  caption: 'Whether this house is well enough to work: its store, disk, flushes, agents and models.',
  params: z.strictObject({}),
  read: async (house: House): Promise<Health> => {
    const vitals = house.vitals()
    const needed = profiles(house.state).some(({ executor }) => needModels.has(executor))
    const [store, flush, agents, model] = await Promise.all([
      storeCheck(house),
      flushCheck(house, vitals),
      agentsCheck(house),
      modelCheck(house, needed),
    ])
    const checks = { store, disk: diskCheck(vitals), flush, agents, model: { ...model, ...modelOf(vitals, needed) } }
    return {
      ok: [store, checks.disk, flush, agents].every((one) => one.ok) && (model.ok || !needed),
      version: vitals.version,
      home: house.home,
      head: vitals.head,
      checks,
      config: {
        ORCH_PORT: portOf(house.serving?.urls[0]),
        ORCH_MODEL: vitals.model?.named ?? '',
        OPENAI_API_BASE: vitals.model?.address ?? '',
      },
    }
  },
})

const well: Check = { ok: true, why: '' }

async function storeCheck(house: House): Promise<Check> {
  if (house.readOnly !== undefined) return { ok: false, why: house.readOnly }
  const tried = await house.tryOut('store', atMostMs)
  return tried === undefined || tried.ok ? well : { ok: false, why: `The journal cannot be read: ${tried.why}.` }
}

function diskCheck({ disk }: Vitals): Health['checks']['disk'] {
  if (disk === undefined) return { ok: false, why: 'The disk of the home does not say how much is free.' }
  const { free, of } = disk
  if (!nearlyFull(disk)) return { ...well, free, of }
  const share = of > 0 ? Math.floor((free / of) * 1000) / 10 : 0
  const why = `Only ${Math.floor(free / 1e6)} MB (${share} %) are free on the disk of the home: nothing new is begun.`
  return { ok: false, why, free, of }
}

/** What was written in the last minute tells; only where nothing was, is it tried. */
async function flushCheck(house: House, { commits, pending }: Vitals): Promise<Health['checks']['flush']> {
  const { medianMs, underWayMs = 0 } = commits
  if (underWayMs > slowestFlushMs) return slow(underWayMs, pending, 'A commit is under way for')
  if (medianMs !== undefined)
    return medianMs > slowestFlushMs ? slow(medianMs, pending, 'A commit takes') : { ...well, ms: medianMs, pending }
  const tried = await house.tryOut('flush', atMostMs)
  if (tried === undefined) return { ok: true, why: 'Nothing is written here.', pending }
  const { ok, why, ms } = tried
  if (!ok) return { ok, why: `The disk of the home takes nothing: ${why}.`, ms, pending }
  return ms > slowestFlushMs ? slow(ms, pending, 'A flush takes') : { ...well, ms, pending }
}

function slow(ms: number, pending: number, what: string): Health['checks']['flush'] {
  return { ok: false, why: `${what} ${Math.round(ms)} ms: the disk of the home is too slow, or too busy.`, ms, pending }
}

function profiles(state: State): AgentProfile[] {
  return [...state.workspaces.values()].flatMap(({ trusted, policy }) => (trusted === undefined ? [] : policy.agents))
}

function seatsOf(state: State): AgentSeats[] {
  const found = new Map<string, AgentSeats>()
  for (const { name, executor, seats } of profiles(state)) {
    const most = Math.max(seats, found.get(name)?.seats ?? 0)
    found.set(name, { name, executor, seats: most, busy: state.seats.get(name) ?? 0 })
  }
  return [...found.values()].slice(0, agentsShown)
}

async function agentsCheck(house: House): Promise<Health['checks']['agents']> {
  const { state } = house
  const seats = { running: state.running, agents: seatsOf(state) }
  if (seats.agents.length === 0) return { ok: true, why: 'No agent is configured.', ...seats }
  const used = [...state.workspaces.values()].filter(({ policy }) => policy.agents.length > 0)
  const levels = new Set(used.map(({ isolation }) => isolation))
  if (!levels.has('basic') && !levels.has('strict')) {
    const open = used.every(({ isolation }) => isolation === undefined)
    return { ok: true, why: open ? 'How agents are kept apart is not chosen yet: baton init.' : '', ...seats }
  }
  // What holds at strict holds at basic as well.
  const tried = await house.tryOut(levels.has('strict') ? 'strict' : 'isolation', atMostMs)
  if (tried === undefined || tried.ok) return { ...well, ...seats }
  if (tried.late === true && tried.ms < longestTrialMs)
    return { ok: true, why: 'Whether agents are kept apart is still being tried.', ...seats }
  return { ok: false, why: `Agents cannot be kept apart: ${tried.why}.`, ...seats }
}

async function modelCheck(house: House, needed: boolean): Promise<Check> {
  const tried = await house.tryOut('model', atMostMs)
  const rest = needed ? '' : ' No agent needs it.'
  if (tried === undefined) return { ok: false, why: `No model server is set.${rest}` }
  return tried.ok ? well : { ok: false, why: `${tried.why}.${rest}` }
}

function modelOf({ model }: Vitals, needed: boolean): { address: string; needed: boolean } {
  return { address: model?.address ?? '', needed }
}

function portOf(url: string | undefined): number | null {
  const found = /:(\d{1,5})(?:\/|$)/.exec(url ?? '')
  return found === null ? null : Number(found[1])
}
