// Everything in this process: a home on this disk, git, real processes, and the formats, executors and checks there are.
import { existsSync, statfsSync } from 'node:fs'
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { availableParallelism, hostname } from 'node:os'
import { join } from 'node:path'
import manifest from '../../package.json' with { type: 'json' }
import { checkers } from '../checks/index.ts'
import { chooseClones, folderClones, overlayClones, sharedClones } from '../clones/index.ts'
import type { Checker, CheckpointPlace, CloneMaker, Executor, Repository, Spawner, Store } from '../core/ports.ts'
import { Refused, refuse } from '../core/refusals.ts'
import { secretsIn } from '../core/text/known-secrets.ts'
import type { LocalHouse } from '../engine/house.ts'
import { createHouse } from '../engine/open.ts'
import type { HouseParts, Snapshots } from '../engine/parts.ts'
import { modelPlace } from '../models/index.ts'
import { keys } from '../models/keys.ts'
import { shippedAgents } from '../policies/known.ts'
import { createRepository, type OpenRepository } from '../repositories/index.ts'
import { createSpawner, environment } from '../spawners/index.ts'
import { type Hold, holdHome } from '../stores/lock.ts'
import { memory } from '../stores/memory.ts'
import { sqlite } from '../stores/sqlite.ts'
import { transcriptFiles } from '../stores/transcripts.ts'
import { agentDoor } from './agent-door.ts'
import { agentHomesIn } from './agent-homes.ts'
import { realClock } from './clock.ts'
import { hands } from './hands.ts'
import { hasSigner, homeSigner, prepareHome } from './home.ts'
import { lazyClones, lazyRepository, lazySpawner, once } from './lazily.ts'
import { machine } from './machine.ts'
import type { openPlaces } from './places.ts'
import { knownToken } from './token.ts'
import { voices } from './voices.ts'
import { workingFiles } from './working.ts'

export interface LocalOptions {
  readonly home: string
  /**
   * look: reads only, beside whoever writes. write: takes wishes, starts nothing. work: takes wishes and carries them out.
   * The last two need the home to themselves; `Refused` with kind `busy` names who has it.
   */
  readonly mode: 'look' | 'write' | 'work'
  readonly baseBranch?: string
  /** Executors besides the shell, for demos and programs that embed Baton. */
  readonly executors?: readonly Executor[]
  readonly checkers?: readonly Checker[]
  readonly secrets?: readonly string[]
  /** Given, once the house opens, what takes one more of them. */
  readonly learning?: (learn: (secret: string) => void) => void
  /** Where checkpoints go besides what the home's config.yaml says, as `--checkpoint-to` takes it; `from` is where a person stands. */
  readonly checkpointTo?: { readonly places: readonly string[]; readonly from: string }
  /** Another store than SQLite in the home's folder. */
  readonly store?: (home: string) => Promise<Store>
}

export async function openHouse(options: LocalOptions): Promise<LocalHouse> {
  const { home, mode } = options
  const trouble = prepareHome(home)
  const places = await placesFor(options)
  const hold = mode === 'look' ? undefined : holdHome(home)
  if (hold?.held === false)
    throw new Refused(refuse('busy', `home ${home}`, hold.why, 'use that process, or wait until it ends'))
  try {
    const store = await (options.store?.(home) ?? openStore(home, mode))
    const readOnlyWhy = mode === 'look' ? 'it was opened to look only' : trouble
    const opened = Promise.withResolvers<LocalHouse>()
    const house = await createHouse(parts(options, { store, readOnlyWhy, hold, places, house: opened.promise }))
    opened.resolve(house)
    return house
  } catch (error) {
    if (hold?.held === true) hold.release()
    throw error
  }
}

/** Looking at a home that nobody has written to is looking at nothing. */
function openStore(home: string, mode: LocalOptions['mode']): Promise<Store> {
  if (mode !== 'look') return sqlite.open(home)
  return existsSync(join(home, 'journal.db')) ? sqlite.open(home, { readOnly: true }) : memory.open(home)
}

/** Whoever only looks is not kept from it by a setting that cannot be read: doctor says what is wrong with it. */
async function placesFor({ home, mode, checkpointTo }: LocalOptions): Promise<Places> {
  const words = checkpointTo?.places ?? []
  // Most homes name none, and need nothing that reads settings.
  if (words.length === 0 && !existsSync(join(home, 'config.yaml'))) return () => []
  const places = await import('./places.ts')
  const asked = words.map((text) => places.readPlace(text, checkpointTo?.from, home))
  let named: ReturnType<typeof places.placesOfHome>
  try {
    named = places.placesOfHome(home)
  } catch (error) {
    if (mode !== 'look') throw error
    const unread = (): never => {
      throw error
    }
    return () => [{ name: join(home, 'config.yaml'), read: async () => unread(), add: async () => unread() }]
  }
  return (tools) => places.openPlaces([...named, ...asked], tools)
}

function diskOf(home: string): { free: number; of: number } {
  const seen = statfsSync(home)
  return { free: seen.bavail * seen.bsize, of: seen.blocks * seen.bsize }
}

type Places = (tools: Parameters<typeof openPlaces>[1]) => readonly CheckpointPlace[]

interface Found {
  readonly store: Store
  readonly readOnlyWhy: string | undefined
  readonly hold: Hold | undefined
  readonly places: Places
  /** Once it is open. */
  readonly house: Promise<LocalHouse>
}

/** What is shorter would be struck out of words that are no secret. */
const leastSecret = 8

const plans = () => import('../plans/index.ts')

function parts(options: LocalOptions, { store, readOnlyWhy, hold, places, house }: Found): HouseParts {
  const { home, mode } = options
  const spawning = once<Spawner>(() => createSpawner({ home }))
  const spawner = lazySpawner(spawning)
  // A house that works will need it soon, and one that was killed at once: it sweeps first. Whoever needs it is told what went wrong.
  if (mode === 'work' && readOnlyWhy === undefined) spawning.get().catch(() => undefined)
  const repositories = repositoriesOf(options)
  const { env } = environment({ from: process.env })
  const makers = clonesOf(home, spawning.get, repositories.of)
  const secrets = secretsOf(options)
  const key = keys({ env: process.env, found: (one) => void (one.length >= leastSecret && secrets.push(one)) })
  const models = voices({ env: process.env, key, clock: realClock })
  const door = mode === 'work' && readOnlyWhy === undefined ? agentDoor(house, secrets) : undefined
  return {
    home,
    version: manifest.version,
    host: hostname(),
    pid: process.pid,
    hands: mode === 'work' && readOnlyWhy === undefined,
    recording: true,
    store,
    clock: realClock,
    transcripts: transcriptFiles(join(home, 'transcripts')),
    spawner,
    executors: [
      ...hands({ home, spawner, clock: realClock, models, key, environment: env, env: process.env, secrets }),
      ...(options.executors ?? []),
    ],
    agentHomes: agentHomesIn(home),
    checkers: [...checkers.map((make) => make({ spawner, environment: env })), ...(options.checkers ?? [])],
    formats: async () => (await plans()).planFormats,
    chooseFormat: async (files, path, named) => {
      const { chooseFormat, planFormats } = await plans()
      return chooseFormat(planFormats, files, path, named)
    },
    machine: machine({ home, spawner: spawning.get, chooseClones: makers.choose, repository: repositories.of }),
    checksAtOnce: Math.max(2, availableParallelism()),
    disk: () => diskOf(home),
    ...(mode === 'look' || readOnlyWhy !== undefined ? {} : { flush: () => flushInto(home) }),
    model: modelPlace({ env: process.env }),
    models,
    registry: async () => (await import('./configuration.ts')).readModels({ home, env: process.env }),
    shippedAgents,
    readOnly: [],
    setUpEnv: env,
    secrets,
    ...(door === undefined ? {} : { agentDoor: door }),
    ...(mode === 'look' && !hasSigner(home) ? { origin: '' } : homeSigner(home)),
    places: places({ repository: repositories.of, now: realClock.now }),
    snapshots: snapshotsIn(home, mode),
    ...(readOnlyWhy === undefined ? {} : { readOnlyWhy }),
    repository: repositories.of,
    clones: makers.of,
    configuration: async (path) =>
      (await import('./configuration.ts')).readConfiguration(path, { home, env: process.env }),
    workingFiles,
    watchPlans: true,
    close: async () => {
      await models.close()
      await door?.close()
      await makers.close()
      await repositories.close()
      await (await spawning.opened())?.close()
      await store.close()
      if (hold?.held === true) hold.release()
    },
  }
}

/** More are learned as they are met: keys out of a keychain, and the key of each attempt. */
function secretsOf({ home, secrets = [], learning }: LocalOptions): string[] {
  const known = [...secrets, ...secretsIn(process.env), ...knownToken(home)]
  learning?.((one) => void known.push(one))
  return known
}

/** As a commit does: bytes are written to the disk of the home and flushed. */
async function flushInto(home: string): Promise<void> {
  const path = join(home, 'flush.probe')
  const handle = await open(path, 'w', 0o600)
  try {
    await handle.writeFile('Baton asks how long this disk takes.\n')
    await handle.sync()
  } finally {
    await handle.close()
    await rm(path, { force: true })
  }
}

function repositoriesOf(options: LocalOptions) {
  const opened = new Map<string, ReturnType<typeof once<OpenRepository>>>()
  const of = (path: string): Repository => {
    let one = opened.get(path)
    if (one === undefined) {
      const scratch = join(options.home, 'scratch')
      one = once(async () => {
        await mkdir(scratch, { recursive: true, mode: 0o700 })
        return createRepository(path, {
          scratch,
          ...(options.baseBranch === undefined ? {} : { baseBranch: options.baseBranch }),
        })
      })
      opened.set(path, one)
    }
    return lazyRepository(one.get)
  }
  const close = async (): Promise<void> => {
    for (const one of opened.values()) await (await one.opened())?.close()
  }
  return { of, close }
}

function clonesOf(home: string, spawner: () => Promise<Spawner>, repository: (path: string) => Repository) {
  const kinds = { overlay: overlayClones, shared: sharedClones, folder: folderClones }
  const opened = new Map<string, ReturnType<typeof once<CloneMaker>>>()
  const of = (kind: string): CloneMaker => {
    const make = Object.hasOwn(kinds, kind) ? kinds[kind as keyof typeof kinds] : undefined
    if (make === undefined) throw new Error(`There is no kind of clone called "${kind}".`)
    const one = opened.get(kind) ?? once(async () => make({ home, spawner: await spawner(), repository }))
    opened.set(kind, one)
    return lazyClones(kind, one.get)
  }
  const choose = async () => {
    const { maker, why } = await chooseClones({ home, spawner: await spawner(), repository })
    return { kind: maker.kind, why }
  }
  const close = async (): Promise<void> => {
    for (const one of opened.values()) await (await one.opened())?.close()
  }
  return { of, choose, close }
}

function snapshotsIn(home: string, mode: LocalOptions['mode']): Snapshots {
  const path = join(home, 'snapshot.json')
  return {
    load: () => readFile(path, 'utf8').catch(() => undefined),
    save: async (text) => {
      if (mode === 'look') return
      const draft = `${path}.draft`
      const handle = await open(draft, 'w', 0o600)
      try {
        await handle.writeFile(text)
        await handle.sync()
      } finally {
        await handle.close()
      }
      await rename(draft, path)
    },
  }
}
