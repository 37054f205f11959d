// Questions to the person at the terminal; where nobody sits, a refusal that names the option which answers them.
import { Refused, refuse } from '../core/refusals.ts'
import { singleLine } from '../core/text/neutral.ts'
import type { World } from './world.ts'

export interface Choice {
  readonly value: string
  readonly label: string
  readonly hint?: string
}

export function mayAsk(world: World): boolean {
  return world.stdin.isTTY === true && world.stdout.isTTY === true && (world.env.CI ?? '') === ''
}

/** `otherwise` says how to answer without being asked, e.g. `--yes`. */
export async function confirm(world: World, question: string, otherwise: string): Promise<boolean> {
  const clack = await prompts(world, question, otherwise)
  return settled(clack, question, await clack.confirm({ message: singleLine(question), initialValue: false }))
}

export async function choose(
  world: World,
  question: string,
  choices: readonly Choice[],
  otherwise: string,
): Promise<string> {
  const clack = await prompts(world, question, otherwise)
  const options = choices.map(({ value, label, hint }) => ({
    value,
    label: singleLine(label),
    ...(hint === undefined ? {} : { hint: singleLine(hint) }),
  }))
  return settled(clack, question, await clack.select({ message: singleLine(question), options }))
}

export async function text(world: World, question: string, otherwise: string): Promise<string> {
  const clack = await prompts(world, question, otherwise)
  const validate = (value: string | undefined) => ((value ?? '').trim() === '' ? 'Say something.' : undefined)
  return settled(clack, question, await clack.text({ message: singleLine(question), validate }))
}

type Clack = typeof import('@clack/prompts')

async function prompts(world: World, question: string, otherwise: string): Promise<Clack> {
  if (!mayAsk(world)) {
    throw new Refused(
      refuse('invalid', 'a question', `"${singleLine(question)}" and nobody is there to answer`, otherwise),
    )
  }
  return import('@clack/prompts')
}

function settled<T>(clack: Clack, question: string, answer: T): Exclude<T, symbol> {
  if (!clack.isCancel(answer)) return answer as Exclude<T, symbol>
  throw new Refused(
    refuse('cancelled', 'a question', `"${singleLine(question)}" was not answered`, 'nothing was changed'),
  )
}
