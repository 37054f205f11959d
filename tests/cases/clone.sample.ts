// What tests of clones need: a home with a spawner, a repository of a person, a maker over both, and an agent that runs a script.
import { rmSync } from 'node:fs'
import { type ClonesOptions, folderClones, overlayClones, sharedClones } from '../../src/clones/index.ts'
import type { Clone, CloneMaker, Collected, Repository } from '../../src/core/ports.ts'
import { createRepository } from '../../src/repositories/index.ts'
import { createSpawner, type LocalSpawner } from '../../src/spawners/index.ts'
import { type Sample, sample } from './repository.sample.ts'
import { freshFolder, said, script } from './spawner.sample.ts'

export const kinds = {
  folder: { make: folderClones, git: false, spawner: 'plain' },
  shared: { make: sharedClones, git: true, spawner: 'plain' },
  overlay: { make: overlayClones, git: true, spawner: 'namespaced' },
} as const

export type Kind = keyof typeof kinds

export interface Ground {
  readonly home: string
  readonly spawner: LocalSpawner
  readonly person: Sample
  readonly repository: Repository
  readonly maker: CloneMaker
  readonly options: ClonesOptions
  head(): string
  clone(more?: { base?: string; name?: string }): Promise<Clone>
  /** Runs a script as an agent would, in the clone's folder. */
  work(clone: Clone, text: string): Promise<string>
  /** Path and mode of everything in a tree, with the content where it is short. */
  files(tree: string): Promise<Record<string, string>>
  close(): Promise<void>
}

export async function ground(kind: Kind, files: Readonly<Record<string, string>>, ...init: string[]): Promise<Ground> {
  const home = freshFolder('home')
  const person = sample(files, ...init)
  const spawner = await createSpawner({ home, kind: kinds[kind].spawner, graceMs: 300 })
  const repository = await createRepository(person.path)
  const options = { home, spawner, repository: () => repository }
  const maker = kinds[kind].make(options)
  let count = 0
  const head = (): string => person.git('rev-parse', 'HEAD').trim()
  return {
    home,
    spawner,
    person,
    repository,
    maker,
    options,
    head,
    clone({ base = head(), name } = {}) {
      count += 1
      return maker.make({ name: name ?? `001-album/T${count}/1`, repository: person.path, base })
    },
    async work(clone, text) {
      const env = { PATH: process.env.PATH ?? '/usr/bin:/bin', HOME: '/nonexistent', GIT_CONFIG_GLOBAL: '/dev/null' }
      const { out, err, ended } = await said(
        await spawner.start(script(clone.folder, text, { env, stdin: new Uint8Array() })),
      )
      if (ended.code !== 0) throw new Error(`the agent's script failed: ${out}${err}${JSON.stringify(ended)}`)
      return out
    },
    async files(tree) {
      const found: Record<string, string> = {}
      for (const { path, mode, oid } of await repository.list(tree)) {
        const bytes =
          mode === '160000'
            ? oid
            : Buffer.from((await repository.readFile(tree, path)) ?? [])
                .toString()
                .slice(0, 200)
        found[path] = `${mode} ${bytes}`
      }
      return found
    },
    async close() {
      await maker.close()
      await spawner.close()
      await repository.close()
      person.remove()
      rmSync(home, { recursive: true, force: true })
    },
  }
}

/** What was left out, by path. */
export function left({ leftOut }: Collected): Record<string, string> {
  return Object.fromEntries(leftOut.map(({ path, why }) => [path, why]))
}
