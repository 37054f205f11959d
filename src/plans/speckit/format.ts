// Spec-kit features as plans: a folder under specs/ with a tasks.md, in the newest form and in that of September 2025.
import type { FileWritten, PlanChange, PlanItem, PlanRead } from '../../core/nouns/plan.ts'
import type { StepSpec } from '../../core/nouns/step.ts'
import type { Files, PlanFormat } from '../../core/ports.ts'
import { clip, quoted } from '../../core/text/neutral.ts'
import { itemId } from '../reading/names.ts'
import { Notes } from '../reading/notes.ts'
import { pathsIn } from '../reading/paths.ts'
import { composeSpeckit } from './compose.ts'
import { type Document, type ReadStep, readDocument } from './document.ts'
import { edgesOf } from './edges.ts'
import { branchIn, openChecklists, titleIn } from './feature.ts'
import { statedIn } from './stated.ts'
import { tick } from './tick.ts'
import { featureAt } from './where.ts'

const looksLikeStep = /^[ \t]{0,40}[-*+][ \t]{1,8}\[[ xX]\][ \t]{1,8}[*_`[]{0,4}T(?:\d{3,12}|XXX)(?!\w)/m

async function detect(files: Files, path: string): Promise<{ sure: number; why: string } | undefined> {
  const feature = await featureAt(files, path)
  if (feature === undefined) return undefined
  if ('candidates' in feature) return { sure: 0.9, why: `${feature.candidates.length} spec-kit features lie there` }
  const { folder, file } = feature
  const bytes = await files.read(file)
  if (bytes === null) {
    if (file !== `${folder}tasks.md` || (await files.read(`${folder}spec.md`)) === null) return undefined
    return { sure: 0.5, why: `${folder} has a spec.md, but no tasks.md yet` }
  }
  const steps = looksLikeStep.test(Buffer.from(bytes.subarray(0, 1_048_576)).toString('utf8'))
  const named = file === 'tasks.md' || file.endsWith('/tasks.md')
  const how = feature.why === undefined ? '' : `; ${feature.why}`
  if (named && steps) return { sure: 0.95, why: `${file} has lines such as "- [ ] T001 …"${how}` }
  if (named) return { sure: 0.4, why: `${file} has spec-kit's name, but no line such as "- [ ] T001 …"${how}` }
  return steps ? { sure: 0.6, why: `${file} has lines such as "- [ ] T001 …"` } : undefined
}

const sentenceEnd = /[.!?;](?=\s)/g
const abbreviated = /(?:\b(?:e\.g|i\.e|etc|vs|cf|approx|incl|resp|no)|\b[A-Za-z])$/i
const saysOrder = /\s{0,4}\((?:depends? on|blocked by|requires|needs|after|before|blocks)\b[^)]{0,400}\)/gi

/** The first sentence without marks and without what it says of order. */
function titleOf(step: ReadStep): string {
  const words = step.words
    .replace(/\*\*|`|<!--.*$/g, '')
    .replace(saysOrder, '')
    .trim()
  let end = words.length
  for (const stop of words.matchAll(sentenceEnd)) {
    const before = words.slice(0, stop.index)
    if (abbreviated.test(before.slice(-8)) || before.split('(').length > before.split(')').length) continue
    if (stop.index > 400) break
    end = stop.index
    break
  }
  const title = quoted(words.slice(0, end).replace(/[.:;,]$/, ''), 120)
  return title === '' ? step.key : title
}

function unindented(lines: readonly string[]): readonly string[] {
  const depths = lines.filter((line) => line !== '').map((line) => /^\s*/.exec(line)?.[0].length ?? 0)
  const depth = depths.reduce((least, each) => Math.min(least, each), Number.POSITIVE_INFINITY)
  return lines.map((line) => line.slice(Number.isFinite(depth) ? depth : 0))
}

function warnOfTwins(steps: readonly ReadStep[], notes: Notes): readonly ReadStep[] {
  const first = new Map<string, ReadStep>()
  for (const step of steps) {
    const twin = first.get(step.key)
    if (twin === undefined) first.set(step.key, step)
    else {
      const text = `${step.key} stands here and in line ${twin.place.line}.`
      notes.error('duplicate', step.place, text, 'Give one of them an id of its own.')
    }
  }
  return [...first.values()]
}

function specsOf(document: Document, file: string, notes: Notes): { steps: StepSpec[]; stated: boolean } {
  const stated = statedIn(document, file, notes)
  const edges = edgesOf(document, stated)
  const steps = document.steps.map((step, index): StepSpec => {
    const brief = step.more.length === 0 ? step.words : [step.words, ...unindented(step.more)].join('\n')
    return {
      key: step.key,
      title: titleOf(step),
      brief,
      order: index + 1,
      group: clip(document.phases[step.phase]?.title ?? '', 200),
      ...(step.story === undefined ? {} : { story: step.story }),
      after: edges[index] ?? [],
      parallel: step.parallel,
      writes: pathsIn(brief),
      locks: [],
      role: 'coder',
      ticked: step.ticked,
      place: step.place,
    }
  })
  return { steps, stated: stated.after.some((each) => each.size > 0) }
}

async function read(files: Files, path: string): Promise<PlanRead> {
  const feature = await featureAt(files, path)
  const where = feature === undefined || 'candidates' in feature ? undefined : feature
  const file = where?.file ?? path
  const source = where?.why === undefined ? path : where.folder.slice(0, -1)
  const notes = new Notes()
  const give = (items: readonly PlanItem[]): PlanRead => {
    return { format: 'speckit', source, tickFile: file, items, notes: notes.all(file) }
  }
  if (feature !== undefined && 'candidates' in feature) {
    const named = feature.candidates.slice(-8).join(', ')
    const text = `Several features lie there: ${quoted(named, 400)}.`
    notes.error('several', { file, line: 1 }, text, `Name one of them: ${feature.candidates.at(-1)}.`)
    return give([])
  }
  const bytes = where === undefined ? null : await files.read(file)
  if (where === undefined || bytes === null) {
    notes.error(
      'missing',
      { file, line: 1 },
      `There is no file ${quoted(file, 200)} in this revision.`,
      'Write it (/speckit.tasks), and commit it.',
    )
    return give([])
  }
  const document = readDocument(bytes, file, notes)
  if (document.steps.length === 0) {
    const remedy = 'Write steps as "- [ ] T001 what to do".'
    if (!notes.broken) notes.error('empty', { file, line: 1 }, 'No step was found in this file.', remedy)
    return give([])
  }
  const own =
    document.title !== undefined && !/^\[.*\]$/s.test(document.title) ? quoted(plainTitle(document.title), 200) : ''
  const name = where.folder.split('/').at(-2) ?? (own === '' ? 'plan' : own)
  const title = own || (await titleIn(files, where.folder)) || name
  const branch = await branchIn(files, where.folder)
  const { steps, stated } = specsOf({ ...document, steps: warnOfTwins(document.steps, notes) }, file, notes)
  const item: PlanItem = {
    id: itemId(name),
    title,
    brief: title,
    ...(branch === undefined ? {} : { branch }),
    priority: 3,
    policy: stated ? 'graph' : 'document',
    workflow: 'speckit@1',
    steps,
    openChecklists: await openChecklists(files, where.folder),
  }
  return give([item])
}

function plainTitle(title: string): string {
  return title.replace(/\s{0,4}\(\**Feature\**\s{0,2}:.*$/i, '').replace(/[*`]/g, '')
}

async function write(files: Files, path: string, changes: readonly PlanChange[]): Promise<readonly FileWritten[]> {
  const feature = await featureAt(files, path)
  if (feature === undefined || 'candidates' in feature) return []
  const bytes = await files.read(feature.file)
  if (bytes === null) return []
  const written = tick(bytes, feature.file, changes)
  return Buffer.compare(bytes, written) === 0 ? [] : [{ path: feature.file, bytes: written }]
}

export const speckit: PlanFormat = {
  name: 'speckit',
  writes: ['tick', 'untick'],
  detect,
  read,
  write,
  compose: composeSpeckit,
}
