// What the parts of the built-in agent's work stand on, given to each of them by its run.
import type { ModelSpec } from '../../core/nouns/model.ts'
import { updateLettersAtMost } from '../../core/nouns/update.ts'
import type { Assignment, Models, Report } from '../../core/ports.ts'
import { cut } from '../hands/words.ts'
import type { Time } from '../starting.ts'
import type { Manner } from '../talk/instructions.ts'
import type { Watch } from '../watch.ts'
import type { Questions } from './asking.ts'
import type { Ending } from './ending.ts'
import type { Hands } from './link.ts'

export interface Ground {
  readonly assignment: Assignment
  readonly models: Models
  readonly spec: ModelSpec
  readonly manner: Manner
  readonly ending: Ending
  readonly watch: Watch
  readonly time: Time
  readonly questions: Questions
  readonly hands: Hands
  /** Known secrets of the house, which no model is shown. */
  readonly secrets: readonly string[]
  /** What its conversation is kept as; undefined: nowhere. */
  readonly session: string | undefined
  /** Milliseconds since it began. */
  elapsed(): number
  push(report: Report): Promise<void>
}

/** In pieces that an update may hold. */
export async function speak(ground: Pick<Ground, 'push'>, kind: 'message' | 'thought', text: string): Promise<void> {
  for (let rest = text; rest !== ''; ) {
    const piece = cut(rest, updateLettersAtMost)
    rest = rest.slice(piece.length)
    await ground.push({ kind: 'told', update: { kind, text: piece } })
  }
}

export function notice(ground: Pick<Ground, 'push'>, text: string): Promise<void> {
  return ground.push({ kind: 'told', update: { kind: 'notice', text: `${cut(text, updateLettersAtMost - 1)}\n` } })
}
