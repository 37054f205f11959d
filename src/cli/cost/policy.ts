// What `baton simulate --policy` names: models in a row, a file that says more, or a repository's own configuration.
import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseFrame } from '../../api/envelope.ts'
import { Refused, refuse } from '../../core/refusals.ts'
import { quoted } from '../../core/text/neutral.ts'

export type Said = Readonly<Record<string, unknown>>

const mostBytes = 64 * 1024 * 1024
const mostPolicyBytes = 1024 * 1024

/** Bytes of a file that a person names, bounded; a refusal says what is wrong with it. */
function bytesOf(file: string, most: number, option: string): Buffer {
  try {
    const seen = statSync(file)
    if (!seen.isFile()) throw new Error('it is no plain file')
    if (seen.size > most) throw new Error(`it is larger than ${most / 1024 / 1024} MiB`)
    return readFileSync(file)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new Refused(refuse('not-found', file, why, `name a file with --${option}`))
  }
}

export function readOutcomes(folder: string, name: string): Said {
  const file = resolve(folder, name)
  const table = parseFrame(bytesOf(file, mostBytes, 'outcomes').toString('utf8'), mostBytes)
  if (table !== undefined) return table
  throw new Refused(refuse('invalid', file, 'it is not a JSON object', 'baton simulate --help shows one'))
}

/** What it says becomes parameters of the method, which refuses what it does not know. */
export async function readCascade(folder: string, given: string, names: (name: string) => boolean): Promise<Said> {
  if (given.includes('>')) return { ladder: given.split('>').map((model) => model.trim()) }
  const file = resolve(folder, given)
  const bytes = bytesOf(file, mostPolicyBytes, 'policy')
  const { readYaml } = await import('../../core/text/yaml.ts')
  const { value, notes } = readYaml(bytes.toString('utf8'), file)
  const wrong = notes.find((note) => note.level === 'error')
  if (wrong !== undefined) throw new Refused(refuse('invalid', `${file}:${wrong.line}`, wrong.text, 'mend it'))
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Refused(refuse('invalid', file, 'it says nothing by name', 'baton simulate --help shows such a file'))
  if ('agents' in value) return configured(file, bytes, names)
  const { check, ...rest } = value as Said
  return { ...rest, ...(check === undefined ? {} : { check: typeof check === 'string' ? readCheck(check) : check }) }
}

/** A repository's configuration: its ladder of agents, by the names that the outcomes know them under. */
async function configured(file: string, bytes: Uint8Array, names: (name: string) => boolean): Promise<Said> {
  const { readPolicy } = await import('../../policies/index.ts')
  const { crewOf } = await import('../../core/routing/agents.ts')
  const { policy, notes } = readPolicy(bytes)
  const wrong = notes.find((note) => note.level === 'error')
  if (wrong !== undefined) throw new Refused(refuse('invalid', `${file}:${wrong.line}`, wrong.text, 'mend it'))
  const { ladder, byName } = crewOf(policy)
  const ranked = ladder.length > 0 ? ladder : [...byName.values()]
  const called = ranked.map(({ agent, model }) => {
    const all = [agent.model, model?.id, agent.name].flatMap((name) => (name === undefined ? [] : [name]))
    return all.find(names) ?? all[0] ?? agent.name
  })
  return { ladder: [...new Set(called)], tries: policy.routing.escalateAfter }
}

/** `perfect`, or how often it lets pass what is right and what is wrong: `0.9/0.2`. */
export function readCheck(text: string): { right: number; wrong: number } {
  if (text === 'perfect') return { right: 1, wrong: 0 }
  const [right, wrong, ...more] = text
    .split('/')
    .map((word) => (/^(?:0|1|0?\.\d{1,9}|1\.0+)$/.test(word) ? Number(word) : Number.NaN))
  if (right !== undefined && wrong !== undefined && more.length === 0 && right >= 0 && wrong >= 0)
    return { right, wrong }
  throw new Refused(
    refuse('invalid', `check ${quoted(text)}`, 'it must be two numbers from 0 to 1, or perfect', 'say --check 0.9/0.2'),
  )
}
