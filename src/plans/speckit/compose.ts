// Writes any plan down as spec-kit features: one folder an item, each with a tasks.md.
import type { PlanItem, PlanRead } from '../../core/nouns/plan.ts'
import type { StepSpec } from '../../core/nouns/step.ts'
import type { PlanComposed } from '../../core/ports.ts'
import { quoted, singleLine } from '../../core/text/neutral.ts'
import { detailsOf, type Field, lostIn, renamed, sections, statedBefore } from '../composing/words.ts'

const inWords: readonly Field[] = ['status', 'owner', 'priority', 'labels', 'criteria', 'writes']

export function composeSpeckit(plan: PlanRead): PlanComposed {
  const files = plan.items.map((item, at) => {
    const path = `specs/${folderOf(item.id, at + 1)}/tasks.md`
    return { path, bytes: Buffer.from(tasksOf(item)) }
  })
  return { files, lost: lostIn(plan, inWords) }
}

function folderOf(id: string, number: number): string {
  return /^\d{3,}-/.test(id) ? id : `${String(number).padStart(3, '0')}-${id.toLowerCase()}`
}

/** A plan without an order of its own goes into one phase, in which only what is stated holds anything back. */
function tasksOf(item: PlanItem): string {
  const keys = renamed(item.steps, numberOf, (number) => `T${String(number).padStart(3, '0')}`)
  const lines = [`# Tasks: ${quoted(item.title, 200)}`, '']
  if (item.brief !== item.title)
    lines.push(...item.brief.split('\n').map((line) => `> ${singleLine(line)}`.trimEnd()), '')
  const graph = item.policy === 'graph'
  if (graph) lines.push('## Phase 1: Work', '')
  for (const [at, { title, steps }] of sections(item).entries()) {
    const bare = singleLine(title).replace(/^phase\s+[\w.]+\s*[:–—-]\s*/i, '')
    if (!graph) lines.push(`## Phase ${at + 1}: ${bare || 'Work'}`, '')
    else if (title !== '') lines.push(`### ${bare}`, '')
    for (const step of steps) lines.push(...linesOf(step, keys, graph))
    lines.push('')
  }
  return lines.join('\n')
}

function numberOf(key: string): number | undefined {
  return /^T\d{3,12}$/.test(key) ? Number(key.slice(1)) : undefined
}

function linesOf(step: StepSpec, keys: ReadonlyMap<string, string>, graph: boolean): string[] {
  const key = keys.get(step.key) ?? step.key
  const marks = [...(graph || step.parallel ? ['[P]'] : []), ...(step.story === undefined ? [] : [`[${step.story}]`])]
  const before = statedBefore(step, keys)
  const words = [
    key,
    ...marks,
    harmless(step.title),
    ...(before.length === 0 ? [] : [`(depends on ${before.join(', ')})`]),
  ]
  const box = step.ticked || step.status === 'cancelled' ? '[X]' : '[ ]'
  return [
    `- ${box} ${words.join(' ')}`,
    ...detailsOf(step, key, inWords).map((line) => (line === '' ? '' : `    ${harmless(line)}`)),
  ]
}

/** Words that the format itself would read: boxes, fences, comments, and ids that mean other steps now. */
function harmless(text: string): string {
  return text
    .replace(/^(\s*)(?:[-*+]|\d{1,9}[.)])\s{1,8}\[[ xX]\]\s?/, '$1- ')
    .replace(/`{3,}|~{3,}/g, "'''")
    .replaceAll('<!--', '<! --')
}
