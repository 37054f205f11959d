// Ports that open themselves at their first use, so that a command which needs no git and no child starts neither.
import type { CloneMaker, Repository, Spawner } from '../core/ports.ts'

/** Opens once; a failure is given to whoever asked, and the next one tries again. */
export interface Once<T> {
  get(): Promise<T>
  opened(): Promise<T> | undefined
}

export function once<T>(open: () => Promise<T>): Once<T> {
  let opened: Promise<T> | undefined
  const get = (): Promise<T> => {
    opened ??= open().catch((error: unknown) => {
      opened = undefined
      throw error
    })
    return opened
  }
  return { get, opened: () => opened }
}

type Asks = { readonly [name: string]: (...given: never[]) => Promise<unknown> }

/** Every method of the port opens it first. Only for ports whose methods all give promises. */
function lazily<T extends object>(get: () => Promise<T>, methods: readonly (keyof T & string)[]): T {
  const port: Record<string, unknown> = {}
  for (const name of methods) {
    port[name] = async (...given: never[]) => {
      const open = (await get()) as unknown as Asks
      return (open[name] as Asks[string]).apply(open, given)
    }
  }
  return port as T
}

const ofRepository = [
  'look',
  'tip',
  'refs',
  'isAncestor',
  'treeOf',
  'readFile',
  'list',
  'writeTree',
  'diff',
  'patch',
  'merge',
  'commit',
  'moveRef',
  'deleteRef',
] as const satisfies readonly (keyof Repository)[]

export function lazyRepository(get: () => Promise<Repository>): Repository {
  return lazily(get, ofRepository)
}

const ofClones = [
  'make',
  'reopen',
  'discard',
  'held',
  'takeFrom',
  'close',
] as const satisfies readonly (keyof CloneMaker)[]

export function lazyClones(kind: string, get: () => Promise<CloneMaker>): CloneMaker {
  return { ...lazily<Omit<CloneMaker, 'kind'>>(get, ofClones), kind }
}

const ofSpawner = [
  'start',
  'probe',
  'sweep',
  'mount',
  'unmount',
  'walk',
  'read',
  'close',
] as const satisfies readonly (keyof Spawner)[]

/** `expose` and `kind` belong to clones, which are given the opened spawner itself. */
export function lazySpawner(one: Once<Spawner>): Spawner {
  const unopened = (): never => {
    throw new Error('The spawner has not been started yet.')
  }
  return {
    ...lazily<Omit<Spawner, 'kind' | 'expose'>>(one.get, ofSpawner),
    get kind(): Spawner['kind'] {
      return unopened()
    },
    expose: unopened,
  }
}
