// Weighs the steps of runs by their words, where a repository's router asks for it, and puts what it found into the record.

import type { Entry } from '../../core/nouns/entry.ts'
import type { Item } from '../../core/nouns/item.ts'
import type { ModelSpec } from '../../core/nouns/model.ts'
import type { Step, StepSpec } from '../../core/nouns/step.ts'
import type { Workspace } from '../../core/nouns/workspace.ts'
import type { Answer } from '../../core/ports/house.ts'
import type { Clock, Models } from '../../core/ports.ts'
import { crewOf } from '../../core/routing/agents.ts'
import { anchors, weigh } from '../../core/routing/anchors.ts'
import { weighedWithinMs } from '../../core/routing/weighed.ts'
import { runOf, type State } from '../../core/state.ts'
import { clip, singleLine } from '../../core/text/neutral.ts'
import { scrub } from '../../core/text/secrets.ts'
import { type Wish, wish } from '../../core/wishes.ts'
import type { Follower } from './follower.ts'

export interface WeighingParts {
  readonly state: State
  readonly clock: Clock
  readonly models: Models | undefined
  readonly secrets: readonly string[]
  submit(asked: Wish): Promise<Answer>
}

const stepsAtOnce = 16
/** Models that embed read a page or two. */
const lettersAtMost = 2000
/** After a failure nothing is asked for so long: it may be a model that is still being loaded. */
const againMs = 60_000
const whyAtMost = 300

/** What may bring a step that is to be weighed. */
const telling: ReadonlySet<string> = new Set([
  'workspace.trusted',
  'run.started',
  'run.resumed',
  'run.widened',
  'steps.added',
  'steps.carried',
  'step.changed',
  'step.requeued',
  'step.reworked',
])

interface Load {
  readonly workspace: Workspace
  readonly by: string
  readonly steps: readonly Step[]
}

/** What was found of each step, or why nothing was. */
type Found = readonly (readonly [Step, StepSpec, ReturnType<typeof weigh>])[] | string

/** One request at a time, whoever waits; nothing here ever throws, and no launch waits for it longer than the rules let it. */
export class Weighing implements Follower {
  readonly #parts: WeighingParts
  /** Vectors of the anchors, by the model that made them. */
  readonly #anchors = new Map<string, readonly Float32Array[]>()
  /** Weighed, whatever came of it: other words are another object. */
  readonly #asked = new WeakSet<StepSpec>()
  /** Workspaces that wait after a failure. */
  readonly #resting = new Map<string, () => void>()
  #busy = false
  #over = new AbortController()

  constructor(parts: WeighingParts) {
    this.#parts = parts
  }

  /** What an earlier epoch left unweighed. */
  takeUp(): void {
    this.#look()
  }

  saw(entries: readonly Entry[]): void {
    for (const { type, stream } of entries) if (type === 'workspace.trusted') this.#rested(stream)
    if (entries.some(({ type }) => telling.has(type))) this.#look()
  }

  close(): void {
    this.#over.abort()
    for (const calm of this.#resting.values()) calm()
    this.#resting.clear()
  }

  #rested(path: string): void {
    this.#resting.get(path)?.()
    this.#resting.delete(path)
  }

  #look(): void {
    if (!this.#busy) void this.#work()
  }

  async #work(): Promise<void> {
    this.#busy = true
    for (let load = this.#next(); load !== undefined; load = this.#next()) await this.#take(load)
    this.#busy = false
  }

  #next(): Load | undefined {
    const { state } = this.#parts
    if (this.#over.signal.aborted) return undefined
    for (const item of state.items.values()) {
      const workspace = state.workspaces.get(item.workspace)
      const by = workspace?.policy.routing.embedder
      if (workspace === undefined || by === undefined || !weighs(workspace)) continue
      if (this.#resting.has(workspace.path) || runOf(state, item)?.phase !== 'active') continue
      const steps = this.#open(item)
      if (steps.length > 0) return { workspace, by, steps }
    }
    return undefined
  }

  /** Those that could begin at once come first. */
  #open(item: Item): readonly Step[] {
    const found = new Set<Step>()
    const ready = item.board.heap.flatMap((index) => item.steps[index] ?? [])
    for (const list of [ready, item.steps]) {
      for (const step of list) {
        if (found.size >= stepsAtOnce) return [...found]
        if (step.wanted && !step.retired && step.phase === 'waiting' && this.#unweighed(step)) found.add(step)
      }
    }
    return [...found]
  }

  #unweighed(step: Step): boolean {
    return step.weight === undefined && step.attempts.length === step.attemptsBefore && !this.#asked.has(step.spec)
  }

  async #take({ workspace: { path, policy }, by, steps }: Load): Promise<void> {
    const { clock, submit } = this.#parts
    const specs = steps.map((step) => [step, step.spec] as const)
    const model = policy.models.find(({ name }) => name === by)
    const found = await this.#found(model, policy.mode === 'offline', specs)
    if (this.#over.signal.aborted) return
    if (typeof found === 'string') {
      this.#resting.set(
        path,
        clock.after(againMs, () => {
          this.#resting.delete(path)
          this.#look()
        }),
      )
      await submit(wish('weighing.miss', 'baton', { workspace: path, by, why: found }))
      return
    }
    const wishes = found.flatMap(([step, spec, weight]) => {
      this.#asked.add(spec)
      const { title, brief } = spec
      return weight === undefined ? [] : [wish('step.weigh', 'baton', { step: step.id, title, brief, by, ...weight })]
    })
    await Promise.all(wishes.map(submit))
  }

  async #found(
    model: ModelSpec | undefined,
    offline: boolean,
    specs: readonly (readonly [Step, StepSpec])[],
  ): Promise<Found> {
    if (model === undefined) return 'nobody has described it'
    if (offline && !model.local) return 'it works elsewhere, and this repository is offline'
    const key = JSON.stringify(model)
    const known = this.#anchors.get(key)
    const texts = specs.map(([, { title, brief }]) => `${title}\n${brief}`.slice(0, lettersAtMost).trim())
    const vectors = await this.#vectors(
      model,
      known === undefined ? [...anchors.map(({ text }) => text), ...texts] : texts,
    )
    if (typeof vectors === 'string') return vectors
    const told = known ?? vectors.slice(0, anchors.length)
    const weights = vectors.slice(vectors.length - texts.length).map((vector) => weigh(vector, told))
    if (weights.length !== specs.length || weights.every((one) => one === undefined)) {
      this.#anchors.delete(key)
      return 'its vectors cannot be compared with each other'
    }
    this.#anchors.set(key, told)
    return specs.map(([step, spec], at) => [step, spec, weights[at]] as const)
  }

  /** Or, within the time that a launch may wait, why there are none. */
  async #vectors(model: ModelSpec, texts: readonly string[]): Promise<readonly Float32Array[] | string> {
    const { models, clock, secrets } = this.#parts
    if (models === undefined) return 'this house asks no models'
    const late = Promise.withResolvers<string>()
    const stop = new AbortController()
    const end = (why: string): void => {
      late.resolve(why)
      stop.abort()
    }
    const closing = (): void => end('Baton is closing')
    this.#over.signal.addEventListener('abort', closing)
    const calm = clock.after(weighedWithinMs, () => end(`it did not answer within ${weighedWithinMs / 1000} s`))
    const asked = models.embed(model, texts, stop.signal).catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error)
      return clip(singleLine(scrub(why, secrets)), whyAtMost)
    })
    try {
      return await Promise.race([asked, late.promise])
    } finally {
      calm()
      this.#over.signal.removeEventListener('abort', closing)
    }
  }
}

/** Where agents are not told apart, there is nothing to weigh for. */
function weighs({ policy, trusted }: Workspace): boolean {
  return trusted !== undefined && policy.routing.router === 'semantic' && crewOf(policy).ladder.length > 0
}
