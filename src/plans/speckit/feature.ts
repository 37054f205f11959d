// Reads what lies around a tasks.md: the feature's name, its branch, and the checklists a person has to tick.
import type { PlanItem } from '../../core/nouns/plan.ts'
import type { Files } from '../../core/ports.ts'
import { quoted } from '../../core/text/neutral.ts'
import { withoutComments } from '../reading/blocks.ts'
import { bytesAtMost, linesOf } from '../reading/lines.ts'

const headLines = 60
const branchShape = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,199}$/
const template = /^\[.*\]$/s

/** A name git takes as it is, and that means nothing else on a command line. */
export function plausibleBranch(name: string): boolean {
  if (!branchShape.test(name) || /(?:\.\.|\/\/|\/\.|\.\/|@\{)/.test(name) || /[/.]$|\.lock(?:\/|$)/.test(name))
    return false
  return name.toLowerCase() !== 'head' && !name.startsWith('refs/')
}

async function headOf(files: Files, path: string): Promise<readonly string[]> {
  const bytes = await files.read(path)
  if (bytes === null || bytes.length > bytesAtMost) return []
  return linesOf(bytes.subarray(0, 65_536))
    .slice(0, headLines)
    .map((line) => withoutComments(line.text))
}

/** From `**Branch**: \`001-name\` | …`. A template's placeholder or an implausible name is none. */
export async function branchIn(files: Files, folder: string): Promise<string | undefined> {
  for (const line of await headOf(files, `${folder}plan.md`)) {
    const said = /^\s{0,3}(?:[-*]\s)?\**(?:Feature )?Branch\**\s{0,4}:\**\s{0,4}([^|]{1,300})/i.exec(line)?.[1]
    if (said === undefined) continue
    const name = said
      .trim()
      .replace(/^[`[*"']{1,3}/, '')
      .replace(/[`\]*"']{1,3}$/, '')
      .trim()
    return plausibleBranch(name) ? name : undefined
  }
  return undefined
}

export async function titleIn(files: Files, folder: string): Promise<string | undefined> {
  for (const line of await headOf(files, `${folder}spec.md`)) {
    const title = /^ {0,3}#[ \t]+(.*)$/
      .exec(line)?.[1]
      ?.replace(/^feature specification\s{0,4}[:–—-]\s{0,4}/i, '')
      .trim()
    if (title) return template.test(title) ? undefined : quoted(title, 200)
  }
  return undefined
}

/** Boxes a person has not ticked, of every checklist that has any. */
export async function openChecklists(files: Files, folder: string): Promise<PlanItem['openChecklists']> {
  const found: { file: string; open: number; of: number }[] = []
  const under = `${folder}checklists`
  const paths = (await files.list(under)).filter((path) => path.startsWith(`${under}/`) && path.endsWith('.md'))
  for (const file of paths.toSorted().slice(0, 100)) {
    const bytes = await files.read(file)
    if (bytes === null || bytes.length > bytesAtMost) continue
    const boxes = boxesIn(bytes)
    if (boxes.open > 0) found.push({ file, ...boxes })
  }
  return found
}

function boxesIn(bytes: Uint8Array): { open: number; of: number } {
  let [open, of] = [0, 0]
  for (const { text } of linesOf(bytes)) {
    const box = /^[ \t]{0,40}(?:[-*+]|\d{1,9}[.)])[ \t]{1,8}\[([ xX])\]/.exec(text)?.[1]
    if (box === undefined) continue
    of += 1
    if (box === ' ') open += 1
  }
  return { open, of }
}
