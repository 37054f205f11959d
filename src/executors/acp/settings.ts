// Which of the values that a session offers are chosen: options before modes, ids as they were offered.
import type { Setting } from '../programs/index.ts'
import { asText, type Fields, fields, list, word } from './unknown.ts'

interface OfferedOption {
  readonly id: string
  readonly category: string | undefined
  readonly current: string
  /** Undefined: yes or no. */
  readonly values: readonly string[] | undefined
}

export interface Offered {
  readonly options: readonly OfferedOption[]
  readonly modes: readonly { readonly id: string; readonly name: string }[]
  readonly mode: string
}

export type Chosen =
  | { readonly kind: 'option'; readonly id: string; readonly value: string | boolean }
  | { readonly kind: 'mode'; readonly id: string }
  | { readonly kind: 'already' }

/** From the answer to `session/new` or `session/load`. */
export function offeredBy(answer: unknown): Offered {
  const { configOptions, modes } = fields(answer)
  const { availableModes, currentModeId } = fields(modes)
  return {
    options: optionsOf(configOptions),
    modes: list(availableModes).flatMap((mode) => {
      const { id, name } = fields(mode)
      return typeof id === 'string' ? [{ id, name: asText(name) }] : []
    }),
    mode: asText(currentModeId),
  }
}

export function optionsOf(configOptions: unknown): readonly OfferedOption[] {
  return list(configOptions).flatMap((option) => {
    const told = fields(option)
    const id = word(told.id)
    if (id === undefined) return []
    const values = told.type === 'boolean' ? undefined : list(told.options).flatMap(valuesIn)
    return [{ id, category: word(told.category), current: asText(told.currentValue), values }]
  })
}

/** A value, or a group of them. */
function valuesIn(entry: unknown): readonly string[] {
  const told: Fields = fields(entry)
  const value = word(told.value)
  return value === undefined ? list(told.options).flatMap((one) => word(fields(one).value) ?? []) : [value]
}

/** Undefined when nothing of the kind is offered. */
export function choose(offered: Offered, { option, values, unoffered }: Setting): Chosen | undefined {
  const own = offered.options.filter(({ id }) => id === option)
  for (const found of own.length > 0 ? own : offered.options.filter(({ category }) => category === option)) {
    const value =
      unoffered === true
        ? values[0]
        : values.find((one) => found.values?.includes(one) ?? (one === 'true' || one === 'false'))
    if (value === undefined) continue
    if (found.current === value) return { kind: 'already' }
    return { kind: 'option', id: found.id, value: found.values === undefined ? value === 'true' : value }
  }
  return option === 'mode' ? chooseMode(offered, values) : undefined
}

/** Ids may be addresses that end in what is meant. */
function chooseMode(offered: Offered, values: readonly string[]): Chosen | undefined {
  for (const value of values) {
    const mode = offered.modes.find(({ id }) => id === value || id.endsWith(`#${value}`))
    if (mode !== undefined) return mode.id === offered.mode ? { kind: 'already' } : { kind: 'mode', id: mode.id }
  }
  return undefined
}
