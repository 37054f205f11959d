// Which models a server offers, how much each can read as it is loaded, and which dialect the server speaks.
import type { Dialect, ModelSpec } from '../../core/nouns/model.ts'
import type { ModelFound } from '../../core/ports.ts'
import type { Caller } from '../caller.ts'
import { byHost, dialects, type Quirks } from '../dialects.ts'
import { countOf, type Fields, fieldsOf, listOf, textOf } from '../reading.ts'
import type { Target } from '../target.ts'
import { Trouble } from '../trouble.ts'

export interface Offer {
  readonly dialect: Dialect
  readonly models: readonly ModelFound[]
}

const atMost = 2000
const patience = { connectMs: 3000, firstMs: 10_000, idleMs: 5000, wholeMs: 20_000 }

/** What was found out about servers, for as long as the client lives. */
export class Dialects {
  readonly #known = new Map<string, Dialect>()

  quirksOf(model: ModelSpec, { address }: Target): Quirks {
    if (model.dialect !== 'auto') return dialects[model.dialect]
    const host = new URL(address).hostname
    return dialects[this.#known.get(address) ?? byHost.find(([name]) => name.test(host))?.[1] ?? 'auto']
  }

  learn({ address }: Target, dialect: Dialect): void {
    this.#known.set(address, dialect)
  }
}

export async function offerOf(caller: Caller, target: Target, { dialect, local }: ModelSpec): Promise<Offer> {
  const get = async (path: string): Promise<unknown> => {
    const root = path.startsWith('/api/') ? target.address.replace(/\/v1$/, '') : target.address
    return caller.json(target, { url: `${root}${path}`, local, patience }, path === '/models' ? 1 : 0)
  }
  const may = (one: Dialect): boolean => dialect === one || dialect === 'auto'
  const [plain, studio, ollama] = await Promise.all([
    get('/models').then(plainly, troubled),
    may('lm-studio') ? studioModels(get) : undefined,
    may('ollama') ? ollamaLoaded(get) : undefined,
  ])
  if (studio !== undefined) return { dialect: 'lm-studio', models: studio }
  if (plain instanceof Trouble) throw plain
  if (ollama !== undefined) return { dialect: 'ollama', models: plain.models.map((one) => loadedThere(one, ollama)) }
  return { dialect: dialect === 'auto' ? plain.dialect : dialect, models: plain.models }
}

const troubled = (error: unknown): Trouble => {
  if (error instanceof Trouble) return error
  throw error
}

/** Undefined where it is not this kind of server: that it cannot be reached at all is told by `/models`. */
const orNothing = (error: unknown): undefined => {
  if (error instanceof Trouble && error.failure.reason !== 'cancelled') return undefined
  throw error
}

function plainly(answer: unknown): Offer {
  const listed = fieldsOf(answer)?.data ?? fieldsOf(answer)?.models ?? answer
  if (!Array.isArray(listed)) {
    const why = 'it lists no models where a model server would: look at its address, which usually ends in /v1'
    throw new Trouble({ reason: 'bad-output', why, again: false })
  }
  const rows = listed.slice(0, atMost).map((one) => fieldsOf(one) ?? {})
  const models = rows.flatMap((row) => {
    const id = textOf(row.id) ?? textOf(row.name)
    if (id === undefined || id === '') return []
    const context = countOf(row.max_model_len) ?? countOf(row.context_length)
    // vLLM serves what it has loaded, and nothing else.
    return [{ id, ...(context !== undefined && { context }), ...(isVllm(row) && { loaded: true }) }]
  })
  return { dialect: rows.some(isVllm) ? 'vllm' : 'openai', models }
}

const isVllm = (row: Fields): boolean => row.owned_by === 'vllm' || countOf(row.max_model_len) !== undefined

/** The newer way first; both say which models are loaded, and with how much context. */
async function studioModels(get: (path: string) => Promise<unknown>): Promise<ModelFound[] | undefined> {
  for (const path of dialects['lm-studio'].tells ?? []) {
    const answer = fieldsOf(await get(path).catch(orNothing))
    const rows = listOf(answer?.models ?? answer?.data)
      .slice(0, atMost)
      .map((one) => fieldsOf(one) ?? {})
    const known = rows.filter(
      (row) => countOf(row.max_context_length) !== undefined || Array.isArray(row.loaded_instances),
    )
    if (known.length > 0) return known.flatMap(studioModel)
  }
  return undefined
}

function studioModel(row: Fields): ModelFound[] {
  const id = textOf(row.key) ?? textOf(row.id)
  if (id === undefined || id === '') return []
  const instances = listOf(row.loaded_instances).map((one) => fieldsOf(one) ?? {})
  const loaded = instances.length > 0 || row.state === 'loaded'
  const contexts = [...instances.map(({ config }) => fieldsOf(config)?.context_length), row.loaded_context_length]
  const context = contexts.map(countOf).find((one) => one !== undefined)
  return [{ id, loaded, ...(loaded && context !== undefined && { context }) }]
}

/** What is loaded, by name; the size that a model could have says nothing of what it was loaded with. */
async function ollamaLoaded(
  get: (path: string) => Promise<unknown>,
): Promise<Map<string, number | undefined> | undefined> {
  const [version, loaded] = dialects.ollama.tells ?? []
  if (version === undefined || loaded === undefined) return undefined
  const said = fieldsOf(await get(version).catch(orNothing))
  if (textOf(said?.version) === undefined) return undefined
  const rows = listOf(fieldsOf(await get(loaded).catch(orNothing))?.models).slice(0, atMost)
  return new Map(
    rows.flatMap((row) => {
      const fields = fieldsOf(row) ?? {}
      const names = [fields.name, fields.model].map(textOf).filter((name) => name !== undefined)
      return names.map((name) => [name, countOf(fields.context_length)] as const)
    }),
  )
}

function loadedThere({ id }: ModelFound, loaded: ReadonlyMap<string, number | undefined>): ModelFound {
  const context = loaded.get(id)
  return { id, loaded: loaded.has(id), ...(context !== undefined && { context }) }
}
