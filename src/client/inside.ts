// Calls to a house in the same process.
import type { AnyMethod, Caller } from '../api/method.ts'
import { perform, refusalFrom, stream } from '../api/perform.ts'
import type { House } from '../core/ports/house.ts'
import { Refused, refuse } from '../core/refusals.ts'
import type { Transport } from './calls.ts'

/** `close` is what closing means to whoever opened the house; `notice` is told why a call has to wait, and '' when it goes on. */
export function inside(
  methods: readonly AnyMethod[],
  house: House,
  caller: Caller,
  close: () => Promise<void>,
  notice: (waits: string) => void = () => undefined,
): Transport {
  const named = (name: string): AnyMethod => {
    const method = methods.find((one) => one.name === name)
    if (method === undefined)
      throw new Refused(refuse('not-found', `method ${name}`, 'there is none', 'see docs/api.md'))
    return method
  }
  return {
    ask: async (name, params) => {
      const calm = house.onWait?.(notice)
      const performed = await perform(named(name), house, caller, params).finally(calm)
      if (!performed.ok) throw new Refused(performed.refusal)
      return performed.result
    },
    stream: async function* (name, params) {
      try {
        yield* stream(named(name), house, caller, params)
      } catch (error) {
        throw new Refused(refusalFrom(error, name))
      }
    },
    close,
  }
}
