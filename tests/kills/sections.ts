// What is tried, in order; each section has rooms of its own.
import { spawnSync } from 'node:child_process'
import { failingFlushes, fullDisks, whyNoMount } from './disk.ts'
import { crowds, fewDescriptors, orphans, spawnerKills, stops } from './others.ts'
import type { ProjectOrder } from './project.ts'
import { reverts } from './reverts.ts'
import type { Level, Room } from './room.ts'
import { at, calls, moments, places, type Try, whyNoStrace } from './sweeps.ts'
import { tears } from './torn.ts'

export interface Context {
  /** Everything, however long it takes. */
  readonly all: boolean
  readonly from: number
  readonly room: Room
}

export interface Section {
  readonly name: string
  readonly level: Level
  readonly size: ProjectOrder['size']
  readonly seconds: number
  readonly also?: string
  /** Only one at a time. */
  readonly alone?: boolean
  /** Why it cannot be tried here. */
  absent?(): string | undefined
  tries(context: Context): Promise<Iterable<Try>> | Iterable<Try>
}

export function whyNoSandbox(): string | undefined {
  const tried = spawnSync('bwrap', ['--ro-bind', '/', '/', '--unshare-user', '--disable-userns', 'true'])
  return tried.status === 0 ? undefined : 'bubblewrap 0.8 with user namespaces is not here'
}

const quick = { size: 'small', seconds: 0.05 } as const

export const sections: readonly Section[] = [
  {
    name: 'appends',
    level: 'none',
    ...quick,
    tries: async ({ room }) => at('append', (await places(room)).append, 1),
  },
  {
    name: 'appends in a sandbox',
    level: 'basic',
    ...quick,
    absent: whyNoSandbox,
    tries: async ({ room, all }) => at('append', (await places(room)).append, all ? 1 : 6),
  },
  {
    name: 'effects',
    level: 'none',
    ...quick,
    tries: async ({ room, all }) => at('effect', (await places(room)).effect, all ? 1 : 9),
  },
  {
    name: 'moves of refs',
    level: 'none',
    ...quick,
    tries: async ({ room, all }) => at('move', (await places(room)).move, all ? 1 : 4),
  },
  {
    name: 'reverts',
    level: 'none',
    ...quick,
    alone: true,
    tries: ({ room, all }) => reverts(room, all ? 1 : 13),
  },
  {
    name: 'system calls',
    level: 'none',
    ...quick,
    absent: whyNoStrace,
    tries: async ({ room, all }) => calls((await places(room)).append, all ? 1 : 5),
  },
  {
    name: 'moments',
    level: 'none',
    size: 'whole',
    seconds: 0.2,
    tries: ({ all, from }) => moments(from, all ? 200 : 40),
  },
  { name: 'orphans', level: 'none', size: 'small', seconds: 3, tries: () => orphans() },
  {
    name: 'orphans of a sandbox',
    level: 'basic',
    size: 'small',
    seconds: 3,
    absent: whyNoSandbox,
    tries: () => orphans(),
  },
  { name: 'spawner', level: 'none', ...quick, tries: ({ all }) => spawnerKills(all ? 30 : 8) },
  {
    name: 'spawner of a sandbox',
    level: 'basic',
    ...quick,
    absent: whyNoSandbox,
    tries: ({ all }) => spawnerKills(all ? 30 : 4),
  },
  { name: 'stopped writer', level: 'none', ...quick, tries: ({ all }) => stops(all ? 20 : 4) },
  { name: 'crowds', level: 'none', size: 'one', seconds: 0.05, tries: () => crowds(50) },
  { name: 'torn', level: 'none', ...quick, alone: true, tries: ({ all }) => tears(all) },
  {
    name: 'full disk',
    level: 'none',
    size: 'small',
    seconds: 0.3,
    // An agent that writes nothing for as long as it could not.
    also: 'while [ -e @room@/full ]; do sleep 0.05; done',
    alone: true,
    absent: whyNoMount,
    tries: () => fullDisks(),
  },
  {
    name: 'failing flush',
    level: 'none',
    ...quick,
    absent: whyNoStrace,
    tries: async ({ room, all }) => failingFlushes((await places(room)).append, all ? 1 : 6),
  },
  { name: 'descriptors', level: 'none', ...quick, tries: () => fewDescriptors() },
]
