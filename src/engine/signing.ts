// Signs checkpoints with the key that the record names, and hands signing over to a next key.
import type { Answer, Rotation } from '../core/ports/house.ts'
import { Refused, refuse } from '../core/refusals.ts'
import type { State } from '../core/state.ts'
import { type Wish, wish } from '../core/wishes.ts'
import type { Journal } from './journal/journal.ts'
import { rotateKey, type Signer } from './journal/note.ts'
import type { SigningKeys } from './parts.ts'

export interface SigningParts {
  readonly keys: SigningKeys | undefined
  readonly origin: string
  readonly journal: Journal
  readonly state: State
  submit(wish: Wish): Promise<Answer>
  steady(): Promise<void>
}

/**
 * Invariants. 1: a key signs only after the fact that names it is on the disk. 2: once the fact that hands over is there, the key before
 * signs no more: one thing at a time, and a change that was cut off is brought to its end before anything is signed.
 */
export class Signing {
  readonly #parts: SigningParts
  #turn: Promise<unknown> = Promise.resolve()

  constructor(parts: SigningParts) {
    this.#parts = parts
  }

  /** Nothing was ever written here: a key is made with the first entry. */
  get unborn(): boolean {
    return this.#parts.keys === undefined && this.#parts.state.seq === 0
  }

  /** Why nothing can be signed here; undefined when it can. A record without any key takes this home's as its first. */
  get trouble(): string | undefined {
    const { keys, origin, state } = this.#parts
    if (keys === undefined) return 'this home has no signing key'
    const known = state.keys.get(origin)
    if (state.keys.size === 0 || this.#signerOf(known) !== undefined) return undefined
    const { name, id } = keys.current().verifier
    const named = known ?? [...state.keys.values()].at(-1) ?? ''
    return `the key in keys/checkpoint.pem, ${name}+${id}, is foreign: the record names ${named.split('+').slice(0, 2).join('+')}, which did not hand over to it`
  }

  #signerOf(known: string | undefined): Signer | undefined {
    const { keys } = this.#parts
    return [keys?.current(), keys?.waiting()].find((one) => one !== undefined && one.verifier.text === known)
  }

  /** A signed checkpoint over everything written so far, recorded. */
  sign(): Promise<string> {
    return this.#alone(async () => {
      const signer = await this.#ready()
      const { journal, origin } = this.#parts
      await this.#parts.steady()
      const note = journal.checkpoint(origin, [signer])
      const [, size, root = ''] = note.split('\n')
      await this.#must(wish('checkpoint.sign', 'baton', { size: Number(size), root, key: signer.verifier.text, note }))
      return note
    })
  }

  /** Says which key this home signs with, if the record does not know one yet; and ends a change of keys that was cut off. */
  publish(): Promise<void> {
    return this.#alone(async () => void (await this.#ready()))
  }

  /** The next key signs from now on, by the word of both; `lost`, a person's reason, stands in for the word of a key that is gone. */
  rotate(by: string, lost: string | undefined): Promise<Rotation> {
    return this.#alone(() => (lost === undefined ? this.#handOver(by) : this.#takeOver(by, lost)))
  }

  async #handOver(by: string): Promise<Rotation> {
    const signer = await this.#ready()
    const keys = this.#keys()
    const { origin } = this.#parts
    const next = keys.next()
    const { note } = rotateKey(origin, signer, next)
    const { seq } = await this.#must(wish('key.rotate', by, { name: origin, key: next.verifier.text, note }))
    keys.promote()
    return { key: next.verifier.text, before: signer.verifier.text, seq }
  }

  /** A key that lies in the home and is not the record's is the one that is meant; else a new one is made. */
  async #takeOver(by: string, lost: string): Promise<Rotation> {
    const keys = this.#keys()
    const { origin, state } = this.#parts
    const before = state.keys.get(origin) ?? [...state.keys.values()].at(-1)
    const fresh = this.trouble === undefined
    const signer = fresh ? keys.next() : keys.current()
    const said = wish('key.publish', by, { name: origin, key: signer.verifier.text, lost })
    const { seq } = await this.#must(said)
    if (fresh) keys.promote()
    return { key: signer.verifier.text, ...(before === undefined ? {} : { before }), seq }
  }

  async #ready(): Promise<Signer> {
    const { origin, state } = this.#parts
    const keys = this.#keys()
    if (state.keys.size === 0) {
      const { text } = keys.current().verifier
      await this.#must(wish('key.publish', 'baton', { name: origin, key: text }))
    }
    const known = state.keys.get(origin)
    if (known !== undefined && keys.waiting()?.verifier.text === known) keys.promote()
    const why = this.trouble
    if (why === undefined) return keys.current()
    const remedy = 'put the right key back into keys/checkpoint.pem; if it is lost: baton audit rotate-key --lost <why>'
    throw new Refused(refuse('conflict', 'checkpoint', why, remedy))
  }

  #keys(): SigningKeys {
    const { keys } = this.#parts
    if (keys !== undefined) return keys
    throw new Refused(refuse('conflict', 'checkpoint', 'this home has no signing key', 'baton doctor says why'))
  }

  async #must(asked: Wish): Promise<Answer & { ok: true }> {
    const answer = await this.#parts.submit(asked)
    if (!answer.ok) throw new Refused(answer.refusal)
    return answer
  }

  #alone<T>(act: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(act)
    this.#turn = mine.catch(() => undefined)
    return mine
  }
}
