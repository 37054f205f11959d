// Reads a plan from what is committed, and says which of its files differ in the working tree.
import type { PlanFound } from '../core/house.ts'
import type { Files, PlanFormat, Repository } from '../core/ports.ts'
import { Refused, refuse } from '../core/refusals.ts'
import type { HouseParts } from './parts.ts'

export async function findPlan(
  parts: HouseParts,
  workspace: string,
  path: string,
  wanted: string | undefined,
): Promise<PlanFound> {
  const repository = parts.repository(workspace)
  const state = await repository.look()
  const place = path.replace(/\/+$/, '')
  if (state.head === null) {
    throw new Refused(
      refuse('invalid', place, 'the repository has no commit yet', 'git add and git commit the plan first', workspace),
    )
  }
  const files = committed(repository, state.head)
  const format = await choose(parts.formats, files, place, wanted)
  if (format === undefined) throw new Refused(await unreadable(parts, workspace, files, place, wanted))
  const read = await format.read(files, place)
  const tips: Record<string, string> = {}
  for (const item of read.items) {
    const tip = await repository.tip(`refs/heads/${item.branch ?? `baton/${item.id}`}`)
    if (tip !== null) tips[item.id] = tip
  }
  const uncommitted = await differing(parts, workspace, files, read.tickFile === '' ? [place] : [read.tickFile])
  return { ...read, workspace, baseBranch: state.baseBranch, base: state.head, tips, uncommitted }
}

function committed(repository: Repository, commit: string): Files {
  return {
    list: async (under) => (await repository.list(commit, under)).map((entry) => entry.path),
    read: (path) => repository.readFile(commit, path),
  }
}

/** Content and layout decide; two that are equally sure are never guessed between. */
async function choose(
  formats: readonly PlanFormat[],
  files: Files,
  path: string,
  wanted: string | undefined,
): Promise<PlanFormat | undefined> {
  const found: { format: PlanFormat; sure: number; why: string }[] = []
  for (const format of formats) {
    if (wanted !== undefined && format.name !== wanted) continue
    const seen = await format.detect(files, path)
    if (seen !== undefined) found.push({ format, ...seen })
  }
  found.sort((a, b) => b.sure - a.sure)
  const [first, second] = found
  if (first !== undefined && second !== undefined && first.sure === second.sure) {
    const both = found.filter((one) => one.sure === first.sure).map((one) => `${one.format.name} (${one.why})`)
    throw new Refused(refuse('invalid', path, `it could be ${both.join(' or ')}`, 'say which with --as <format>'))
  }
  return first?.format
}

async function unreadable(
  parts: HouseParts,
  workspace: string,
  files: Files,
  path: string,
  wanted: string | undefined,
) {
  const names = parts.formats.map((format) => format.name).join(', ')
  if (wanted !== undefined && !parts.formats.some((format) => format.name === wanted)) {
    return refuse('invalid', `--as ${wanted}`, 'there is no such plan format', `use one of: ${names}`)
  }
  const there = (await files.list(path)).length > 0
  if (there)
    return refuse(
      'invalid',
      path,
      `no plan format recognises it (tried: ${names})`,
      'look at docs/cli.md for what Baton reads',
      path,
    )
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
    if (here === null || there === null) continue
    if (Buffer.compare(crlfless(here), crlfless(there)) !== 0) differ.push(path)
  }
  return differ
}

/** A working tree may hold other line ends than the commit: that alone is no difference. */
function crlfless(bytes: Uint8Array): Buffer {
  const text = Buffer.from(bytes)
  return text.includes('\r\n') ? Buffer.from(text.toString('latin1').replaceAll('\r\n', '\n'), 'latin1') : text
}
