// Writes any plan down as a Markdown list of boxes.
import type { PlanItem, PlanRead } from '../../core/nouns/plan.ts'
import type { StepSpec } from '../../core/nouns/step.ts'
import type { PlanComposed } from '../../core/ports.ts'
import { quoted, singleLine } from '../../core/text/neutral.ts'
import { detailsOf, type Field, lostIn, renamed, sections, statedBefore } from '../composing/words.ts'

const inWords: readonly Field[] = ['status', 'writes']

export function composeChecklist(plan: PlanRead): PlanComposed {
  const alone = plan.items.length === 1
  const files = plan.items.map((item) => {
    return { path: alone ? 'plan.md' : `${item.id}.md`, bytes: Buffer.from(listOf(item)) }
  })
  return { files, lost: lostIn(plan, inWords) }
}

function listOf(item: PlanItem): string {
  const lines = [`# ${quoted(item.title, 200)}`, '']
  if (item.brief !== item.title)
    lines.push(...item.brief.split('\n').map((line) => `> ${singleLine(line)}`.trimEnd()), '')
  // A word alone is no id to a reader of lists; one with a number in it is.
  const keys = renamed(
    item.steps,
    (key) => (/\d/.test(key) ? 1 : undefined),
    (number) => `S${number}`,
  )
  for (const { title, steps } of sections(item)) {
    if (title !== '') lines.push(`## ${singleLine(title)}`, '')
    for (const step of steps) lines.push(...linesOf(step, keys, item.policy === 'graph'))
    lines.push('')
  }
  return lines.join('\n')
}

function linesOf(step: StepSpec, keys: ReadonlyMap<string, string>, graph: boolean): string[] {
  const key = keys.get(step.key) ?? step.key
  const before = statedBefore(step, keys)
  const words = [
    `**${key}**: ${harmless(step.title)}`,
    ...(graph || step.parallel ? ['[P]'] : []),
    ...(before.length === 0 ? [] : [`(depends on ${before.join(', ')})`]),
    ...(step.priority === undefined ? [] : [`(P${step.priority})`]),
    ...(step.owner === undefined || /\s/.test(step.owner) ? [] : [`@${step.owner}`]),
    ...(step.labels ?? []).filter((label) => /^[\w-]+$/.test(label)).map((label) => `#${label}`),
  ]
  const box = step.ticked || step.status === 'cancelled' ? 'x' : ' '
  const criteria = step.exitCriteria ?? []
  return [
    `- [${box}] ${words.join(' ')}`,
    ...detailsOf(step, key, inWords).map((line) => (line === '' ? '' : `      ${harmless(line)}`)),
    ...criteria.map((line) => `      Done when: ${harmless(line)}`),
  ]
}

/** Words that a list would read: boxes, fences, comments. */
function harmless(text: string): string {
  return singleLine(text)
    .replace(/^(\s*)(?:[-*+]|\d{1,9}[.)])\s{1,8}\[.\]\s?/, '$1')
    .replace(/`{3,}|~{3,}/g, "'''")
    .replaceAll('<!--', '<! --')
}
