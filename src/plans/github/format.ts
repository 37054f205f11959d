// Issues of GitHub as plans, from a file that `gh issue list --json` wrote: task lists, dependencies, labels and milestones.
import type { FileWritten, PlanChange, PlanItem, PlanRead } from '../../core/nouns/plan.ts'
import type { Files, PlanFormat } from '../../core/ports.ts'
import { quoted } from '../../core/text/neutral.ts'
import { withoutDoneCircles } from '../json/done.ts'
import { openJson } from '../json/file.ts'
import { assemble } from '../reading/assemble.ts'
import { bytesAtMost } from '../reading/lines.ts'
import { itemId } from '../reading/names.ts'
import { Notes } from '../reading/notes.ts'
import { cleanPath } from '../reading/where.ts'
import { changed } from './changes.ts'
import { draftsOf } from './choice.ts'
import { isCut, issuesIn } from './issues.ts'

const peekBytes = 65_536
const command = 'gh issue list --limit 1000 --json number,title,body,state,labels,assignees,milestone,url'

async function detect(files: Files, path: string): Promise<{ sure: number; why: string } | undefined> {
  const file = cleanPath(path)
  if (file === undefined || !/\.json$/i.test(file)) return undefined
  const bytes = await files.read(file)
  if (bytes === null || bytes.length > bytesAtMost) return undefined
  const head = Buffer.from(bytes.subarray(0, peekBytes)).toString('latin1')
  if (!/"number"\s{0,9}:\s{0,9}\d/.test(head) || !/"title"\s{0,9}:\s{0,9}"/.test(head)) return undefined
  const state = /"state"\s{0,9}:\s{0,9}"(?:OPEN|CLOSED|open|closed)"/.test(head)
  const marks = ['"body"', '"labels"', '"assignees"', '"milestone"', '"url"'].filter((mark) => head.includes(mark))
  if (/\/issues\/\d/.test(head) && state) return { sure: 0.95, why: `${file} has issues with their address and state` }
  if (state && marks.length >= 2)
    return { sure: 0.9, why: `${file} has issues with number, title, state, ${marks.join(', ')}` }
  return marks.length >= 2 ? { sure: 0.6, why: `${file} has numbers and titles, ${marks.join(', ')}` } : undefined
}

async function read(files: Files, path: string): Promise<PlanRead> {
  const notes = new Notes()
  const file = cleanPath(path) ?? path
  const bytes = cleanPath(path) === undefined ? null : await files.read(file)
  const give = (items: readonly PlanItem[]): PlanRead => {
    return { format: 'github-issues', source: path, tickFile: file, items, notes: notes.all(file) }
  }
  const at = { file, line: 1 }
  if (bytes === null) {
    notes.error(
      'missing',
      at,
      `There is no file ${quoted(file, 200)} in this revision.`,
      `Write it (${command} > issues.json), and commit it.`,
    )
    return give([])
  }
  const json = openJson(bytes, file, notes)
  if (json === undefined) return give([])
  if (isCut(json.value)) notes.error('too-many', at, 'This file has more than 50000 issues.', 'Export fewer.')
  const issues = issuesIn(json.value)
  const drafts = draftsOf(issues, json, file, notes)
  if (drafts.length === 0) {
    if (!notes.broken) notes.error('empty', at, 'No issue was found in this file.', `Export some: ${command}.`)
    return give([])
  }
  const { steps, groups, stated } = assemble(withoutDoneCircles(drafts, notes), notes, { ordered: false })
  const name = issues.repository.split('/')[1] ?? ''
  const title = issues.repository === '' ? 'Issues of GitHub' : `Issues of ${quoted(issues.repository, 150)}`
  const id = itemId(name === '' ? 'issues' : `issues-${name}`)
  const about = { id, title, brief: title, priority: 3, workflow: 'github-issues@1', openChecklists: [] } as const
  return give([{ ...about, policy: stated ? 'graph' : 'document', steps, groups }])
}

async function write(files: Files, path: string, changes: readonly PlanChange[]): Promise<readonly FileWritten[]> {
  const file = cleanPath(path)
  const bytes = file === undefined ? null : await files.read(file)
  if (file === undefined || bytes === null || bytes.length > bytesAtMost) return []
  const written = changed(bytes, changes)
  return written === undefined ? [] : [{ path: file, bytes: written }]
}

export const githubIssues: PlanFormat = {
  name: 'github-issues',
  writes: ['tick', 'untick', 'status'],
  detect,
  read,
  write,
}
