// What Baton finds in a repository before anything is set up: its fitness, isolation, kinds of clones, configuration.
import { z } from 'zod'
import type { PlanNote } from '../../core/nouns/plan.ts'
import type { DoctorLine, House } from '../../core/ports/house.ts'
import type { IsolationReport, RepositoryState } from '../../core/ports.ts'
import { type Caller, reads } from '../method.ts'
import { path } from '../words.ts'

export interface ConfigurationLines {
  readonly file: string
  readonly digest: string
  readonly sentences: readonly string[]
  /** Files of the repository that its commands name: trusting it does not cover what is in them. */
  readonly scripts: readonly string[]
  readonly notes: readonly PlanNote[]
  /** Whether exactly this content is trusted now. */
  readonly trusted: boolean
}

export interface WorkspaceLook {
  readonly repository: RepositoryState
  readonly isolation: readonly IsolationReport[]
  readonly clones: readonly { readonly kind: string; readonly works: boolean; readonly why: string }[]
  readonly chosen?: { readonly isolation: string; readonly clones: string }
  readonly configuration?: ConfigurationLines
  readonly doctor: readonly DoctorLine[]
}

export const workspaceLook = reads({
  name: 'workspace/look',
  needs: 'read',
  caption: 'What Baton finds in a repository: fitness, isolation, clones, configuration.',
  params: z.strictObject({ path: path.optional(), quick: z.boolean().default(false) }),
  read: (house: House, params, caller: Caller) => look(house, params.path ?? caller.folder, params.quick),
})

/** What takes long, because it is really tried, is left out when it is asked for quickly. */
async function look(house: House, folder: string, quick: boolean): Promise<WorkspaceLook> {
  const repository = await house.repository(folder).look()
  const known = house.state.workspaces.get(repository.root)
  const [isolation, clones, configuration, doctor] = await Promise.all([
    quick ? [] : house.probe(),
    quick ? [] : house.cloneKinds(repository.root),
    configurationOf(house, repository.root),
    quick ? [] : house.doctor(repository.root),
  ])
  return {
    repository,
    isolation,
    clones,
    ...(known?.isolation === undefined ? {} : { chosen: { isolation: known.isolation, clones: known.clones } }),
    ...(configuration === undefined ? {} : { configuration }),
    doctor,
  }
}

export async function configurationOf(house: House, root: string): Promise<ConfigurationLines | undefined> {
  const found = await house.configuration(root)
  if (found === undefined) return undefined
  const { file, digest, sentences, scripts, notes } = found
  return { file, digest, sentences, scripts, notes, trusted: house.state.workspaces.get(root)?.trusted === digest }
}
