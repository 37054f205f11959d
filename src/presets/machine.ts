// What this machine can do, for doctor and init: isolation by really trying to escape, clones by really making them.
import { statfsSync } from 'node:fs'
import type { DoctorLine } from '../core/ports/house.ts'
import type { IsolationReport, Repository, Spawner } from '../core/ports.ts'
import type { Machine } from '../engine/parts.ts'

export interface MachineOptions {
  readonly home: string
  readonly spawner: () => Promise<Spawner>
  readonly chooseClones: () => Promise<{ readonly kind: string; readonly why: string }>
  readonly repository: (path: string) => Repository
}

const leastFree = 1024 * 1024 * 1024

export function machine(options: MachineOptions): Machine {
  const probe = async (): Promise<readonly IsolationReport[]> => {
    const spawner = await options.spawner()
    return Promise.all((['strict', 'basic', 'none'] as const).map((level) => spawner.probe(level)))
  }
  const cloneKinds = async () => {
    const choice = await options.chooseClones()
    const overlay = {
      kind: 'overlay',
      works: choice.kind === 'overlay',
      why: choice.kind === 'overlay' ? choice.why : 'overlays cannot be mounted here',
    }
    return [
      overlay,
      {
        kind: 'shared',
        works: true,
        why: choice.kind === 'shared' ? choice.why : 'works everywhere; every clone writes all files',
      },
    ]
  }
  return {
    probe,
    cloneKinds,
    doctor: async (path) => [
      ...(await ofMachine(options)),
      ...(await probe()).map(ofIsolation),
      ...(await cloneKinds()).map((kind) => ({ what: `clones: ${kind.kind}`, ok: kind.works, detail: kind.why })),
      ...(path === undefined ? [] : await ofRepository(options.repository(path))),
    ],
  }
}

async function ofMachine(options: MachineOptions): Promise<DoctorLine[]> {
  const disk = statfsSync(options.home)
  const free = disk.bavail * disk.bsize
  const spawner = await options.spawner()
  return [
    { what: 'node', ok: true, detail: process.version },
    {
      what: 'disk',
      ok: free > leastFree,
      detail: `${(free / 1e9).toFixed(1)} GB free at ${options.home}`,
      ...(free > leastFree ? {} : { remedy: 'free some room: Baton stops claiming below 1 GB' }),
    },
    {
      what: 'processes',
      ok: true,
      detail:
        spawner.kind === 'namespaced'
          ? 'whole trees end with their namespace'
          : 'no namespaces: trees are ended by sweeping for a marker',
    },
  ]
}

function ofIsolation(report: IsolationReport): DoctorLine {
  const open = report.tried.filter((one) => !one.held).map((one) => one.what)
  if (report.level === 'none') {
    const detail =
      open.length === 0 ? 'agents run with your rights' : `agents run with your rights: they can ${open.join(', ')}`
    return { what: 'isolation: none', ok: true, detail: `${detail}; only used when asked for by name` }
  }
  const detail = report.works
    ? `held against ${report.tried.length} attempts to escape`
    : open.length === 0
      ? 'not available'
      : `did not hold: ${open.join(', ')}`
  return {
    what: `isolation: ${report.level}`,
    ok: report.works,
    detail,
    ...(report.remedy === undefined ? {} : { remedy: report.remedy }),
  }
}

async function ofRepository(repository: Repository): Promise<DoctorLine[]> {
  const state = await repository.look()
  const lines: DoctorLine[] = [
    {
      what: 'repository',
      ok: state.head !== null,
      detail: `${state.root}, base branch ${state.baseBranch}${state.branch === null ? ', detached HEAD' : `, on ${state.branch}`}`,
    },
  ]
  for (const problem of state.problems) {
    lines.push({
      what: `repository: ${problem.kind}`,
      ok: !problem.fatal,
      detail: problem.what,
      remedy: problem.remedy,
    })
  }
  return lines
}
