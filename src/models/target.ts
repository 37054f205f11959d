// Where a model is asked: its address, and its key.
import type { ModelSpec } from '../core/nouns/model.ts'
import { type Addressed, readAddress } from './address.ts'
import type { ModelsOptions } from './options.ts'
import { usual } from './place.ts'
import { Trouble } from './trouble.ts'

export interface Target {
  readonly address: string
  readonly key: string | undefined
}

export async function targetOf(model: ModelSpec, { env, key }: ModelsOptions): Promise<Target> {
  const own = model.endpoint.trim()
  const address = read(own || env.OPENAI_API_BASE?.trim() || usual)
  if (!address.ok) {
    const what = own === '' ? 'OPENAI_API_BASE' : `the endpoint of model ${model.name}`
    throw new Trouble({ reason: 'defect', why: `${what} is not used: ${address.why}`, again: false })
  }
  const name = model.keyName ?? (own === '' ? 'OPENAI_API_KEY' : undefined)
  const found = name === undefined ? undefined : (await key(name))?.trim()
  if (!found && model.keyName !== undefined && !model.local) {
    const why = `model ${model.name} needs the key ${model.keyName}, which is neither in the environment nor in the keychain`
    throw new Trouble({ reason: 'auth', why, again: false })
  }
  return { address: address.base, key: found || undefined }
}

const known = new Map<string, Addressed>()
const knownAtMost = 64

/** What an address is does not change; where its name leads is looked at with every connection. */
function read(text: string): Addressed {
  const found = known.get(text) ?? readAddress(text)
  if (known.size < knownAtMost) known.set(text, found)
  return found
}
