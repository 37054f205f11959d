// What Claude Code asks while it works: whether a tool may be used, and what somebody wants; and the answers as it takes them.
import type { Question } from '../../core/nouns/question.ts'
import { quoted } from '../../core/text/neutral.ts'
import { asText, bounded, type Fields, fields, list, word } from '../acp/unknown.ts'
import { kindOfTool, titleOf } from './blocks.ts'

const openAtMost = 32
const shownAtMost = 8192
const questionsAtMost = 8
const optionsAtMost = 20

interface Open {
  readonly request: string
  readonly input: Fields
  readonly suggestions: readonly unknown[]
  readonly question: Question
  /** Of a request that holds several questions: those that follow, and what was answered until now. */
  readonly rest: readonly unknown[]
  readonly answers: Readonly<Record<string, string>>
}

export interface Said {
  readonly line?: string
  readonly question?: Question
  /** What it was not allowed to do. */
  readonly denied?: string
}

/** Invariant: every request is answered exactly once, and nothing that was not asked is answered. */
export class Asking {
  readonly #open = new Map<string, Open>()
  #asked = 0

  get open(): number {
    return this.#open.size
  }

  ask(event: Fields): Said {
    const request = fields(event.request)
    const id = word(event.request_id)
    if (id === undefined) return {}
    if (request.subtype !== 'can_use_tool') return { line: unknownRequest(id, asText(request.subtype)) }
    if (this.#open.size >= openAtMost) return { line: denial(id, 'Too many questions are open. Ask again later.') }
    const input = fields(request.input)
    const suggestions = list(request.permission_suggestions)
    const common = { request: id, input, suggestions, answers: {} }
    if (request.tool_name === 'AskUserQuestion') {
      const [first, ...rest] = list(input.questions).slice(0, questionsAtMost)
      if (first !== undefined) return this.#put({ ...common, question: this.#question(fields(first)), rest })
    }
    return this.#put({ ...common, question: this.#permission(request, input, suggestions.length > 0), rest: [] })
  }

  /** It wants no answer any more. */
  withdraw(event: Fields): void {
    for (const [id, { request }] of this.#open) if (request === event.request_id) this.#open.delete(id)
  }

  /** Unknown and second answers change nothing. */
  answer(id: string, answer: string | undefined): Said {
    const open = this.#open.get(id)
    if (open === undefined) return {}
    this.#open.delete(id)
    return open.question.about === 'question' ? this.#answered(open, answer) : permitted(open, answer)
  }

  #put(open: Open): Said {
    this.#open.set(open.question.id, open)
    return { question: open.question }
  }

  #next(): string {
    this.#asked += 1
    return `q${this.#asked}`
  }

  #permission(request: Fields, input: Fields, always: boolean): Question {
    const name = asText(request.tool_name)
    const tool = kindOfTool(name)
    const shows = name === 'Bash' ? asText(input.command) : asText(input)
    return {
      id: this.#next(),
      about: 'permission',
      asks: `May it do this (${tool.replace('_', ' ')}): ${quoted(titleOf(name, input), 300)}?`,
      tool,
      ...(shows === '' || shows === '{}' ? {} : { shows: bounded(shows, shownAtMost) }),
      options: [
        { id: 'allow', kind: 'allow-once', label: 'Allow' },
        ...(always ? [{ id: 'always', kind: 'allow-always' as const, label: 'Allow from now on' }] : []),
        { id: 'deny', kind: 'reject-once', label: 'Refuse' },
      ],
    }
  }

  #question(told: Fields): Question {
    const options = list(told.options).slice(0, optionsAtMost).map(fields)
    return {
      id: this.#next(),
      about: 'question',
      asks: quoted(asText(told.question), 600),
      options: options.map(({ label, description }, index) => ({
        id: `o${index + 1}`,
        kind: 'other',
        label: quoted([asText(label), asText(description)].filter((text) => text !== '').join(': '), 200),
      })),
    }
  }

  /** An option by its id, or words of one's own; the answer is the option's label, as the program's own screen gives it. */
  #answered(open: Open, answer: string | undefined): Said {
    const asked = list(open.input.questions).map(fields)
    const about = asked[asked.length - open.rest.length - 1] ?? {}
    if (answer === undefined)
      return { line: denial(open.request, 'Nobody will answer. Decide yourself, and say what you chose and why.') }
    const index = open.question.options.findIndex(({ id }) => id === answer)
    const label = index === -1 ? undefined : word(fields(list(about.options)[index]).label)
    const answers = { ...open.answers, [asText(about.question)]: label ?? answer }
    const [next, ...rest] = open.rest
    if (next !== undefined) return this.#put({ ...open, answers, rest, question: this.#question(fields(next)) })
    return { line: allowance(open.request, { ...open.input, answers }) }
  }
}

function permitted({ request, input, suggestions, question }: Open, answer: string | undefined): Said {
  const chosen = question.options.find(({ id }) => id === answer)
  if (chosen?.kind === 'allow-once') return { line: allowance(request, input) }
  if (chosen?.kind === 'allow-always') return { line: allowance(request, input, suggestions) }
  // Any other words are a no, and the agent may read them.
  const words = chosen === undefined && answer !== undefined ? ` ${quoted(answer, 500)}` : ''
  return { line: denial(request, `This is not allowed here.${words}`), denied: question.asks }
}

function reply(request: string, response: Fields): string {
  return JSON.stringify({
    type: 'control_response',
    response: { subtype: 'success', request_id: request, response },
  })
}

function allowance(request: string, input: Fields, suggestions?: readonly unknown[]): string {
  const lasting = suggestions === undefined ? {} : { updatedPermissions: suggestions }
  return reply(request, { behavior: 'allow', updatedInput: input, ...lasting })
}

function denial(request: string, message: string): string {
  return reply(request, { behavior: 'deny', message })
}

/** What this version does not know is refused in the open, or the program would wait for ever. */
function unknownRequest(request: string, subtype: string): string {
  const error = `Baton does not know the request ${quoted(subtype)}.`
  return JSON.stringify({ type: 'control_response', response: { subtype: 'error', request_id: request, error } })
}
