// Holds what a method really answers to what its schema says: by zod, and by a validator of the JSON Schema that others are given.
import { realpathSync } from 'node:fs'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { expect, onTestFinished } from 'vitest'
import type { z } from 'zod'
import { answerSchema, answers } from '../../src/api/answers/index.ts'
import { methods } from '../../src/api/index.ts'
import type { AnyMethod, Caller } from '../../src/api/method.ts'
import { everything } from '../../src/api/scopes.ts'
import { inside } from '../../src/client/inside.ts'
import type { House } from '../../src/core/ports/house.ts'
import { type LocalOptions, openHouse } from '../../src/presets/local.ts'
import type { Stage } from '../acceptance/stage.ts'

export const all = methods as unknown as readonly AnyMethod[]

const ajv = new Ajv2020({ strict: false, allErrors: true })
const validators = new Map<string, ValidateFunction>()

function validatorOf(name: string): ValidateFunction {
  const known = validators.get(name) ?? ajv.compile(answerSchema(name) ?? false)
  validators.set(name, known)
  return known
}

/** Fails with the method's name and what does not fit. A value from a wire and one from this process are held to the same. */
export function conforms(name: string, given: unknown): void {
  const schema: z.ZodType | undefined = answers[name as keyof typeof answers]
  if (schema === undefined) throw new Error(`${name} has no schema of its answer`)
  const parsed = schema.safeParse(given)
  expect(parsed.error?.issues ?? [], `${name} by its schema`).toEqual([])
  const valid = validatorOf(name)
  valid(JSON.parse(JSON.stringify(given)))
  expect(valid.errors ?? [], `${name} by its JSON Schema`).toEqual([])
}

export interface Asking {
  readonly made: Stage
  readonly house: House
  readonly ask: Conforming
}

/** A house over the home of a stage, until the test is over. */
export async function asking(made: Stage, options: Omit<LocalOptions, 'home'>): Promise<Asking> {
  const house = await openHouse({ home: made.home, ...options })
  onTestFinished(() => house.close('stop'))
  return { made, house, ask: new Conforming(house, made.path) }
}

type Who = Omit<Caller, 'folder'>

/** Calls of methods by name, each answer held to its schema; `asked` counts the answers of each method. */
export class Conforming {
  readonly asked: Map<string, number>
  readonly #house: House
  readonly #folder: string
  readonly #calls: ReturnType<typeof inside>

  constructor(house: House, folder: string, who: Who = { name: 'ann', may: everything }, asked = new Map()) {
    this.asked = asked
    this.#house = house
    this.#folder = realpathSync(folder)
    this.#calls = inside(all, house, { ...who, folder: this.#folder }, async () => undefined)
  }

  /** The same house for somebody else; what is asked counts together. */
  as(who: Who): Conforming {
    return new Conforming(this.#house, this.#folder, who, this.asked)
  }

  // biome-ignore lint/suspicious/noExplicitAny: its shape is what is being found out.
  async call(name: string, params: object = {}): Promise<any> {
    return this.#held(name, await this.#calls.ask(name, params))
  }

  /** The first values of a stream. */
  async some(name: string, params: object, most: number): Promise<unknown[]> {
    const values: unknown[] = []
    for await (const value of this.#calls.stream(name, params)) {
      values.push(this.#held(name, value))
      if (values.length >= most) break
    }
    return values
  }

  #held<T>(name: string, value: T): T {
    conforms(name, value)
    this.asked.set(name, (this.asked.get(name) ?? 0) + 1)
    return value
  }
}
