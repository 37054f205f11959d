// What a command is, and what it is given when it runs.
import { type Refusal, Refused, refuse } from '../core/refusals.ts'
import { jsonText } from './print/json.ts'
import { People } from './print/people.ts'
import type { Connection, Mode, World } from './world.ts'

export interface Option {
  /** Without the dashes. */
  readonly name: string
  /** What its value is called; absent for a switch. */
  readonly value?: string
  /** Takes every word up to the next option. */
  readonly many?: boolean
  readonly caption: string
}

export interface Command {
  /** `run`, or `audit verify`. */
  readonly name: string
  readonly caption: string
  /** What follows the name, e.g. `<plan> [options]`. */
  readonly usage: string
  readonly example: string
  readonly options: readonly Option[]
  /** The most words it takes, and the fewest. */
  readonly words: readonly [number, number]
  /** The stable shape that `--json` prints, in the words of TypeScript. */
  readonly json: string
  run(context: Context): Promise<number | undefined>
}

export class Context {
  readonly words: readonly string[]
  readonly json: boolean
  readonly world: World
  readonly people: People
  /** For what is no result: hints, progress. Not printed with --json. */
  readonly aside: People
  readonly #flags: ReadonlyMap<string, readonly string[]>

  constructor(world: World, words: readonly string[], flags: ReadonlyMap<string, readonly string[]>) {
    const hint = (text: string): void => this.hint(text)
    this.world = { ...world, connect: (mode, where) => world.connect(mode, { hint, ...where }) }
    this.words = words
    this.#flags = flags
    this.json = flags.has('json')
    this.people = new People(world.stdout, world.env)
    this.aside = new People(world.stderr, world.env)
  }

  /** The same without a voice. */
  silent(): Context {
    const mute = { write: () => true }
    return new Context({ ...this.world, stdout: mute, stderr: mute }, this.words, this.#flags)
  }

  /** The same, but every house it opens keeps its checkpoints at these places as well. */
  keeping(places: readonly string[]): Context {
    if (places.length === 0) return this
    const { connect, folder } = this.world
    const checkpointTo = { places, from: folder }
    const world: World = { ...this.world, connect: (mode, where) => connect(mode, { checkpointTo, ...where }) }
    return new Context(world, this.words, this.#flags)
  }

  has(name: string): boolean {
    return this.#flags.has(name)
  }

  text(name: string): string | undefined {
    return this.#flags.get(name)?.at(-1)
  }

  /** An option without which the command means nothing. */
  need(name: string, what: string): string {
    const given = this.text(name)
    if (given !== undefined && given.trim() !== '') return given
    throw new Refused(refuse('invalid', `--${name}`, `it is missing: ${what}`, `add --${name} "…"`))
  }

  all(name: string): readonly string[] {
    return this.#flags.get(name) ?? []
  }

  /** Words and numbers of options are checked here, so that the message names the option. */
  number(name: string, least: number, most: number): number | undefined {
    const given = this.text(name)
    if (given === undefined) return undefined
    const value = Number(given)
    if (!/^\d+(\.\d+)?$/.test(given) || value < least || value > most) {
      throw new Refused(
        refuse('invalid', `--${name} ${given}`, `it must be a number from ${least} to ${most}`, 'give another'),
      )
    }
    return value
  }

  whole(name: string, least: number, most: number): number | undefined {
    const value = this.number(name, least, most)
    if (value === undefined || Number.isSafeInteger(value)) return value
    throw new Refused(refuse('invalid', `--${name} ${value}`, 'it must be a whole number', 'give another'))
  }

  choice<T extends string>(name: string, of: readonly T[]): T | undefined {
    const given = this.text(name)
    if (given === undefined) return undefined
    const found = of.find((one) => one === given)
    if (found !== undefined) return found
    throw new Refused(
      refuse('invalid', `--${name} ${given}`, `it must be one of: ${of.join(', ')}`, 'give one of these'),
    )
  }

  word(at: number): string {
    return this.words[at] ?? ''
  }

  /** Opens a house, does one thing with it, and lets go of it whatever happens. */
  async with<T>(mode: Mode, act: (house: Connection) => Promise<T>): Promise<T> {
    const house = await this.world.connect(mode)
    try {
      return await act(house)
    } finally {
      await house.close()
    }
  }

  /** The result: `value` for programs, `print` for people. */
  give(value: unknown, print: (people: People) => void): void {
    if (this.json) this.world.stdout.write(`${jsonText(value)}\n`)
    else print(this.people)
  }

  hint(...text: readonly string[]): void {
    if (!this.json) this.aside.line({ text: text.join(''), style: 'dim' })
  }

  complain(refusal: Refusal): void {
    if (this.json) {
      this.world.stdout.write(`${jsonText({ error: refusal })}\n`)
      return
    }
    const where = refusal.where === undefined || refusal.where === refusal.what ? '' : ` (${refusal.where})`
    this.aside.line({ text: 'baton: ', style: 'red' }, `${refusal.what}${where}: ${refusal.why}`)
    this.aside.line('  → ', refusal.remedy)
  }
}
