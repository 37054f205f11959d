// What the columns and priorities of a backlog mean: its configuration names them, and their order says which is first and last.
import type { PlanStatus } from '../../core/nouns/step.ts'
import { meaningsOf } from '../reading/vocabulary.ts'

const spellings: Readonly<Record<Exclude<PlanStatus, 'done'>, string>> = {
  open: 'todo open new backlog ready planned next pending notstarted triage',
  doing: 'inprogress doing wip started active ongoing',
  review: 'review inreview codereview testing intest qa verify verifying validation',
  blocked: 'blocked stuck waiting',
  deferred: 'onhold hold paused deferred later someday icebox draft',
  cancelled: 'cancelled canceled wontdo wontfix dropped abandoned rejected',
}

const meanings = meaningsOf(spellings)

/** Two spellings of one status differ in case and blanks alone. */
const bare = (word: string): string => word.slice(0, 200).toLowerCase().replace(/\s/g, '')

export class Columns {
  readonly words: readonly string[]
  readonly #known = new Map<string, PlanStatus>()

  constructor(words: readonly string[]) {
    this.words = words.length > 0 ? words : ['To Do', 'In Progress', 'Done']
    for (const [at, word] of this.words.entries()) {
      const last = at === this.words.length - 1
      const meant = meanings.get(bare(word).replace(/[^a-z]/g, ''))
      const status = last ? 'done' : at === 0 ? (meant === 'deferred' ? meant : 'open') : (meant ?? 'doing')
      if (!this.#known.has(bare(word)) || last) this.#known.set(bare(word), status)
    }
  }

  knows(word: string): boolean {
    return this.#known.has(bare(word))
  }

  /** A word that is no column is read by what it says; one that says nothing known is open. */
  meaningOf(word: string): PlanStatus {
    const plain = bare(word)
    return this.#known.get(plain) ?? (plain === 'done' ? 'done' : meanings.get(plain.replace(/[^a-z]/g, ''))) ?? 'open'
  }

  /** The first column that means this, as it is written in the configuration. */
  wordFor(status: PlanStatus): string | undefined {
    if (status === 'done') return this.words.at(-1)
    return this.words.find((word) => this.meaningOf(word) === status)
  }
}

const urgencies = [
  'critical urgent highest blocker p0',
  'high p1',
  'medium normal p2',
  'low minor p3',
  'lowest trivial p4',
]
const urgency = new Map(urgencies.flatMap((all, at) => all.split(' ').map((word) => [word, at + 1] as const)))

/** 1 to 5; words of a configuration's own go by their place in it. */
export function priorityOf(word: string, configured: readonly string[]): number | undefined {
  const plain = bare(word)
  const known = urgency.get(plain)
  if (known !== undefined || plain === '') return known
  const at = configured.findIndex((one) => bare(one) === plain)
  return at < 0 ? undefined : 1 + Math.floor((at * 5) / configured.length)
}
