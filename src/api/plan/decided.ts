// What reading a plan into the house decided, in sentences, from the facts that it made.

import type { Facts, FactType } from '../../core/facts.ts'
import type { Entry } from '../../core/nouns/entry.ts'

export interface PlanDecided {
  readonly what: string
  readonly step?: string
  readonly text: string
}

type Teller<K extends FactType> = (data: Facts[K]) => readonly PlanDecided[]

const one = (what: string, text: string, step?: string): PlanDecided[] => [
  { what, text, ...(step === undefined ? {} : { step }) },
]

const tellers: { readonly [K in FactType]?: Teller<K> } = {
  'item.opened': ({ id, branch }) => one('opened', `${id} is new; its work goes to the branch ${branch}.`),
  'item.changed': ({ id, ...changes }) =>
    one('changed', `${id} itself has changed: ${Object.keys(changes).join(', ')}.`),
  'steps.added': ({ item, steps }) =>
    steps.flatMap(({ key, title }) => one('added', `${key} is new: "${title}".`, `${item}/${key}`)),
  'step.changed': ({ step, spec }) =>
    one('changed', `${spec.key} is asked for in other words, or waits for others: "${spec.title}".`, step),
  'step.retired': ({ step, why }) => one('retired', `${keyOf(step)} is retired, and its record stays: ${why}.`, step),
  'steps.carried': ({ item, carried, renewed }) => [
    ...carried.flatMap(({ from, to }) =>
      one('carried', `${to} takes over how ${from} stood: the plan was renumbered.`, `${item}/${to}`),
    ),
    ...renewed.flatMap((key) =>
      one('renewed', `${key} begins anew: it stands for other work than before.`, `${item}/${key}`),
    ),
  ],
  'step.skipped': ({ step, why }) => one('skipped', `${keyOf(step)} is skipped: ${why}.`, step),
  'run.widened': ({ steps }) => one('joined', `The run under way takes in ${steps.join(', ')}.`),
  'gate.opened': ({ gate, step, asks }) => one('asked', `${gate}: ${asks}`, step),
  'gate.mooted': ({ gate, why }) => one('mooted', `${gate} is not asked any more: ${why}.`),
  'blocker.raised': ({ blocker, step, notes }) =>
    one('held', `${keyOf(step ?? '')} is held (${blocker}): ${notes}.`, step),
  'blocker.cleared': ({ blocker, notes }) => one('let go', `${blocker} is gone: ${notes}.`),
}

const keyOf = (step: string): string => step.slice(step.indexOf('/') + 1)

export function decidedIn(facts: readonly Entry[]): PlanDecided[] {
  return facts.flatMap((entry) => {
    const tell = tellers[entry.type as FactType] as Teller<FactType> | undefined
    return tell === undefined ? [] : tell(entry.data as never)
  })
}
