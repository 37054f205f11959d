// A repository is made a workspace, and a person's choice of isolation and clones for it is recorded.
import { z } from 'zod'
import type { House } from '../../core/ports/house.ts'
import { refuse } from '../../core/refusals.ts'
import { wish } from '../../core/wishes.ts'
import { type Caller, deeds } from '../method.ts'
import { must, stop } from '../replies.ts'
import { path, sentence, word } from '../words.ts'

export interface Initialised {
  readonly path: string
  readonly baseBranch: string
  readonly isolation: 'strict' | 'basic' | 'none'
  readonly clones: string
  readonly seq: number
}

export const workspaceInit = deeds({
  name: 'workspace/init',
  needs: 'admin',
  caption: 'A repository is made a workspace, with the isolation and clones that a person chose.',
  params: z.strictObject({
    path: path.optional(),
    isolation: z.enum(['strict', 'basic', 'none']),
    clones: word.optional(),
    why: sentence.default('chosen by a person'),
  }),
  act: async (house: House, params, caller: Caller): Promise<Initialised> => {
    const { root, baseBranch, problems } = await house.repository(params.path ?? caller.folder).look()
    const fatal = problems.filter((one) => one.fatal)
    if (fatal.length > 0) {
      stop(refuse('policy', root, fatal.map((one) => one.what).join('; '), fatal.map((one) => one.remedy).join('; ')))
    }
    await mustHold(house, params.isolation)
    const clones = await cloneKind(house, root, params.clones)
    await must(house, wish('workspace.open', caller.name, { path: root, baseBranch }))
    const chosen = { path: root, isolation: params.isolation, clones, why: params.why }
    const { seq } = await must(house, wish('workspace.isolate', caller.name, chosen))
    return { path: root, baseBranch, isolation: params.isolation, clones, seq }
  },
})

async function mustHold(house: House, level: 'strict' | 'basic' | 'none'): Promise<void> {
  if (level === 'none') return
  const report = (await house.probe()).find((one) => one.level === level)
  if (report?.works === true) return
  const failed = report?.tried.filter((one) => !one.held).map((one) => one.detail) ?? []
  const why = failed.join('; ') || 'it was tried and does not hold on this machine'
  stop(refuse('policy', `isolation ${level}`, why, report?.remedy ?? 'run baton doctor'))
}

async function cloneKind(house: House, root: string, asked: string | undefined): Promise<string> {
  const kinds = await house.cloneKinds(root)
  const found = asked === undefined ? kinds.find((one) => one.works) : kinds.find((one) => one.kind === asked)
  if (found?.works === true) return found.kind
  const names = kinds.map((one) => `${one.kind} (${one.works ? 'works' : one.why})`).join(', ') || 'none'
  return stop(refuse('policy', `clones ${asked ?? ''}`.trim(), `this machine has: ${names}`, 'choose one that works'))
}
