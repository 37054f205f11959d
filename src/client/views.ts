// The methods that a client answers itself, out of the state that it mirrors.
import { blockerList } from '../api/blocker/list.ts'
import { countList } from '../api/count/list.ts'
import { countShow } from '../api/count/show.ts'
import { gateList } from '../api/gate/list.ts'
import type { ViewMethod } from '../api/method.ts'
import { nameFind } from '../api/name/find.ts'
import { isRefusal } from '../api/refusal.ts'
import { statusItem } from '../api/status/item.ts'
import { statusList } from '../api/status/list.ts'
import { statusStep } from '../api/status/step.ts'
import { stepReady } from '../api/step/ready.ts'
import { stepWhy } from '../api/step/why.ts'
import { Refused, refuse } from '../core/refusals.ts'
import type { State } from '../core/state.ts'
import { quoted } from '../core/text/neutral.ts'

/** Named one by one and not taken from the whole list, so that a browser loads none of the others. What is missing is asked. */
const views = {
  'blocker/list': blockerList,
  'count/list': countList,
  'count/show': countShow,
  'gate/list': gateList,
  'name/find': nameFind,
  'status/item': statusItem,
  'status/list': statusList,
  'status/step': statusStep,
  'step/ready': stepReady,
  'step/why': stepWhy,
} as const

export type ViewName = keyof typeof views
export const mirrored = Object.keys(views) as readonly ViewName[]

/** What a view says of this state; undefined when it is about a past one, or is not among those that are known here. */
export function viewed(
  name: string,
  state: State,
  now: number,
  given: unknown,
): { readonly result: unknown } | undefined {
  const view = Object.hasOwn(views, name) ? (views[name as ViewName] as ViewMethod<unknown, unknown>) : undefined
  if (view === undefined) return undefined
  const parsed = view.params.safeParse(given ?? {})
  if (!parsed.success) throw new Refused(unfit(name, parsed.error.issues))
  if (view.at?.(parsed.data) !== undefined) return undefined
  const result = view.view(state, now, parsed.data)
  if (isRefusal(result)) throw new Refused(result)
  return { result }
}

function unfit(name: string, issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[]) {
  const said = issues.slice(0, 5).map(({ path, message }) => {
    const where = path.map(String).join('.')
    return where === '' ? message : `${quoted(where)}: ${quoted(message, 200)}`
  })
  return refuse('invalid', name, said.join('; '), 'see the method in docs/api.md')
}
