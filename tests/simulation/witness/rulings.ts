// Holds what leads decide to what was promised: owners, duplicates, workflows, and integrations that are taken back.
import type { Facts } from '../../../src/core/facts.ts'
import { currentVersion } from '../../../src/core/workflows/current.ts'
import { tickFile } from '../boxes.ts'
import type { Witness } from '../witness.ts'
import type { Read } from './book.ts'

interface OwnVersion {
  readonly version: string
  readonly effectiveFrom: number
  taken: boolean
}

interface OwnReversion {
  readonly of: string
  ordered: string | undefined
}

type Hand = (data: never, entry: Read) => void

/** Invariant: worked out from the facts alone, without the house's fold. */
export class Rulings {
  readonly #witness: Witness
  /** Of items and of steps, by id. */
  readonly #owners = new Map<string, string>()
  readonly #workflows = new Map<string, string>()
  readonly #versions = new Map<string, OwnVersion[]>()
  /** Items under which others go on. */
  readonly #ended = new Map<string, string>()
  readonly #duplicates = new Map<string, readonly [string, string]>()
  readonly #integrated = new Map<string, Facts['integration.ordered']>()
  /** Decided, and neither done nor refused. */
  readonly #reversions = new Map<string, OwnReversion>()
  /** Taken back, and not begun anew. */
  readonly #back = new Set<string>()
  readonly #open = new Set<string>()

  constructor(witness: Witness) {
    this.#witness = witness
  }

  take(entry: Read): void {
    const hands = this.#hands as Readonly<Record<string, Hand | undefined>>
    hands[entry.type]?.(entry.data as never, entry)
  }

  /** Whether a fact orders that the base branch goes there to take something back. */
  orders(ref: string, to: string): boolean {
    return [...this.#reversions].some(
      ([item, { ordered }]) => ordered === to && this.#integrated.get(item)?.ref === ref,
    )
  }

  /** What the house's own state says, held against all this. */
  judge(): void {
    const { state, world } = this.#witness
    for (const item of state.items.values()) {
      if (item.owner !== this.#owners.get(item.id))
        this.#breaks('owners', `${item.id} belongs to "${item.owner}", not "${this.#owners.get(item.id)}"`)
      if (item.workflow !== this.#workflows.get(item.id))
        this.#breaks('workflows', `${item.id} goes by ${item.workflow}, not ${this.#workflows.get(item.id)}`)
      for (const { id, owner } of item.steps)
        if (owner !== this.#owners.get(id))
          this.#breaks('owners', `${id} belongs to ${owner}, not to ${this.#owners.get(id)}`)
    }
    for (const { id, reversion } of state.closed.values())
      if (this.#back.has(id) !== (reversion?.done !== undefined))
        this.#breaks('reverted', `${id} is${this.#back.has(id) ? '' : ' not'} taken back, and the state says otherwise`)
    const now = world.clock.now()
    for (const name of this.#versions.keys()) {
      const said = currentVersion(state.workflows.get(name) ?? [], now)?.version
      if (said !== this.#current(name, now))
        this.#breaks('workflows', `${name}@${said} is in force, and not ${this.#current(name, now)}`)
    }
  }

  /** Nothing that was decided waits for ever. */
  judgeRest(): void {
    for (const item of this.#reversions.keys()) this.#breaks('reverted', `${item} is to be taken back, and never is`)
  }

  #breaks(promise: 'owners' | 'workflows' | 'reverted' | 'duplicates', how: string): void {
    this.#witness.breaks(promise, how)
  }

  /** The one that came into force last; of those that did so at once, the one published last. */
  #current(name: string, at: number): string | undefined {
    const held = (this.#versions.get(name) ?? []).filter((one) => !one.taken && one.effectiveFrom <= at)
    return held.sort((a, b) => a.effectiveFrom - b.effectiveFrom).at(-1)?.version
  }

  #begin(data: Facts['item.opened']): void {
    const { id, owner, workflow } = data
    if (this.#ended.has(id)) this.#breaks('duplicates', `${id} is opened, and goes on under ${this.#ended.get(id)}`)
    for (const name of this.#owners.keys()) if (name.startsWith(`${id}/`)) this.#owners.delete(name)
    this.#owners.set(id, owner)
    this.#workflows.set(id, workflow)
    this.#open.add(id)
    this.#back.delete(id)
  }

  #runs(item: string, what: string): void {
    if (this.#ended.has(item)) this.#breaks('duplicates', `${what}, and ${item} goes on under ${this.#ended.get(item)}`)
    else if (!this.#open.has(item)) this.#breaks('duplicates', `${what}, and ${item} is over`)
  }

  #move(item: string, carried: readonly { from: string; to: string }[], renewed: readonly string[]): void {
    const was = new Map(carried.map(({ from }) => [from, this.#owners.get(`${item}/${from}`)]))
    for (const key of [...renewed, ...was.keys()]) this.#owners.delete(`${item}/${key}`)
    for (const { from, to } of carried) {
      const owner = was.get(from)
      if (owner === undefined) this.#owners.delete(`${item}/${to}`)
      else this.#owners.set(`${item}/${to}`, owner)
    }
  }

  #settle({ duplicate, verdict, into }: Facts['duplicate.settled']): void {
    const pair = this.#duplicates.get(duplicate)
    if ((verdict !== 'merged' && verdict !== 'closed') || pair === undefined) return
    const [one, other] = pair
    if (into !== one && into !== other) this.#breaks('duplicates', `${duplicate} goes on under ${into}`)
    const over = into === one ? other : one
    if (this.#open.has(over)) this.#ended.set(over, into ?? '')
  }

  /** The decision comes first, and each is carried out once. */
  #decide({ item, commit }: Facts['reversion.decided']): void {
    if (this.#reversions.has(item)) this.#breaks('reverted', `${item} is decided on twice`)
    if (this.#integrated.get(item)?.commit !== commit)
      this.#breaks('reverted', `${item} was not integrated as ${commit}, or that is taken back`)
    this.#reversions.set(item, { of: commit, ordered: undefined })
  }

  #order({ item, ref, expected, commit }: Facts['reversion.ordered']): void {
    const due = this.#reversions.get(item)
    const integrated = this.#integrated.get(item)
    if (due === undefined || due.ordered !== undefined || integrated?.ref !== ref) {
      this.#breaks('reverted', `${commit} is ordered for ${item}, and nobody decided it`)
      return
    }
    due.ordered = commit
    this.#witness.contains(commit, expected, `what takes ${item} back must contain the branch`)
    this.#witness.later(() => this.#takesBackJust(item, expected, commit, integrated))
  }

  /** What others brought in stays; what this item brought in, and nobody else has, goes. */
  async #takesBackJust(
    item: string,
    expected: string,
    commit: string,
    integrated: Facts['integration.ordered'],
  ): Promise<void> {
    const { repository } = this.#witness.world
    const brought = new Set((await repository.diff(integrated.expected, integrated.commit)).map(({ path }) => path))
    for (const { path } of await repository.diff(expected, commit))
      if (!brought.has(path) && path !== tickFile)
        this.#breaks('reverted', `${path} changes as ${item} is taken back, which did not touch it`)
    for (const { path } of await repository.list(commit, 'out'))
      if (path.startsWith(`out/${item}-`) && brought.has(path) && (await this.#isNew(path, integrated.expected)))
        this.#breaks('reverted', `${path} is there although ${item} was taken back`)
  }

  async #isNew(path: string, before: string): Promise<boolean> {
    return (await this.#witness.world.repository.readFile(before, path)) === null
  }

  #reverted({ item, ref, commit, of }: Facts['integration.reverted']): void {
    const due = this.#reversions.get(item)
    if (due?.ordered !== commit || due.of !== of)
      this.#breaks('reverted', `${item} is said to be taken back, and that was not due`)
    if (!this.#witness.hasMoved(ref, commit)) this.#breaks('reverted', `${ref} was never at ${commit}`)
    this.#reversions.delete(item)
    this.#integrated.delete(item)
    this.#back.add(item)
  }

  readonly #hands: { readonly [K in keyof Facts]?: (data: Facts[K], entry: Read) => void } = {
    'item.opened': (data) => this.#begin(data),
    'item.reopened': (data) => {
      if (this.#integrated.has(data.id))
        this.#breaks('reverted', `${data.id} is opened again, and is on the base branch`)
      this.#begin(data)
    },
    'item.changed': ({ id, owner }) => {
      if (owner !== undefined) this.#owners.set(id, owner)
    },
    'item.closed': ({ id, duplicateOf }) => {
      if (duplicateOf !== this.#ended.get(id)) this.#breaks('duplicates', `${id} is closed in favour of ${duplicateOf}`)
      this.#open.delete(id)
    },
    'steps.carried': ({ item, carried, renewed }) => this.#move(item, carried, renewed),
    'ownership.transferred': ({ item, step, to }) => {
      this.#owners.set(step ?? item, to)
    },
    'duplicate.suspected': ({ duplicate, item, of }) => {
      this.#duplicates.set(duplicate, [item, of])
    },
    'duplicate.settled': (data) => this.#settle(data),
    'run.started': ({ item, run }) => this.#runs(item, `${run} starts`),
    'attempt.started': ({ attempt, step }) => this.#runs(step.slice(0, step.indexOf('/')), `${attempt} starts`),
    'integration.ordered': (data) => {
      this.#integrated.set(data.item, data)
    },
    'integration.refused': ({ item }) => {
      this.#integrated.delete(item)
    },
    'reversion.decided': (data) => this.#decide(data),
    'reversion.ordered': (data) => this.#order(data),
    'reversion.refused': ({ item }) => {
      this.#reversions.delete(item)
    },
    'integration.reverted': (data) => this.#reverted(data),
    'workflow.published': ({ name, version, effectiveFrom }) => {
      const versions = this.#versions.get(name) ?? []
      this.#versions.set(name, [...versions, { version, effectiveFrom, taken: false }])
    },
    'workflow.rolled-back': ({ name, version, to }, { at }) => {
      if (this.#current(name, at) !== version)
        this.#breaks('workflows', `${name}@${version} is taken back, and not in force`)
      for (const one of this.#versions.get(name) ?? []) one.taken ||= one.version === version
      if (this.#current(name, at) !== to) this.#breaks('workflows', `${name}@${to} is said to hold again`)
    },
    'workflow.migrated': ({ item, to }) => {
      this.#workflows.set(item, to)
    },
  }
}
