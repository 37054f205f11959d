// Reads API_KEYS: which keys there are besides the owner's, and what each may do.
import { type Scope, scopes } from '../../api/scopes.ts'
import { Refused, refuse } from '../../core/refusals.ts'

export interface Grant {
  /** How the record names whoever comes with it; never the key. */
  readonly name: string
  readonly secret: string
  readonly may: ReadonlySet<Scope>
}

const shortest = 8
const how = 'write API_KEYS=key,other:approve,admin or name=key:read-only, each key of 8 characters or more'

function wrong(why: string): Refused {
  return new Refused(refuse('invalid', 'API_KEYS', why, how))
}

/**
 * Keys stand between commas. A bare key may read and run; words after a colon say what more: `approve`, `admin`. `read-only` takes `run`
 * away. Such words may be divided by commas too, so a word that names a right belongs to the key before it.
 */
export function readGrants(text: string | undefined): readonly Grant[] {
  const grants: { name: string; secret: string; words: string[] }[] = []
  for (const part of (text ?? '').split(',').map((one) => one.trim())) {
    if (part === '') continue
    const last = grants.at(-1)
    if (last !== undefined && last.words.length > 0 && isWord(part)) last.words.push(part)
    else grants.push(readOne(part, grants.length + 1))
  }
  const seen = new Set<string>()
  for (const { secret, name } of grants) {
    if (seen.has(secret)) throw wrong(`${name} is there twice`)
    seen.add(secret)
  }
  return grants.map(({ name, secret, words }) => ({ name, secret, may: rights(words) }))
}

function readOne(part: string, number: number): { name: string; secret: string; words: string[] } {
  const [, named, rest = part] = /^([a-z][a-z0-9-]{0,31})=(.{8,})$/u.exec(part) ?? []
  const name = named ?? `key ${number}`
  const at = rest.lastIndexOf(':')
  const words = at < 0 ? [] : rest.slice(at + 1).split('+')
  const secret = at < 0 ? rest : rest.slice(0, at)
  const unknown = words.find((word) => !isWord(word))
  if (unknown !== undefined)
    throw wrong(`${name} has a right that there is not; there are ${scopes.join(', ')}, read-only`)
  if (secret.length < shortest) throw wrong(`${name} is shorter than ${shortest} characters`)
  if (isWord(secret)) throw wrong(`${name} is a word for a right, which everybody knows`)
  return { name, secret, words }
}

const isWord = (word: string): boolean => word === 'read-only' || scopes.some((one) => one === word)

function rights(words: readonly string[]): ReadonlySet<Scope> {
  const may = new Set<Scope>(['read', 'run'])
  for (const scope of scopes) if (words.includes(scope)) may.add(scope)
  if (words.includes('read-only')) may.delete('run')
  return may
}
