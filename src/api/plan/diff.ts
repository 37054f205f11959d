// What differs between two plans, or two states of one: found again by id, by words, or by place.
import { z } from 'zod'
import { match, sameWork } from '../../core/match.ts'
import type { PlanItem, PlanNote } from '../../core/nouns/plan.ts'
import type { StepSpec } from '../../core/nouns/step.ts'
import type { House } from '../../core/ports/house.ts'
import { type Caller, reads } from '../method.ts'
import { path, word } from '../words.ts'
import { placeIn } from './place.ts'

export interface PlanDifference {
  readonly what: 'added' | 'removed' | 'edited' | 'renumbered' | 'moved' | 'ticked' | 'unticked' | 'edges'
  readonly item: string
  /** The step's key now; for a removed one, as it was. */
  readonly step: string
  readonly was?: string
  readonly by?: 'id' | 'text' | 'position'
  /** One sentence. */
  readonly text: string
}

export interface PlanDiffered {
  readonly old: { readonly source: string; readonly format: string }
  readonly now: { readonly source: string; readonly format: string }
  readonly notes: readonly PlanNote[]
  readonly differences: readonly PlanDifference[]
}

export const planDiff = reads({
  name: 'plan/diff',
  needs: 'read',
  caption: 'What differs between two plans: steps added, removed, edited, renumbered, moved, ticked.',
  params: z.strictObject({ old: path, now: path, workspace: path.optional(), format: word.optional() }),
  read: async (house: House, { old, now, workspace, format }, caller: Caller): Promise<PlanDiffered> => {
    const { root } = await house.repository(workspace ?? caller.folder).look()
    // Both places are judged before either is read: nobody would hear of what a reading left behind says.
    const places = [old, now].map((one) => placeIn(root, caller.folder, one))
    const [before, after] = await Promise.all(places.map((place) => house.plan(place, root, format, 'folder')))
    if (before === undefined || after === undefined) throw new Error('two plans were read')
    return {
      old: { source: before.source, format: before.format },
      now: { source: after.source, format: after.format },
      notes: [...before.notes, ...after.notes].filter((note) => note.level === 'error'),
      differences: differences(before.items, after.items),
    }
  },
})

/** Items are the same by id; where each plan has one item, those two. */
export function differences(before: readonly PlanItem[], after: readonly PlanItem[]): PlanDifference[] {
  const alone = before.length === 1 && after.length === 1
  const old = new Map(before.map((item) => [alone ? '' : item.id, item]))
  const found = after.flatMap((item) => ofItem(old.get(alone ? '' : item.id)?.steps ?? [], item.steps, item.id))
  const ids = new Set(after.map((item) => item.id))
  const gone = alone ? [] : before.filter((item) => !ids.has(item.id))
  return [...found, ...gone.flatMap((item) => ofItem(item.steps, [], item.id))]
}

function ofItem(old: readonly StepSpec[], now: readonly StepSpec[], item: string): PlanDifference[] {
  const { pairs, added, removed } = match(old, now)
  const found: PlanDifference[] = []
  const say = (what: PlanDifference['what'], step: string, text: string, more: Partial<PlanDifference> = {}): void => {
    found.push({ what, item, step, text, ...more })
  }
  let last = -1
  for (const { from, to, by, alike } of pairs) {
    const [was, is] = [old[from], now[to]]
    if (was === undefined || is === undefined) continue
    if (was.key !== is.key)
      say('renumbered', is.key, `${was.key} is ${is.key} now, known by its ${by}.`, { was: was.key, by })
    if (alike < sameWork)
      say('edited', is.key, `${is.key} stands for other work now: "${is.title}", not "${was.title}".`, { by })
    else if (was.title !== is.title || was.brief !== is.brief)
      say('edited', is.key, `The words of ${is.key} have changed: "${is.title}".`, { by })
    if (edges(was) !== edges(is))
      say('edges', is.key, `${is.key} waits for ${edges(is) || 'nothing'}; it was ${edges(was) || 'nothing'}.`)
    if (was.ticked !== is.ticked)
      say(is.ticked ? 'ticked' : 'unticked', is.key, `${is.key} is ${is.ticked ? 'ticked' : 'open again'}.`)
    if (from < last) say('moved', is.key, `${is.key} stands further up now.`)
    last = Math.max(last, from)
  }
  for (const to of added) say('added', now[to]?.key ?? '', `${now[to]?.key} is new: "${now[to]?.title}".`)
  for (const from of removed) say('removed', old[from]?.key ?? '', `${old[from]?.key} is gone: "${old[from]?.title}".`)
  return found
}

function edges(step: StepSpec): string {
  return step.after
    .filter(({ source }) => source === 'stated')
    .map(({ key }) => key)
    .join(', ')
}
