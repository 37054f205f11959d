// Which step and attempt somebody outside means: in one word, or by document 004's options.
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { Refused, refuse } from '../../core/refusals.ts'
import type { Context, Option } from '../command.ts'
import { find, idOf } from '../names.ts'
import type { Connection } from '../world.ts'

export const namingOptions: readonly Option[] = [
  { name: 'work-item', value: 'item', caption: 'the item, or its plan' },
  { name: 'step', value: 'key', caption: 'the step of it' },
]

export const executorOption: Option = {
  name: 'executor',
  value: 'id',
  caption: 'who does it, in one word (default: who you are here)',
}

/** Nothing is opened here: whoever claims does that first. */
export async function stepNamed(context: Context, house: Connection): Promise<string> {
  const item = context.text('work-item') ?? (context.words.length > 1 ? context.word(0) : undefined)
  const key = context.text('step') ?? context.words.at(-1)
  if (key === undefined || key === item) throw missing()
  if (item === undefined || key.includes('/')) return idOf(house, key, 'step')
  return idOf(house, `${await idOf(house, item, 'item')}/${key}`, 'step')
}

function missing(): Refused {
  const remedy = 'name it: T003, 001-photo-albums/T003, or --work-item 001-photo-albums --step T003'
  return new Refused(refuse('invalid', 'step', 'no step is named', remedy))
}

/** A plan that is not open yet is read, as baton run does. */
export async function opened(context: Context, house: Connection): Promise<void> {
  const plan = context.text('work-item') ?? (context.words.length > 1 ? context.word(0) : undefined)
  if (plan === undefined) return
  try {
    await find(house, plan, ['item'])
  } catch (error) {
    const unknown = error instanceof Refused && error.refusal.kind === 'not-found'
    if (!unknown || !existsSync(resolve(context.world.folder, plan))) throw error
    await house.call('plan/import', { plan })
  }
}

/** `--attempt` is the fence: a number or a whole name. Without it, the newest attempt of the step. */
export async function attemptNamed(context: Context, house: Connection): Promise<string> {
  const given = context.text('attempt')
  if (given?.includes('/')) return idOf(house, given, 'attempt')
  const named = context.text('work-item') === undefined && context.text('step') === undefined
  if (named && given === undefined && context.words.length === 1) return idOf(house, context.word(0), 'attempt')
  const step = await stepNamed(context, house)
  if (given === undefined) return idOf(house, step, 'attempt')
  return `${step}/${number(given)}`
}

export function number(given: string): number {
  if (/^[1-9][0-9]{0,5}$/.test(given)) return Number(given)
  const last = given.slice(given.lastIndexOf('/') + 1)
  if (given.includes('/') && /^[1-9][0-9]{0,5}$/.test(last)) return Number(last)
  const why = 'it is neither a number nor <item>/<step>/<number>'
  throw new Refused(refuse('invalid', `--attempt ${given}`, why, 'baton status <step> lists its attempts'))
}
