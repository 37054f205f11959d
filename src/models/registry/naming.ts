// Models that have no id of their own are whatever their server offers: what is loaded, else what it lists first.
import type { ModelSpec } from '../../core/nouns/model.ts'
import { ModelFailed, type Models } from '../../core/ports.ts'

const remembersMs = 60_000

/** The same models, whole: a request never goes out without an id. */
export function naming(models: Models, now: () => number): Models {
  const known = new Map<string, { readonly at: number; readonly id: string }>()
  const idOf = async (model: ModelSpec): Promise<string> => {
    const before = known.get(model.endpoint)
    if (before !== undefined && now() - before.at < remembersMs) return before.id
    const { models: offered } = await models.list(model)
    const id = (offered.find(({ loaded }) => loaded === true) ?? offered[0])?.id
    if (id === undefined) {
      const why = `The server of the model ${model.name} offers none. Load one, or name it in LM_STUDIO_MODEL.`
      throw new ModelFailed('network', why)
    }
    known.set(model.endpoint, { at: now(), id })
    return id
  }
  const named = async (model: ModelSpec): Promise<ModelSpec> =>
    model.id === '' ? { ...model, id: await idOf(model) } : model
  return {
    complete: async function* (request) {
      const model = await named(request.model)
      yield* models.complete(model === request.model ? request : { ...request, model })
    },
    embed: async (model, texts, stop) => models.embed(await named(model), texts, stop),
    list: (model) => models.list(model),
    close: () => models.close(),
  }
}
