// Models are sent a trivial prompt: how long each takes, how fast it answers, and how much, or why it does not.
import { z } from 'zod'
import type { ModelChecked } from '../../core/ports/crew.ts'
import type { House } from '../../core/ports/house.ts'
import { refuse } from '../../core/refusals.ts'
import { standing } from '../agent/standing.ts'
import { type Caller, reads } from '../method.ts'
import { path, word } from '../words.ts'

export interface ModelCheck {
  /** Every one of them answered. */
  readonly ok: boolean
  readonly models: readonly ModelChecked[]
}

export const modelCheck = reads({
  name: 'model/check',
  // It may cost money, and loads a model where there was none.
  needs: 'run',
  caption: 'Models are sent a trivial prompt: latency, tokens a second and size of the answer, or why there is none.',
  params: z.strictObject({ path: path.optional(), model: word.optional() }),
  read: async (house: House, params, caller: Caller) => {
    const folder = await standing(house, params.path, caller)
    const names = params.model === undefined ? await known(house, folder) : [params.model]
    const models: ModelChecked[] = []
    // One after the other: a server that must load each could not hold them all.
    for (const name of names) {
      const checked = await house.checkModel(name, folder)
      if (checked === undefined)
        return refuse('not-found', `model ${name}`, 'nobody has described it', 'see baton models')
      models.push(checked)
    }
    return { ok: models.every(({ ok }) => ok), models } satisfies ModelCheck
  },
})

/** Those that may be asked here; what the mode forbids is left out, what does not answer is not. */
async function known(house: House, folder: string | undefined): Promise<readonly string[]> {
  const { mode, models } = await house.models(folder)
  return models.filter(({ spec }) => mode === 'online' || spec.local).map(({ spec }) => spec.name)
}
