// What every effort works with: the ports, the state to read, and the way back into the loop.
import { hash } from 'node:crypto'
import type { Attempt } from '../../core/nouns/attempt.ts'
import type { Item } from '../../core/nouns/item.ts'
import type { Step } from '../../core/nouns/step.ts'
import type { Workspace } from '../../core/nouns/workspace.ts'
import { type StepTerms, termsOf } from '../../core/policy.ts'
import type { Answer } from '../../core/ports/house.ts'
import type { CloneMaker, Repository, SetUp } from '../../core/ports.ts'
import { runOf, type State } from '../../core/state.ts'
import { scrubCut } from '../../core/text/secrets.ts'
import { type Wishes, type WishType, wish } from '../../core/wishes.ts'
import type { Loop } from '../loop.ts'
import type { HouseParts } from '../parts.ts'
import { Hearing } from './hearing.ts'
import { Turnstile } from './turnstile.ts'

export class Shop {
  readonly parts: HouseParts
  readonly state: State
  /** Checks are work for this machine's cores: so many at once, whatever the slots are. */
  readonly checking: Turnstile
  /** Who listens for what agents say of their work besides. */
  readonly hearing = new Hearing()
  readonly #loop: Loop

  constructor(parts: HouseParts, state: State, loop: Loop) {
    this.parts = parts
    this.state = state
    this.#loop = loop
    this.checking = new Turnstile(parts.checksAtOnce)
  }

  submit<K extends WishType>(type: K, data: Wishes[K], because = ''): Promise<Answer> {
    return this.#loop.submit(wish(type, 'baton', withoutSecrets(data, this.parts.secrets), because))
  }

  workspace(item: Pick<Item, 'id' | 'workspace'>): Workspace {
    const workspace = this.state.workspaces.get(item.workspace)
    if (workspace === undefined) throw new Error(`The workspace ${item.workspace} of ${item.id} is not known.`)
    return workspace
  }

  repository(item: Item): Repository {
    return this.parts.repository(item.workspace)
  }

  clones(item: Pick<Item, 'id' | 'workspace'>): CloneMaker {
    return this.parts.clones(this.workspace(item).clones)
  }

  terms(item: Item, step: Step): StepTerms {
    return termsOf(this.workspace(item), item, step, runOf(this.state, item))
  }

  /** What trusted configuration says must be done once before work or checks can begin. */
  setUp(item: Pick<Item, 'id' | 'workspace'>): { readonly setUp: SetUp } | Record<string, never> {
    const workspace = this.workspace(item)
    const [program, ...rest] = workspace.policy.setup
    if (program === undefined) return {}
    const isolation = workspace.isolation ?? 'basic'
    return {
      setUp: {
        argv: [program, ...rest],
        env: this.parts.setUpEnv,
        isolation,
        network: 'all',
        readOnly: this.parts.readOnly,
      },
    }
  }
}

/** What programs said, wherever it stands in a wish; names, digests and paths stay as they are. */
const spoken: ReadonlySet<string> = new Set(['why', 'evidence'])

function withoutSecrets<T>(value: T, secrets: readonly string[], name = ''): T {
  if (typeof value === 'string') return (spoken.has(name) ? scrubCut(value, secrets) : value) as T
  if (Array.isArray(value)) return value.map((one) => withoutSecrets(one, secrets, name)) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withoutSecrets(one, secrets, key)])) as T
}

/** Whoever did the work: an agent of Baton's, or the person or script that claimed it. */
export function authorOf({ agent, outside }: Attempt): { readonly authorName: string; readonly authorEmail: string } {
  if (outside !== undefined) return { authorName: outside.displayName, authorEmail: 'outside@baton.invalid' }
  return { authorName: `${agent} (Baton)`, authorEmail: 'agent@baton.invalid' }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

export function digest(text: string): string {
  return hash('sha256', text, 'hex')
}

/** Attempt ids hold slashes; folder and ref names are made of the same words. */
export function cloneName(attempt: string): string {
  return attempt.replaceAll('/', '~')
}

export function attemptRef(attempt: string): string {
  return `refs/baton/attempts/${attempt}`
}
