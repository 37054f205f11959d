// Workflow files as plans: an ordered list of steps with criteria and gates, in YAML or JSON; and items that go by one.
import { z } from 'zod'
import type { PlanItem, PlanNote, PlanRead } from '../core/nouns/plan.ts'
import type { StepSpec } from '../core/nouns/step.ts'
import type { Files, PlanFormat } from '../core/ports.ts'
import { quoted } from '../core/text/neutral.ts'
import { readYaml, type YamlRead } from '../core/text/yaml.ts'
import { misshapen } from './reading/shape.ts'
import { isWorkItem, readWorkItem } from './work-item.ts'

const bytesAtMost = 1_048_576
const words = z.string().min(1).max(20_000)
const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'must be letters, digits, dot, dash or underscore')
const version = z.union([z.string().min(1).max(100), z.number()])
const list = z.array(words).max(500)

const stepShape = z.strictObject({
  key: name,
  title: words.optional(),
  description: words.optional(),
  order: z.int().min(1).max(1_000_000),
  parallelizable: z.boolean(),
  entryCriteria: list,
  exitCriteria: list.min(1),
  responsibleRole: words,
  gateKey: name.optional(),
  supportingTasks: list.default([]),
  dependsOn: z.array(name).max(500).default([]),
  constraintKeys: z.array(name).max(100).default([]),
  writes: z.array(words.max(400)).max(200).default([]),
})

const workflowShape = z.object({
  id: name,
  name: words.max(400),
  version,
  schemaVersion: version.optional(),
  effectiveFrom: z.string().optional(),
  effectiveTo: z.string().nullish(),
  steps: z.array(stepShape).min(1).max(10_000),
})

type WorkflowStep = z.infer<typeof stepShape>

function cleanPath(path: string): string | undefined {
  const clean = path.replaceAll('\\', '/').replace(/^(?:\.\/)+/, '')
  const out = clean.startsWith('/') || clean.includes('\0') || clean.split('/').includes('..')
  return out || !/\.(?:ya?ml|json)$/i.test(clean) ? undefined : clean
}

async function textOf(files: Files, path: string): Promise<string | undefined> {
  const bytes = await files.read(path)
  if (bytes === null || bytes.length > bytesAtMost) return undefined
  return new TextDecoder().decode(bytes)
}

/** Cheap: the words must be there before anything is parsed. */
async function detect(files: Files, path: string): Promise<{ sure: number; why: string } | undefined> {
  const clean = cleanPath(path)
  const text = clean === undefined ? undefined : await textOf(files, clean)
  if (text !== undefined && isWorkItem(text)) return { sure: 0.9, why: `${clean} is an item that names its workflow` }
  if (text === undefined || !/\bsteps\b/.test(text) || !/\bexitCriteria\b/.test(text)) return undefined
  if (text.includes('"baton-plan/')) return undefined
  return { sure: 0.9, why: `${clean} has steps with exitCriteria` }
}

async function holdsSteps(files: Files, path: string): Promise<boolean> {
  const text = await textOf(files, path)
  return text !== undefined && !isWorkItem(text) && /\bexitCriteria\b/.test(text)
}

function briefOf(step: WorkflowStep): string {
  const lines = [step.description ?? step.title ?? step.key]
  const say = (title: string, each: readonly string[]): void => {
    if (each.length > 0) lines.push('', `${title}:`, ...each.map((line) => `- ${line}`))
  }
  say('May begin when', step.entryCriteria)
  say('Done when', step.exitCriteria)
  say('Supporting tasks', step.supportingTasks)
  return lines.join('\n')
}

function safeWrites(step: WorkflowStep): string[] {
  return step.writes.filter(
    (path) => !path.startsWith('/') && !path.split('/').some((part) => part === '..' || part === '.git'),
  )
}

function specOf(step: WorkflowStep, index: number, yaml: YamlRead): StepSpec {
  return {
    key: step.key,
    title: quoted(step.title ?? step.description ?? step.key, 120),
    brief: briefOf(step),
    order: step.order,
    group: '',
    after: step.dependsOn.map((key, at) => ({ key, source: 'stated', at: yaml.at(['steps', index, 'dependsOn', at]) })),
    parallel: step.parallelizable,
    writes: safeWrites(step),
    locks: step.constraintKeys,
    role: step.responsibleRole,
    ...(step.gateKey === undefined ? {} : { gate: step.gateKey }),
    entryCriteria: step.entryCriteria,
    exitCriteria: step.exitCriteria,
    ticked: false,
    place: yaml.at(['steps', index]),
  }
}

/** What a shape cannot say: twins, strangers, circles, and paths that leave the tree. */
function faultsOf(steps: readonly WorkflowStep[], yaml: YamlRead): PlanNote[] {
  const notes: PlanNote[] = []
  const error = (path: PropertyKey[], kind: string, text: string, remedy: string): void => {
    notes.push({ ...yaml.at(['steps', ...path]), level: 'error', kind, text, remedy })
  }
  const known = new Map<string, number>()
  for (const [index, step] of steps.entries()) {
    const twin = known.get(step.key)
    if (twin === undefined) known.set(step.key, index)
    else
      error(
        [index, 'key'],
        'duplicate',
        `The key ${step.key} stands here and in line ${yaml.at(['steps', twin]).line}.`,
        'Give one of them a key of its own.',
      )
    if (safeWrites(step).length < step.writes.length) {
      error(
        [index, 'writes'],
        'path',
        `${step.key} names a path outside the repository.`,
        'Name paths relative to the repository.',
      )
    }
  }
  for (const [index, step] of steps.entries()) {
    for (const [at, key] of step.dependsOn.entries()) {
      if (!known.has(key))
        error(
          [index, 'dependsOn', at],
          'dangling',
          `${step.key} depends on ${key}, which is not a step here.`,
          'Correct the key, or delete it.',
        )
    }
  }
  const circle = circleIn(steps, known)
  if (circle) {
    const text = `These steps wait for each other in a circle: ${circle.join(' → ')}.`
    error([known.get(circle[0] ?? '') ?? 0, 'dependsOn'], 'cycle', text, 'Delete one of these dependencies.')
  }
  return notes
}

/** Takes away what waits for nothing until nothing is left; what stays holds a circle. */
function circleIn(steps: readonly WorkflowStep[], known: ReadonlyMap<string, number>): string[] | undefined {
  const left = new Map(steps.map((step) => [step.key, new Set(step.dependsOn.filter((key) => known.has(key)))]))
  const free = [...left].flatMap(([key, waits]) => (waits.size === 0 ? [key] : []))
  const next = new Map<string, string[]>(steps.map((step) => [step.key, []]))
  for (const [key, waits] of left) for (const before of waits) next.get(before)?.push(key)
  for (let key = free.pop(); key !== undefined; key = free.pop()) {
    left.delete(key)
    for (const after of next.get(key) ?? []) {
      left.get(after)?.delete(key)
      if (left.get(after)?.size === 0) free.push(after)
    }
  }
  const trail: string[] = []
  for (let key = left.keys().next().value; key !== undefined; key = left.get(key)?.values().next().value) {
    const start = trail.indexOf(key)
    if (start >= 0) return [...trail.slice(start), key]
    trail.push(key)
  }
  return undefined
}

async function read(files: Files, path: string): Promise<PlanRead> {
  const file = cleanPath(path) ?? path
  const give = (items: readonly PlanItem[], notes: readonly PlanNote[]): PlanRead => {
    return { format: 'workflow', source: path, tickFile: file, items, notes }
  }
  const text = cleanPath(path) === undefined ? undefined : await textOf(files, file)
  if (text === undefined) {
    const why = `There is no YAML or JSON file ${quoted(file, 200)} of at most 1 MiB in this revision.`
    return give([], [{ file, line: 1, level: 'error', kind: 'missing', text: why, remedy: 'Name a committed file.' }])
  }
  const yaml = readYaml(text.replace(/^\ufeff/, ''), file)
  if (yaml.notes.length > 0) return give([], yaml.notes)
  if (isWorkItem(text)) {
    const workflowIn = async (other: string) => ((await holdsSteps(files, other)) ? read(files, other) : undefined)
    const item = await readWorkItem({ files, file, yaml }, workflowIn)
    return { ...give(item.items, item.notes), ...(item.files === undefined ? {} : { files: item.files }) }
  }
  const parsed = workflowShape.safeParse(yaml.value)
  if (!parsed.success) {
    const remedy =
      'Write it in the shape of a workflow: id, name, version, steps with key, order, exitCriteria and so on.'
    return give([], misshapen(parsed.error, yaml, remedy))
  }
  const { id, name: title, steps } = parsed.data
  const item: PlanItem = {
    id,
    title: quoted(title, 200),
    brief: title,
    priority: 3,
    policy: 'document',
    workflow: `${id}@${yaml.written(['version']) ?? String(parsed.data.version)}`,
    ...(parsed.data.effectiveFrom === undefined ? {} : { effectiveFrom: parsed.data.effectiveFrom }),
    steps: steps.map((step, index) => specOf(step, index, yaml)),
    openChecklists: [],
  }
  return give([item], faultsOf(steps, yaml))
}

/** How far such an item has come is in the journal alone: its file has no boxes. */
export const workflow: PlanFormat = { name: 'workflow', writes: [], detect, read, write: async () => [] }
