// The shapes of names, places and sentences that methods take: every one bounded, none able to pass for an option.
import { z } from 'zod'
import { mostAgents } from '../core/nouns/count.ts'

const name = '[A-Za-z0-9][A-Za-z0-9._-]{0,119}'
const shaped = (pattern: RegExp, what: string) => z.string().max(400).regex(pattern, { error: what })

export const itemId = shaped(
  new RegExp(`^${name}$`),
  'an item is named by letters, digits, dot, dash and underscore, e.g. 001-photo-albums',
)
export const stepId = shaped(
  new RegExp(`^${name}/${name}$`),
  'a step is named <item>/<key>, e.g. 001-photo-albums/T012',
)
export const attemptId = shaped(
  new RegExp(`^${name}/${name}/[1-9][0-9]{0,5}$`),
  'an attempt is named <step>/<number>, e.g. 001-photo-albums/T012/1',
)
export const stepKey = shaped(new RegExp(`^${name}$`), 'a step key holds letters, digits, dot, dash and underscore')
export const agentName = shaped(new RegExp(`^${name}$`), 'an agent is named by letters, digits, dot, dash, underscore')
export const gateId = shaped(/^gate-[1-9][0-9]{0,15}$/, 'a gate is named gate-<number>; baton gate lists the open ones')
export const blockerId = shaped(/^blocker-[1-9][0-9]{0,15}$/, 'a blocker is named blocker-<number>')
export const duplicateId = shaped(
  /^duplicate-[1-9][0-9]{0,15}$/,
  'a suspicion is named duplicate-<number>; baton duplicates list shows them',
)
export const word = shaped(/^[a-z][a-z0-9-]{0,39}$/, 'it must be one lower-case word')

/** A position in the journal; 0 stands before the first entry. */
export const seq = z.int().min(0).max(Number.MAX_SAFE_INTEGER)

/** What a person writes for other people: no control characters but line feeds and tabs. */
export const sentence = z
  .string()
  .trim()
  .min(1)
  .max(2000)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused.
  .regex(/^[^\u0000-\u0008\u000b-\u001f\u007f-\u009f]*$/, { error: 'it holds control characters' })

/** Who has claimed a step from outside: a person, a script or a machine, in one word. */
export const executorId = shaped(
  /^[A-Za-z0-9][A-Za-z0-9._@:+-]{0,119}$/,
  'an executor is named by letters, digits and . _ @ : + -, e.g. ada or ci:1234',
)

/** A full commit id, HEAD, or the name of a branch or a tag. */
export const revision = shaped(
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused.
  /^(?!-)[^\s\u0000-\u001f\u007f-\u009f~^:?*[\\]{1,250}$/,
  'name a branch, a tag, HEAD or a full commit id',
)

/** Whoever work belongs to: a name on one line, with no space around it. */
export const personName = z
  .string()
  .max(200)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused.
  .regex(/^(?![-\s])[^\u0000-\u001f\u007f-\u009f]*[^\s\u0000-\u001f\u007f-\u009f]$/, {
    error: 'a name must not be empty, begin with "-" or a space, end with one, or hold control characters',
  })

/** A path as given: never empty, never an option, no control characters. Where it may lead is the business of whoever opens it. */
export const path = z
  .string()
  .min(1)
  .max(4096)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused.
  .regex(/^(?!-)[^\u0000-\u001f\u007f-\u009f]*$/, {
    error: 'a path must not begin with "-" or hold control characters',
  })

/** Whatever a person calls an item, step, attempt, gate or blocker by; `name/find` says what it stands for. */
export const anyName = z
  .string()
  .min(1)
  .max(400)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused.
  .regex(/^(?!-)[^\u0000-\u001f\u007f-\u009f]*$/, {
    error: 'a name must not begin with "-" or hold control characters',
  })

/** How many agents: as many as one folder may have. */
export const agents = z.int().min(0).max(mostAgents)

export const digest = shaped(/^[0-9a-f]{64}$/, 'a digest has 64 hexadecimal digits')
export const nothing = z.strictObject({})
