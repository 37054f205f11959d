// Finds in the body of an issue what it waits for, what it is made of, and what must be true in the end.
import { clip, singleLine } from '../../core/text/neutral.ts'

/** Another issue: its number when it is in the same repository, else as it is written. */
export interface Mention {
  readonly target: string
  /** Offset of its number sign or address in the body. */
  readonly at: number
}

export interface Said {
  /** Issues that come first. */
  readonly after: readonly Mention[]
  /** Issues that wait for this one. */
  readonly before: readonly Mention[]
  /** Issues in its task list. */
  readonly parts: readonly Mention[]
  /** Boxes without an issue, and the list under a heading such as "Acceptance criteria". */
  readonly criteria: readonly string[]
}

const linesAtMost = 5000
const mentionsAtMost = 200
const criteriaAtMost = 100
const lettersOfCriterion = 1000

const fence = /^ {0,3}(?:`{3}|~{3})/
const heading = /^ {0,3}(?:#{1,6} {1,4}|\*\*)(.{1,100})/
const asks = /\b(?:acceptance criteria|definition of done|done when)\b/i
const bullet = /^\s{0,20}[-*+][ \t]{1,8}(\[[ xX]\][ \t]{1,8})?/
const one = String.raw`(?:[\w.-]{1,100}\/[\w.-]{1,100})?#\d{1,9}\b|https:\/\/[\w.-]{1,100}\/[\w.-]{1,100}\/[\w.-]{1,100}\/issues\/\d{1,9}\b`
const first = new RegExp(`^(?:${one})`)
const waits = /\b(?:depends[ -]on|dependent on|blocked by|waits for|requires)\b/gi
const waiting = new RegExp(waits.source, 'i')
const blocks = /\bblocks\b/gi
/** Whether any of these words is in a text at all. */
const mayChain = /depend|block|waits|requires/i
/** What may stand between the words and a number, and between two numbers. */
const joint = /^(?:[\s:,;&*_()`]|and\b|issues?\b|\[[ xX]?\]|- ){0,12}/

/** `repository` is `owner/name`, or '' when it is not known. */
export function saidIn(body: string, repository: string): Said {
  const said = { after: [] as Mention[], before: [] as Mention[], parts: [] as Mention[], criteria: [] as string[] }
  const chained = mayChain.test(body)
  let offset = 0
  let code = false
  let asked = false
  for (const line of body.split('\n', linesAtMost)) {
    if (fence.test(line)) code = !code
    else if (!code) {
      const title = heading.exec(line)?.[1]
      if (title !== undefined) asked = asks.test(title)
      const listed = takeItem(line, offset, repository, asked, said)
      if (!listed && chained) {
        takeChain(line, offset, repository, waits, said.after)
        takeChain(line, offset, repository, blocks, said.before)
      }
    }
    offset += line.length + 1
  }
  return said
}

/** A line of a list; true when it is the issue itself that stands in the list. */
function takeItem(
  line: string,
  offset: number,
  repository: string,
  asked: boolean,
  said: { parts: Mention[]; criteria: string[] },
): boolean {
  const [mark, box] = bullet.exec(line) ?? []
  if (mark === undefined) return false
  const words = line.slice(mark.length)
  const found = box === undefined ? null : first.exec(words)
  if (found !== null) {
    if (said.parts.length < mentionsAtMost)
      said.parts.push({ target: targetOf(found[0], repository), at: offset + mark.length })
    return true
  }
  if ((box !== undefined || asked) && said.criteria.length < criteriaAtMost) {
    const criterion = clip(singleLine(words), lettersOfCriterion)
    if (criterion !== '' && !waiting.test(criterion)) said.criteria.push(criterion)
  }
  return false
}

/** "Depends on #1, #2 and #3": every number right behind the words. */
function takeChain(line: string, offset: number, repository: string, words: RegExp, into: Mention[]): void {
  for (const found of line.matchAll(words)) {
    let at = found.index + found[0].length
    for (let most = 0; most < mentionsAtMost && into.length < mentionsAtMost; most += 1) {
      const rest = line.slice(at, at + 500)
      const gap = joint.exec(rest)?.[0].length ?? 0
      const next = first.exec(rest.slice(gap))?.[0]
      if (next === undefined) break
      into.push({ target: targetOf(next, repository), at: offset + at + gap })
      at += gap + next.length
    }
  }
}

/** `12` for one of this repository, `other/name#12` for one elsewhere. */
function targetOf(written: string, repository: string): string {
  const [, owner, name, number] = /^https:\/\/[^/]+\/([^/]+)\/([^/]+)\/issues\/(\d+)$/.exec(written) ?? []
  const [place = '', plain = ''] = number === undefined ? written.split('#') : [`${owner}/${name}`, number]
  return place === '' || place.toLowerCase() === repository.toLowerCase() ? String(Number(plain)) : `${place}#${plain}`
}
