// Work items by a workflow that several share: a small file that says which workflow, whose work, and what for.
import { z } from 'zod'
import type { PlanItem, PlanRead } from '../core/nouns/plan.ts'
import type { Files } from '../core/ports.ts'
import { quoted } from '../core/text/neutral.ts'
import type { YamlRead } from '../core/text/yaml.ts'
import { misshapen } from './reading/shape.ts'

const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'must be letters, digits, dot, dash or underscore')
const words = z.string().min(1).max(20_000)

/** Of document 004's work item; where it stands (`status`, `currentStepKey` and so on) is in the record, and not read here. */
const itemShape = z.object({
  id: name,
  workflowId: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}(?:@\S{1,100})?$/, 'must be <workflow> or <workflow>@<version>'),
  title: words.max(400).optional(),
  description: words.optional(),
  owner: z.string().max(200).nullish(),
  priority: z.int().min(1).max(1000).optional(),
  links: z
    .array(z.object({ rel: words.max(100), href: words.max(2000) }))
    .max(100)
    .default([]),
})

/** Files that may hold the workflow; more than this are no folder of workflows. */
const filesAtMost = 50

export function isWorkItem(text: string): boolean {
  return /(?:^|[\s"'{,])workflowId["']?\s*:/.test(text) && !/\bexitCriteria\b/.test(text)
}

export interface WorkItemFile {
  readonly files: Files
  readonly file: string
  readonly yaml: YamlRead
}

/** `workflow` reads a file that may be one, and gives undefined for any other. */
export async function readWorkItem(
  { files, file, yaml }: WorkItemFile,
  workflow: (path: string) => Promise<PlanRead | undefined>,
): Promise<Pick<PlanRead, 'items' | 'notes' | 'files'>> {
  const parsed = itemShape.safeParse(yaml.value)
  if (!parsed.success) {
    const remedy =
      'Write it in the shape of a work item: id, workflowId, and title, description, owner, priority or links.'
    return { items: [], notes: misshapen(parsed.error, yaml, remedy) }
  }
  const { id, workflowId: wanted, title = id, description = title, owner, priority = 3, links } = parsed.data
  const fault = (text: string, remedy: string): Pick<PlanRead, 'items' | 'notes'> => ({
    items: [],
    notes: [{ ...yaml.at(['workflowId']), level: 'error', kind: 'workflow', text, remedy }],
  })
  const read = await Promise.all((await near(files, file)).map(workflow))
  const found = read.filter((one) => one !== undefined)
  const fits = found.filter(({ items: [one] }) => one?.workflow === wanted || one?.workflow.startsWith(`${wanted}@`))
  const [only, twin] = fits
  if (only === undefined) {
    const there = found.flatMap(({ items: [one], source }) =>
      one === undefined ? [] : [`${one.workflow} (${source})`],
    )
    const has = there.length === 0 ? 'none lies there' : `there is ${there.slice(0, 10).join(', ')}`
    const text = `No file of ${foldersOf(file).join(', ')} holds the workflow ${wanted}: ${has}.`
    return fault(text, 'Correct workflowId, or commit the workflow there.')
  }
  if (twin !== undefined) {
    const text = `${wanted} is in two files: ${only.source} and ${twin.source}.`
    return fault(text, 'Name its version, as <workflow>@<version>, or delete one of the files.')
  }
  const about = links.map(({ rel, href }) => `${quoted(rel, 100)}: ${quoted(href, 2000)}`)
  const said = { id, title: quoted(title, 200), brief: [description, ...about].join('\n'), priority }
  const items = only.items.map((one): PlanItem => ({ ...one, ...said, ...(owner ? { owner } : {}) }))
  return { items, notes: only.notes, files: [file, only.source] }
}

/** Beside the item, beside its folder, where document 004 has them, and at the top. */
function foldersOf(file: string): string[] {
  const up = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')))
  const own = up(file)
  const of = (folder: string): string => (folder === '' ? 'workflows/' : `${folder}/workflows/`)
  return [...new Set([of(own), of(up(own)), 'workflows/', 'artifacts/workflows/', `${own || '.'}/`, './'])]
}

async function near(files: Files, file: string): Promise<string[]> {
  const found = new Set<string>()
  for (const folder of foldersOf(file)) {
    const under = folder === './' ? '' : folder
    for (const path of [...(await files.list(under.slice(0, -1)))].sort()) {
      const direct = path.startsWith(under) && !path.slice(under.length).includes('/')
      if (direct && path !== file && /\.(?:ya?ml|json)$/i.test(path)) found.add(path)
    }
  }
  return [...found].slice(0, filesAtMost)
}
