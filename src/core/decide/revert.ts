// Decides whether an integration is taken back, and what is recorded of it.
import { fact } from '../facts.ts'
import { type Refusal, refuse } from '../refusals.ts'
import type { ClosedItem, Reversion, State } from '../state.ts'
import type { Wish, Wishes } from '../wishes.ts'
import type { Decided } from './answer.ts'

/** The decision alone. Whoever asks again while it is carried out is told so: there is nothing to decide twice. */
export function revertItem(state: State, { item, why }: Wishes['item.revert'], wish: Wish): Decided {
  const closed = state.closed.get(item)
  if (closed === undefined) return state.items.has(item) ? notYet(item) : unknown(item)
  const no = (why: string, remedy: string): Refusal => refuse('conflict', `revert of ${item}`, why, remedy)
  if (why.trim() === '')
    return refuse('invalid', `revert of ${item}`, 'no reason was given', `baton revert ${item} --why "<reason>"`)
  if (closed.integration === undefined)
    return no(`it never came to the base branch: ${closed.why}`, 'nothing is to be taken back')
  const { reversion, integration } = closed
  if (reversion?.done !== undefined)
    return no(
      `it was taken back already, as ${reversion.done.slice(0, 10)}`,
      `baton status ${item} says by whom and why`,
    )
  if (reversion !== undefined)
    return no(`${reversion.by} has decided it, and it is being carried out`, `wait: baton status ${item}`)
  return [fact('reversion.decided', item, { item, commit: integration.commit, why, by: wish.by })]
}

function notYet(item: string): Refusal {
  const remedy = `run the steps again while it is open: baton run <plan> --include <step> --force`
  return refuse('conflict', `revert of ${item}`, 'it is not integrated yet, so nothing of it can be taken back', remedy)
}

function unknown(item: string): Refusal {
  return refuse(
    'not-found',
    `item ${item}`,
    'no plan with this name has been read here',
    'baton status lists the items',
  )
}

export function orderReversion(state: State, data: Wishes['reversion.order']): Decided {
  const due = underWay(state, data.item)
  if (due === undefined || due.reversion.ordered !== undefined)
    return notDue(data.item, 'nobody decided it, or it is already ordered')
  return [fact('reversion.ordered', data.item, { ...data, ref: due.integration.ref })]
}

export function settleReversion(state: State, { item }: Wishes['reversion.settle']): Decided {
  const due = underWay(state, item)
  if (due?.reversion.ordered === undefined) return notDue(item, 'it is not ordered, or it is done')
  const { ref, commit } = due.reversion.ordered
  return [fact('integration.reverted', item, { item, ref, commit, of: due.integration.commit, by: due.reversion.by })]
}

export function refuseReversion(state: State, data: Wishes['reversion.refuse']): Decided {
  if (underWay(state, data.item) === undefined) return notDue(data.item, 'it is not under way')
  return [fact('reversion.refused', data.item, data)]
}

type Due = { readonly integration: NonNullable<ClosedItem['integration']>; readonly reversion: Reversion }

function underWay(state: State, id: string): Due | undefined {
  const { integration, reversion } = state.closed.get(id) ?? {}
  if (integration === undefined || reversion === undefined || reversion.done !== undefined) return undefined
  return { integration, reversion }
}

function notDue(item: string, why: string): Refusal {
  return refuse('conflict', `revert of ${item}`, why, 'nothing to do: Baton looks again by itself')
}
