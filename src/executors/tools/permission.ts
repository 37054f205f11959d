// Whether a tool may be used: what both the profile and the role allow is not asked; everything else whoever holds the policy answers.
import { type Permissions, permitted, type Question } from '../../core/nouns/question.ts'
import { type ToolKind, updateLettersAtMost } from '../../core/nouns/update.ts'
import { quoted } from '../../core/text/neutral.ts'
import { cut } from '../hands/words.ts'
import type { Questions } from '../model/asking.ts'

export interface Wanted {
  readonly kind: ToolKind
  readonly title: string
  /** What must be seen to answer. */
  readonly shows: string
}

export type Ruling = { readonly ok: true } | { readonly ok: false; readonly why: string }

const options: Question['options'] = [
  { id: 'allow', kind: 'allow-once', label: 'Allow it this time' },
  { id: 'always', kind: 'allow-always', label: 'Allow this kind of tool for this attempt' },
  { id: 'reject', kind: 'reject-once', label: 'Do not allow it' },
]

export class Permits {
  readonly #questions: Questions
  readonly #own: Permissions | undefined
  readonly #roles: Permissions | undefined
  readonly #always = new Set<ToolKind>()
  /** What it was not allowed to do. */
  readonly denied: string[] = []

  constructor(questions: Questions, own: Permissions | undefined, roles: Permissions | undefined) {
    this.#questions = questions
    this.#own = own
    this.#roles = roles
  }

  async may({ kind, title, shows }: Wanted): Promise<Ruling> {
    const free =
      permitted(this.#own, kind) === 'allow' && (this.#roles === undefined || permitted(this.#roles, kind) === 'allow')
    if (free || this.#always.has(kind)) return { ok: true }
    const answer = await this.#questions.ask({
      about: 'permission',
      asks: `May it do this: ${quoted(title, 200)}?`,
      tool: kind,
      shows: cut(shows, updateLettersAtMost),
      options,
    })
    if (answer === 'always') this.#always.add(kind)
    if (answer === 'allow' || answer === 'always') return { ok: true }
    if (this.denied.length < 20) this.denied.push(title)
    const words = answer === undefined || answer === 'reject' ? '' : ` ${quoted(answer, 1_000)}`
    return {
      ok: false,
      why: `It was not allowed.${words} Do it another way, or finish and say what stands in the way.`,
    }
  }
}
