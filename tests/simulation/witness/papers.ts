// Holds the handoffs to what was promised of them: for each end one file, named by one fact, with the bytes that were sealed.
import { hash } from 'node:crypto'
import type { Facts } from '../../../src/core/facts.ts'
import type { Handoff, HandoffEvent, Written } from '../../../src/core/handoffs/artifact.ts'
import { validateHandoff } from '../../../src/core/handoffs/schema.ts'
import type { Witness } from '../witness.ts'
import type { Book, Read } from './book.ts'

export const recordRef = 'refs/baton/record'

/** What a person's word leaves. */
const ofPeople: ReadonlySet<HandoffEvent> = new Set(['gate-approved', 'gate-rejected', 'attempt-rejected'])

const refusing: ReadonlySet<string> = new Set(['reject', 'deny', 'drop', 'stop'])

interface Left {
  readonly event: HandoffEvent
  readonly item: string
  readonly attempt: string | undefined
  readonly at: number
}

export interface Named extends Written {
  readonly item: string
}

/** Invariant: what must be there is worked out from the facts alone, without the house's fold. */
export class Papers {
  readonly #witness: Witness
  /** What left something, by the sequence of its fact. */
  readonly #left = new Map<number, Left>()
  /** What was named, by the same. */
  readonly named = new Map<number, Named>()
  /** Put on the ref by somebody else, or taken or changed there by them. */
  readonly foreign = new Set<string>()
  readonly harmed = new Set<string>()
  /** Digests of bytes that a person had forgotten. */
  readonly forgotten = new Set<string>()
  #begun = false

  constructor(witness: Witness) {
    this.#witness = witness
  }

  /** Asked before the book takes the fact. */
  take(book: Book, entry: Read): void {
    const { type, data, seq, at } = entry
    if (type === 'record.begun') this.#begun = true
    if (type === 'handoff.written') this.#name(data as Facts['handoff.written'])
    const left = this.#begun ? leaves(book, entry) : undefined
    if (left !== undefined) this.#left.set(seq, { ...left, at })
  }

  #name({ item, commit, files }: Facts['handoff.written']): void {
    for (const one of files) {
      const left = this.#left.get(one.of)
      if (left === undefined) this.#breaks(`${one.path} is of entry ${one.of}, which leaves nothing`)
      if (this.named.has(one.of)) this.#breaks(`entry ${one.of} is named a second time, with ${one.path}`)
      if (left === undefined) continue
      if (left.item !== item || left.event !== one.event || (left.attempt ?? item) !== (one.attempt ?? item))
        this.#breaks(`${one.path} is of ${one.event}, ${one.attempt} of ${item}, and not of ${JSON.stringify(left)}`)
      this.named.set(one.of, { ...one, item })
      this.#witness.later(() => this.#read(commit, one, left))
    }
  }

  #breaks(how: string): void {
    this.#witness.breaks('handed', how)
  }

  /** The fact comes last: what it names is there by then. */
  async #read(commit: string, one: Written, left: Left): Promise<void> {
    const { repository, disk } = this.#witness.world
    const bytes = await repository.readFile(commit, one.path)
    if (bytes === null || hash('sha256', bytes, 'hex') !== one.digest)
      return this.#breaks(`${one.path} is not in ${commit} as it was named`)
    if ((await disk.raw.get(one.digest)) === undefined && !this.forgotten.has(one.digest))
      this.#breaks(`${one.path} is named, and its bytes are not sealed`)
    const said = JSON.parse(Buffer.from(bytes).toString('utf8')) as Handoff
    const wrong = validateHandoff(said)
    const reverts = left.event === 'baseline-reverted'
    if (said.eventType !== left.event || said.workItemId !== left.item) wrong.push('it is of something else')
    if (said.attemptId !== (left.attempt ?? left.item)) wrong.push(`it is of the attempt ${said.attemptId}`)
    if (said.schemaVersion !== (reverts ? '1.1' : '1.0')) wrong.push(`its version is ${said.schemaVersion}`)
    if (said.baselineIntegration !== (left.event.startsWith('baseline') ? 'post' : 'pre')) wrong.push('its baseline')
    if (Date.parse(said.timestamp) !== Math.floor(left.at)) wrong.push(`its time is ${said.timestamp}`)
    if (said.links[0] !== `baton:journal/${one.of}`) wrong.push(`it leads to ${said.links[0]}`)
    if (wrong.length > 0) this.#breaks(`${one.path}: ${wrong.join('; ')}`)
  }

  /** The house has put files there: no file comes before the fact that it is of. */
  moved(from: string | null, to: string): void {
    const { state, world } = this.#witness
    const reach = state.seq
    this.#witness.later(async () => {
      for (const { path, kind } of await world.repository.diff(from ?? '', to)) {
        const bytes = kind === 'deleted' ? null : await world.repository.readFile(to, path)
        if (bytes === null) return this.#breaks(`the house takes ${path} from the record`)
        const [link = ''] = (JSON.parse(Buffer.from(bytes).toString('utf8')) as Handoff).links
        const of = Number(link.slice(link.lastIndexOf('/') + 1))
        if (of > reach || !this.#left.has(of))
          this.#witness.breaks('ordered', `${path} is of entry ${of}, and the disk reaches ${reach}`)
      }
    })
  }

  /** Once nothing is under way: everything is named, it lies there, and nothing else does. What a person still says to a house that closes, the next one writes. */
  async judge(whole: boolean, closedAt = Number.POSITIVE_INFINITY): Promise<void> {
    const { repository, disk } = this.#witness.world
    const tip = await repository.tip(recordRef)
    const there = new Map((tip === null ? [] : await repository.list(tip)).map((one) => [one.path, one]))
    const known = new Set([...this.named.values()].map(({ path }) => path))
    if (known.size < this.named.size) this.#breaks('two entries are named with one file')
    if (whole)
      for (const [seq, left] of this.#left)
        if (!this.named.has(seq) && !(seq > closedAt && ofPeople.has(left.event)))
          this.#breaks(`entry ${seq} (${left.event} of ${left.item}) has left no file`)
    for (const { path, digest } of this.named.values()) {
      const lost = this.harmed.has(path) && (!whole || (await disk.raw.get(digest)) === undefined)
      if (lost) continue
      const bytes = tip === null || !there.has(path) ? null : await repository.readFile(tip, path)
      if (bytes === null || hash('sha256', bytes, 'hex') !== digest)
        this.#breaks(`${path} is not on the record as it was named`)
    }
    if (!whole) return
    for (const path of there.keys())
      if (!known.has(path) && !this.foreign.has(path)) this.#breaks(`${path} is on the record, and no fact names it`)
  }
}

/** What the manual says leaves a handoff. */
function leaves(book: Book, { type, data }: Read): Omit<Left, 'at'> | undefined {
  if (type === 'attempt.ended') {
    const { attempt, outcome } = data as Facts['attempt.ended']
    if (outcome.kind === 'succeeded') return undefined
    return ofAttempt(book, outcome.kind === 'rejected' ? 'attempt-rejected' : 'attempt-failed', attempt)
  }
  if (type === 'attempt.checked') {
    const { attempt, passed } = data as Facts['attempt.checked']
    return passed ? undefined : ofAttempt(book, 'attempt-rejected', attempt)
  }
  if (type === 'step.reworked') {
    const last = book.ofStep((data as Facts['step.reworked']).step).at(-1)
    return last?.succeeded === true ? ofAttempt(book, 'attempt-rejected', last.id) : undefined
  }
  if (type === 'landing.done') return ofAttempt(book, 'attempt-completed', (data as Facts['landing.done']).attempt)
  if (type === 'gate.answered') return ofGate(book, data as Facts['gate.answered'])
  const whole = { 'integration.done': 'baseline-integration', 'integration.reverted': 'baseline-reverted' } as const
  if (type !== 'integration.done' && type !== 'integration.reverted') return undefined
  return { event: whole[type], item: (data as { item: string }).item, attempt: undefined }
}

function ofAttempt(book: Book, event: HandoffEvent, id: string): Omit<Left, 'at'> {
  const { item } = book.attempt(id)
  return { event, item, attempt: id }
}

function ofGate(book: Book, { gate: id, review }: Facts['gate.answered']): Omit<Left, 'at'> | undefined {
  const gate = book.gates.get(id)
  if (gate === undefined) return undefined
  const attempt = gate.attempt ?? (gate.step === undefined ? undefined : book.ofStep(gate.step).at(-1)?.id)
  return { event: refusing.has(review.answer) ? 'gate-rejected' : 'gate-approved', item: gate.item, attempt }
}
