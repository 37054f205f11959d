// Reads a plan from what is committed, and says which of its files differ in the working tree.
import type { PlanNote, PlanRead } from '../core/nouns/plan.ts'
import type { PlanFound, PlanFrom, PlanOrder } from '../core/ports/house.ts'
import type { Files } from '../core/ports.ts'
import { type Refusal, Refused, refuse } from '../core/refusals.ts'
import { endlessIn } from '../core/schedule/endless.ts'
import { committed } from './committed.ts'
import type { HouseParts } from './parts.ts'

export async function findPlan(
  parts: HouseParts,
  { workspace, path, format: wanted }: PlanOrder,
  from: PlanFrom = 'commit',
): Promise<PlanFound> {
  const repository = parts.repository(workspace)
  const state = await repository.look()
  const place = path.replace(/\/+$/, '')
  if (state.head === null && from === 'commit') {
    throw new Refused(
      refuse('invalid', place, 'the repository has no commit yet', 'git add and git commit the plan first', workspace),
    )
  }
  const committedFiles = state.head === null ? undefined : committed(repository, state.head)
  const files = from === 'folder' || committedFiles === undefined ? parts.workingFiles(workspace) : committedFiles
  const chosen = await parts.chooseFormat(files, place, wanted)
  if (chosen.format === undefined)
    throw new Refused(
      from === 'folder'
        ? await unfound(files, place, chosen)
        : await unreadable(parts, workspace, files, place, chosen),
    )
  const read = await chosen.format.read(files, place)
  const tips: Record<string, string> = {}
  for (const item of read.items) {
    const tip = await repository.tip(`refs/heads/${item.branch ?? `baton/${item.id}`}`)
    if (tip !== null) tips[item.id] = tip
  }
  const made = read.files ?? [read.tickFile || place]
  const uncommitted = committedFiles === undefined ? made : await differing(parts, workspace, committedFiles, made)
  const notes = [...read.notes, ...couldNeverEnd(read)]
  return { ...read, notes, workspace, baseBranch: state.baseBranch, base: state.head ?? '', tips, uncommitted }
}

const endlessAtMost = 20

/** What no format can see for itself: whether the items, as they were understood, could ever be carried out to their end. */
function couldNeverEnd({ items, notes, source }: PlanRead): PlanNote[] {
  if (notes.some(({ kind }) => kind === 'cycle')) return []
  return items
    .flatMap(({ steps, policy }) => endlessIn(steps, policy, endlessAtMost))
    .slice(0, endlessAtMost)
    .map(({ kind, text, remedy, at }) => {
      return {
        ...(at ?? { file: source, line: 1 }),
        level: 'error',
        kind,
        text: sentence(text),
        remedy: sentence(remedy),
      }
    })
}

/** Keys stay as they are, also where they begin a sentence. */
function sentence(words: string): string {
  return `${words.replace(/^(?:these|put|take) /, (first) => first.charAt(0).toUpperCase() + first.slice(1))}.`
}

async function unfound(files: Files, path: string, no: { why: string; remedy: string }): Promise<Refusal> {
  if ((await files.list(path)).length > 0) return refuse('invalid', path, no.why, no.remedy, path)
  return refuse('not-found', path, 'no such file or folder is here', 'give the path of a plan', path)
}

/** What is not committed is no plan yet; what is not there at all is named so. */
async function unreadable(
  parts: HouseParts,
  workspace: string,
  files: Files,
  path: string,
  no: { why: string; remedy: string },
): Promise<Refusal> {
  if ((await files.list(path)).length > 0) return refuse('invalid', path, no.why, no.remedy, path)
  const working = parts.workingFiles(workspace)
  const lies = (await working.read(path)) !== null || (await working.read(`${path}/tasks.md`)) !== null
  if (lies)
    return refuse('conflict', path, 'it is not committed', `git add ${path} && git commit -m "Plan ${path}"`, path)
  return refuse(
    'not-found',
    path,
    'no such file or folder is committed here',
    'give the path of a plan, from the root of the repository',
    path,
  )
}

async function differing(
  parts: HouseParts,
  workspace: string,
  files: Files,
  paths: readonly string[],
): Promise<string[]> {
  const differ: string[] = []
  const working = parts.workingFiles(workspace)
  for (const path of paths) {
    const [there, here] = await Promise.all([files.read(path), working.read(path)])
    if (here === null) continue
    if (there === null || Buffer.compare(crlfless(here), crlfless(there)) !== 0) differ.push(path)
  }
  return differ
}

/** A working tree may hold other line ends than the commit: that alone is no difference. */
function crlfless(bytes: Uint8Array): Buffer {
  const text = Buffer.from(bytes)
  return text.includes('\r\n') ? Buffer.from(text.toString('latin1').replaceAll('\r\n', '\n'), 'latin1') : text
}
