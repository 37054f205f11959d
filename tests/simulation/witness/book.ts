// The witness's own account of steps and attempts, kept from the facts alone, without the house's fold.
import type { Facts, FactType } from '../../../src/core/facts.ts'
import type { StepSpec } from '../../../src/core/nouns/step.ts'

export type Own = 'waiting' | 'busy' | 'landed' | 'skipped' | 'ended'

export interface OwnStep {
  readonly id: string
  readonly item: string
  spec: StepSpec
  phase: Own
  wanted: boolean
  retired: boolean
  /** What it counts as landed by; it goes with the work to another name. */
  landed?: string | undefined
}

export interface OwnAttempt {
  readonly id: string
  readonly step: string
  readonly item: string
  /** The branch of its item then: an item that is opened again works on another. */
  readonly branch: string
  /** Its item was opened again since. */
  past: boolean
  readonly agent: string
  /** Nothing of the house does it. */
  readonly outside: boolean
  readonly fence: number
  readonly base: string
  ended: boolean
  released: boolean
  succeeded: boolean
  commit: string | undefined
  landed: string | undefined
  /** What its step said that it would write, when it began or ended. */
  writes: readonly string[]
}

export interface OwnGate {
  readonly kind: string
  readonly item: string
  readonly step: string | undefined
  readonly attempt: string | undefined
  /** Parts that it would add; the work itself is not what it asks about. */
  readonly proposes: boolean
  answer: string | undefined
  open: boolean
  /** Its item was opened again since. */
  past: boolean
}

export interface OwnItem {
  readonly id: string
  readonly branch: string
  policy: string
  parallel: number
  tip: string
  run: string | undefined
  readonly landings: string[]
  /** A person let steps count as done whose commits are not on the branch any more. */
  lenient: boolean
}

/** One fact as the witness reads it. */
export interface Read {
  readonly seq: number
  readonly at: number
  readonly by: string
  readonly because: string
  readonly type: string
  readonly stream: string
  readonly data: unknown
}

type Hand<K extends FactType> = (data: Facts[K], entry: Read) => void

const isOver = (spec: StepSpec): boolean => spec.ticked || spec.status === 'cancelled'

/** Invariant: nothing here is read from the house's state. */
export class Book {
  readonly steps = new Map<string, OwnStep>()
  readonly attempts = new Map<string, OwnAttempt>()
  readonly gates = new Map<string, OwnGate>()
  readonly items = new Map<string, OwnItem>()
  /** Attempts in the order in which they became ready to land, for each item. */
  readonly lanes = new Map<string, string[]>()

  take(entry: Read): void {
    const hand = this.#hands[entry.type as FactType] as Hand<FactType> | undefined
    hand?.(entry.data as never, entry)
  }

  step(id: string): OwnStep {
    const step = this.steps.get(id)
    if (step === undefined) throw new Error(`No fact added the step ${id}.`)
    return step
  }

  attempt(id: string): OwnAttempt {
    const attempt = this.attempts.get(id)
    if (attempt === undefined) throw new Error(`No fact started the attempt ${id}.`)
    return attempt
  }

  item(id: string): OwnItem {
    const item = this.items.get(id)
    if (item === undefined) throw new Error(`No fact opened the item ${id}.`)
    return item
  }

  ofItem(id: string): OwnStep[] {
    return [...this.steps.values()].filter((step) => step.item === id)
  }

  /** Attempts of the step as it is now, without those from before its item was opened again. */
  ofStep(id: string): OwnAttempt[] {
    return [...this.attempts.values()].filter((one) => one.step === id && !one.past)
  }

  lane(item: string): string[] {
    const lane = this.lanes.get(item) ?? []
    this.lanes.set(item, lane)
    return lane
  }

  #openGates(step: string): readonly OwnGate[] {
    return [...this.gates.values()].filter((gate) => gate.step === step && gate.open)
  }

  /** What its plan has put in question waits until that is answered. */
  #queue(id: string): void {
    const { step } = this.attempt(id)
    if (this.#openGates(step).some(({ kind, proposes }) => kind === 'plan' || proposes)) return
    const lane = this.lane(this.step(step).item)
    if (!lane.includes(id)) lane.push(id)
  }

  #goOn({ step: id }: OwnGate): void {
    if (id === undefined || this.step(id).phase !== 'busy' || this.#openGates(id).length > 0) return
    const last = this.ofStep(id).at(-1)
    if (last?.ended === true && last.succeeded) this.#queue(last.id)
  }

  #anew(id: string, phase: Own): void {
    const step = this.step(id)
    this.#leave(step, isOver(step.spec) && phase !== 'landed' ? 'skipped' : phase)
  }

  #leave(step: OwnStep, phase: Own): void {
    step.phase = phase
    const lane = this.lane(step.item)
    for (let at = lane.length - 1; at >= 0; at--)
      if (this.attempt(lane[at] as string).step === step.id) lane.splice(at, 1)
  }

  #open({ id, branch, policy, base }: Facts['item.opened']): void {
    this.items.set(id, { id, branch, policy, tip: base, parallel: 0, run: undefined, landings: [], lenient: false })
  }

  /** What was done before was taken back: of that nothing counts any more, and only its names are never given again. */
  #reopen(data: Facts['item.reopened']): void {
    for (const step of this.ofItem(data.id)) this.steps.delete(step.id)
    for (const attempt of this.attempts.values()) attempt.past ||= attempt.item === data.id
    for (const gate of this.gates.values()) gate.past ||= gate.item === data.id
    this.lanes.delete(data.id)
    this.#open(data)
  }

  readonly #hands: { readonly [K in FactType]?: Hand<K> } = {
    'item.opened': (data) => this.#open(data),
    'item.reopened': (data) => this.#reopen(data),
    'item.changed': (data) => {
      if (data.policy !== undefined) this.item(data.id).policy = data.policy
    },
    'steps.added': (data) => {
      for (const spec of data.steps) {
        const id = `${data.item}/${spec.key}`
        const phase = isOver(spec) ? 'skipped' : 'waiting'
        this.steps.set(id, { id, item: data.item, spec, phase, wanted: false, retired: false })
      }
    },
    'step.changed': (data) => {
      const step = this.step(data.step)
      step.spec = data.spec
      step.retired = false
    },
    'step.retired': (data) => {
      const step = this.step(data.step)
      step.retired = true
      step.wanted = false
    },
    'steps.carried': (data) => {
      const was = new Map(data.carried.map(({ from }) => [from, this.step(`${data.item}/${from}`).phase]))
      const landings = new Map(data.carried.map(({ from }) => [from, this.step(`${data.item}/${from}`).landed]))
      for (const key of data.renewed) this.#anew(`${data.item}/${key}`, 'waiting')
      for (const { from, to } of data.carried) {
        const before = was.get(from) ?? 'waiting'
        this.#anew(`${data.item}/${to}`, before === 'busy' ? 'waiting' : before)
        if (before === 'landed') this.step(`${data.item}/${to}`).landed = landings.get(from)
      }
    },
    'run.widened': (data) => {
      for (const key of data.steps) {
        const step = this.step(`${data.item}/${key}`)
        step.wanted ||= !step.retired
      }
    },
    'branch.adopted': (data) => {
      this.item(data.item).tip = data.commit
    },
    'run.started': (data) => {
      const item = this.item(data.item)
      item.policy = data.policy
      item.parallel = data.parallel
      item.run = data.run
      for (const step of this.ofItem(item.id)) {
        step.wanted = !step.retired && (data.selection.length === 0 || data.selection.includes(step.spec.key))
        if (data.force && step.wanted && step.phase === 'skipped') step.phase = 'waiting'
      }
    },
    'run.ended': (data) => {
      for (const item of this.items.values()) if (item.run === data.run) item.run = undefined
    },
    'attempt.started': (data, entry) => {
      this.step(data.step).phase = 'busy'
      this.attempts.set(data.attempt, {
        id: data.attempt,
        step: data.step,
        item: this.step(data.step).item,
        branch: this.item(this.step(data.step).item).branch,
        past: false,
        agent: data.agent,
        outside: data.outside !== undefined,
        fence: entry.seq,
        base: data.base,
        ended: false,
        released: false,
        succeeded: false,
        commit: undefined,
        landed: undefined,
        writes: this.step(data.step).spec.writes,
      })
    },
    'attempt.ended': (data) => {
      const attempt = this.attempt(data.attempt)
      attempt.ended = true
      attempt.succeeded = data.outcome.kind === 'succeeded'
      attempt.commit = data.commit
      attempt.writes = [...attempt.writes, ...this.step(attempt.step).spec.writes]
      if (attempt.succeeded) this.#queue(attempt.id)
    },
    'claim.released': (data) => {
      this.attempt(data.attempt).released = true
    },
    'gate.opened': (data) => {
      const { gate, kind, item, step, attempt } = data
      const proposes = data.proposes !== undefined
      this.gates.set(gate, { kind, item, step, attempt, proposes, answer: undefined, open: true, past: false })
      const lane = this.lane(item)
      if (attempt !== undefined && lane.includes(attempt)) lane.splice(lane.indexOf(attempt), 1)
    },
    'gate.answered': (data) => {
      const gate = this.gates.get(data.gate)
      if (gate === undefined) throw new Error(`No fact opened the gate ${data.gate}.`)
      gate.open = false
      gate.answer = data.review.answer
      if (gate.kind === 'foreign' && gate.answer === 'keep') this.item(gate.item).lenient = true
      if (gate.answer === 'approve' && gate.proposes) this.#goOn(gate)
      else if (gate.answer === 'approve' && gate.attempt !== undefined) this.#queue(gate.attempt)
      if (gate.kind === 'plan' && gate.answer === 'keep') this.#goOn(gate)
    },
    'gate.mooted': (data) => {
      const gate = this.gates.get(data.gate)
      if (gate !== undefined) gate.open = false
    },
    'step.requeued': (data) => this.#leave(this.step(data.step), 'waiting'),
    'step.reworked': (data) => {
      const step = this.step(data.step)
      this.#leave(step, 'waiting')
      if (this.item(step.item).run !== undefined) step.wanted = true
    },
    'step.failed': (data) => this.#leave(this.step(data.step), 'ended'),
    'step.cancelled': (data) => this.#leave(this.step(data.step), 'ended'),
    'step.skipped': (data) => this.#leave(this.step(data.step), 'skipped'),
    'landing.done': (data) => {
      const attempt = this.attempt(data.attempt)
      const step = this.step(attempt.step)
      this.#leave(step, 'landed')
      attempt.landed = data.commit
      step.landed = data.commit
      const item = this.item(step.item)
      item.tip = data.commit
      item.landings.push(data.commit)
    },
  }
}
