// Writes any plan down as Task Master's tasks.json: each item a tag, each step a task.
import type { PlanItem, PlanRead } from '../../core/nouns/plan.ts'
import type { StepSpec } from '../../core/nouns/step.ts'
import type { PlanComposed } from '../../core/ports.ts'
import { neutral } from '../../core/text/neutral.ts'
import { detailsOf, type Field, lostIn, renamed, waitsOf } from '../composing/words.ts'
import { wordFor } from './statuses.ts'

const inWords: readonly Field[] = ['owner', 'labels', 'writes']

export function composeTaskmaster(plan: PlanRead): PlanComposed {
  const alone = plan.items.length === 1
  const tags = plan.items.map((item) => [alone ? 'master' : item.id.replace(/^taskmaster-/, ''), tagOf(item)] as const)
  const text = `${JSON.stringify(Object.fromEntries(tags), null, 2)}\n`
  return { files: [{ path: '.taskmaster/tasks/tasks.json', bytes: Buffer.from(text) }], lost: lostIn(plan, inWords) }
}

function tagOf(item: PlanItem): unknown {
  const keys = renamed(item.steps, (key) => (/^[1-9]\d{0,8}$/.test(key) ? Number(key) : undefined), String)
  const waits = waitsOf(item, keys)
  return {
    tasks: item.steps.map((step) => taskOf(item, step, keys, waits.get(step.key) ?? [])),
    metadata: { description: neutral(item.brief) },
  }
}

function taskOf(item: PlanItem, step: StepSpec, keys: ReadonlyMap<string, string>, before: readonly string[]): unknown {
  const key = keys.get(step.key) ?? step.key
  const details = [...(step.group === '' ? [] : [`Group: ${step.group}`]), ...detailsOf(step, key, inWords)]
  return {
    id: Number(key),
    title: neutral(step.title),
    description: neutral(step.title),
    details: details.join('\n'),
    testStrategy: (step.exitCriteria ?? []).map(neutral).join('\n'),
    status: step.ticked ? 'done' : wordFor(step.status ?? 'open'),
    priority: ['critical', 'high', 'medium', 'low'][Math.min(4, Math.max(1, step.priority ?? item.priority)) - 1],
    dependencies: before.map(Number),
    subtasks: [],
  }
}
