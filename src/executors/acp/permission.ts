// A request for permission as a question of ours, and an answer as the protocol wants it.
import type { AnswerKind, Question } from '../../core/nouns/question.ts'
import type { ToolKind } from '../../core/nouns/update.ts'
import { quoted } from '../../core/text/neutral.ts'
import { asText, bounded, type Fields, fields, list, word } from './unknown.ts'
import { outputOf, toolKind } from './updates.ts'

const answerKinds: Readonly<Record<string, AnswerKind>> = {
  allow_once: 'allow-once',
  allow_always: 'allow-always',
  reject_once: 'reject-once',
  reject_always: 'reject-always',
}
const optionsAtMost = 20
const shownAtMost = 8192

/** What was told of the call before; the request itself may leave it out. */
export interface KnownCall {
  readonly tool?: ToolKind
  readonly title?: string
}

export function questionOf(id: string, request: Fields, known: KnownCall = {}): Question {
  const call = fields(request.toolCall)
  const tool = toolKind(call.kind) ?? known.tool ?? 'other'
  const title = word(call.title) ?? known.title ?? 'use a tool'
  const shows = [asText(call.rawInput), outputOf(call)].filter((text) => text !== '' && text !== '{}').join('\n')
  return {
    id,
    about: 'permission',
    asks: `May it do this (${tool.replace('_', ' ')}): ${quoted(title, 300)}?`,
    tool,
    ...(shows === '' ? {} : { shows: bounded(shows, shownAtMost) }),
    options: list(request.options).slice(0, optionsAtMost).flatMap(optionOf),
  }
}

function optionOf(option: unknown): Question['options'] {
  const { optionId, kind, name } = fields(option)
  const id = word(optionId)
  if (id === undefined) return []
  const known = typeof kind === 'string' ? answerKinds[kind] : undefined
  return [{ id, kind: known ?? 'other', label: quoted(word(name) ?? id, 200) }]
}

export type Answered = { readonly outcome: 'cancelled' } | { readonly outcome: 'selected'; readonly optionId: string }

/** Only an option that was offered is chosen; any other words are a no. */
export function answered(question: Question, answer: string | undefined): Answered {
  if (answer === undefined) return { outcome: 'cancelled' }
  const chosen = question.options.find(({ id }) => id === answer) ?? question.options.find(isRejection)
  return chosen === undefined ? { outcome: 'cancelled' } : { outcome: 'selected', optionId: chosen.id }
}

const isRejection = ({ kind }: { readonly kind: AnswerKind }): boolean =>
  kind === 'reject-once' || kind === 'reject-always'

/** Whether this answer lets the agent do what it asked for. */
export function allows(question: Question, given: Answered): boolean {
  if (given.outcome === 'cancelled') return false
  const option = question.options.find(({ id }) => id === given.optionId)
  return option !== undefined && !isRejection(option)
}
