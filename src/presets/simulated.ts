// A whole house on memory: its own loop and recovery, with a virtual clock, a repository in memory, and agents that play parts.
import type { Isolation } from '../core/nouns/isolation.ts'
import type { Checker, CloneMaker, Executor, PlanFormat, Repository, Spawner, Store } from '../core/ports.ts'
import type { LocalHouse } from '../engine/house.ts'
import { createHouse } from '../engine/open.ts'
import type { HouseParts, Machine, Snapshots, Transcripts } from '../engine/parts.ts'
import { type Part, scriptedExecutor } from '../executors/scripted.ts'
import { chooseFormat } from '../plans/index.ts'
import { type MemoryControls, memoryRepository } from '../repositories/memory.ts'
import { MemoryStore } from '../stores/memory.ts'
import { Chance } from './simulated/chance.ts'
import { fair, type Judge, judgedChecks } from './simulated/checks.ts'
import { VirtualClock } from './simulated/clock.ts'
import { MemoryFolders, memoryClones } from './simulated/clones.ts'
import { memoryTranscripts } from './simulated/transcripts.ts'

export { Chance } from './simulated/chance.ts'
export { fair, type Judge, type Judged, judgedChecks } from './simulated/checks.ts'
export { StandsStill, VirtualClock } from './simulated/clock.ts'
export { MemoryFolders, memoryClones } from './simulated/clones.ts'
export { memoryTranscripts } from './simulated/transcripts.ts'

/** What there is without any house, and outlives each: the disk, the repository, time. */
export interface SimulatedWorld {
  readonly chance: Chance
  readonly clock: VirtualClock
  readonly store: Store
  readonly repository: Repository & MemoryControls
  readonly folders: MemoryFolders
  readonly transcripts: Transcripts
}

export interface WorldOptions {
  readonly seed?: number
  /** The first commit of `main`. */
  readonly files?: Readonly<Record<string, string>>
}

export function simulatedWorld(options: WorldOptions = {}): SimulatedWorld {
  const chance = new Chance(options.seed ?? 1)
  const repository = memoryRepository(options.files ?? { 'README.md': '# A repository in memory\n' })
  return {
    chance,
    clock: new VirtualClock(chance.apart()),
    store: new MemoryStore(),
    repository,
    folders: new MemoryFolders(repository),
    transcripts: memoryTranscripts(),
  }
}

export interface SimulatedOptions {
  /** What each agent does at each try; without one it writes a file named after its step. */
  readonly part?: Part
  readonly judge?: Judge
  readonly formats?: readonly PlanFormat[]
  readonly snapshots?: Snapshots
  readonly recording?: boolean
  /** In place of the world's own, for whoever wants faults in between. */
  readonly over?: {
    readonly clock?: HouseParts['clock']
    readonly disk?: HouseParts['disk']
    readonly later?: (then: () => void) => void
    readonly store?: Store
    readonly repository?: Repository
    readonly clones?: CloneMaker
    readonly executors?: readonly Executor[]
    readonly checkers?: readonly Checker[]
    readonly spawner?: Pick<Spawner, 'sweep'>
    readonly transcripts?: Transcripts
  }
}

export const writesItsName: Part = ({ step }) => [
  { do: 'say', text: `Working on ${step.key}.` },
  { do: 'wait', ms: 1000 },
  { do: 'write', path: `work/${step.key}.txt`, text: `${step.title}\n` },
]

const machine: Machine = {
  probe: async () => {
    const levels: readonly Isolation[] = ['strict', 'basic', 'none']
    return levels.map((level) => ({ level, works: true, tried: [] }))
  },
  cloneKinds: async () => [{ kind: 'memory', works: true, why: 'nothing leaves the memory' }],
  doctor: async () => [{ what: 'simulation', ok: true, detail: 'nothing here is real' }],
}

export function simulatedParts(world: SimulatedWorld, options: SimulatedOptions = {}): HouseParts {
  const { clock, folders } = world
  const over = options.over ?? {}
  const write = folders.write.bind(folders)
  const part = options.part ?? writesItsName
  const repository = over.repository ?? world.repository
  const clones = over.clones ?? memoryClones(folders)
  return {
    home: '/simulated',
    version: 'simulated',
    host: 'simulated',
    pid: 1,
    hands: true,
    store: over.store ?? world.store,
    clock: over.clock ?? clock,
    transcripts: over.transcripts ?? world.transcripts,
    spawner: over.spawner ?? { sweep: async () => 0 },
    executors: over.executors ?? [scriptedExecutor({ part, clock, write })],
    checkers: over.checkers ?? judgedChecks(folders, options.judge ?? fair),
    formats: async () => options.formats ?? [],
    chooseFormat: (files, path, named) => chooseFormat(options.formats ?? [], files, path, named),
    machine,
    checksAtOnce: 2,
    disk: over.disk ?? (() => ({ free: 1e12, of: 2e12 })),
    readOnly: [],
    setUpEnv: {},
    secrets: [],
    origin: 'baton/simulated',
    ...(options.snapshots === undefined ? {} : { snapshots: options.snapshots }),
    ...(options.recording === undefined ? {} : { recording: options.recording }),
    later: over.later ?? clock.later,
    repository: () => repository,
    clones: () => clones,
    configuration: async () => undefined,
    workingFiles: () => ({ read: async () => null, list: async () => [], write: async () => {} }),
    close: async () => {},
  }
}

/** Opens a house in this world. The clock moves while it opens; afterwards whoever holds it drives. */
export function simulatedHouse(world: SimulatedWorld, options: SimulatedOptions = {}): Promise<LocalHouse> {
  return world.clock.run(createHouse(simulatedParts(world, options)), 'The house opening')
}
