// Gathers what an agent is told: the plan's own documents as they are committed, and what predecessors said of their work.
import { type Attempt, wordsIn } from '../../core/nouns/attempt.ts'
import type { Item } from '../../core/nouns/item.ts'
import type { ModelSpec } from '../../core/nouns/model.ts'
import type { Role } from '../../core/nouns/role.ts'
import type { Step } from '../../core/nouns/step.ts'
import { type Before, mostPredecessors, type PlanDocument, type Prompt, prompt } from '../../core/prompt.ts'
import { comesAfter } from '../../core/schedule/index.ts'
import { latest } from '../../core/state.ts'
import type { Shop } from '../work/shop.ts'
import type { Handed } from './handed.ts'

const constitutions = ['.specify/memory/constitution.md', 'memory/constitution.md', 'CONSTITUTION.md']
const beside = ['spec.md', 'plan.md']
/** Of what a model can read; the rest is for its own work. A letter is about a quarter of a token. */
const shareOfContext = 0.25
const lettersPerToken = 4
const usualLetters = 96_000
const mostBytes = 400_000

export interface Telling {
  readonly item: Item
  readonly step: Step
  readonly attempt: Attempt
  readonly role: Role
  readonly model: ModelSpec | undefined
  readonly handed: Handed
}

export async function promptFor(shop: Shop, { item, step, attempt, role, model, handed }: Telling): Promise<Prompt> {
  const { context } = model ?? {}
  return prompt({
    title: item.title,
    brief: item.brief,
    documents: await documents(shop, item, attempt.base),
    role,
    step: step.spec,
    checks: shop.terms(item, step).checks,
    before: await predecessors(shop, item, step, handed),
    ...(attempt.mends === undefined ? {} : { mends: attempt.mends }),
    budget: context === undefined ? usualLetters : Math.floor(context * shareOfContext * lettersPerToken),
  })
}

/** What is not there is left out: most plans have none of these. */
async function documents(shop: Shop, item: Item, base: string): Promise<readonly PlanDocument[]> {
  const repository = shop.repository(item)
  const read = async (path: string): Promise<PlanDocument | undefined> => {
    const bytes = await repository.readFile(base, path)
    if (bytes === null) return undefined
    return { name: path, text: new TextDecoder().decode(bytes.subarray(0, mostBytes)) }
  }
  const found: PlanDocument[] = []
  for (const path of constitutions) {
    const one = await read(path)
    if (one !== undefined) found.push(one)
    if (found.length > 0) break
  }
  const folder = folderOf(item)
  for (const name of folder === undefined ? [] : beside) {
    const one = await read(folder === '' ? name : `${folder}/${name}`)
    if (one !== undefined) found.push(one)
  }
  return found
}

/** Where its tasks are written down; a plan that is one of many files in a folder has no documents of its own beside it. */
function folderOf(item: Item): string | undefined {
  const { tickFile } = item
  if (!tickFile.endsWith('/tasks.md') && tickFile !== 'tasks.md') return undefined
  return tickFile.slice(0, Math.max(0, tickFile.lastIndexOf('/')))
}

async function predecessors(shop: Shop, item: Item, step: Step, handed: Handed): Promise<readonly Before[]> {
  const told: Before[] = []
  for (const index of comesAfter(item, step).slice(-mostPredecessors)) {
    const one = item.steps[index]
    if (one === undefined || one.phase !== 'done') continue
    const digest = latest(one)?.summary
    const bytes = digest === undefined ? undefined : await shop.parts.store.get(digest)
    const handoff = handed.get(index)
    told.push({
      key: one.spec.key,
      title: one.spec.title,
      said: bytes === undefined ? '' : wordsIn(new TextDecoder().decode(bytes)),
      ...(handoff === undefined ? {} : { handoff }),
    })
  }
  return told
}
