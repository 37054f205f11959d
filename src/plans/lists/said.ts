// Reads what people write into the words of a list entry: who, how urgent, beside what, and after what.
import type { PlanStatus } from '../../core/nouns/step.ts'
import { urgencyOf } from '../reading/urgency.ts'

export interface Said {
  /** The words without marks and tags. */
  readonly title: string
  readonly parallel: boolean
  readonly owner?: string
  readonly labels: readonly string[]
  /** A level P0 … P5 still has to be told from the others of its file. */
  readonly priority?: { readonly level: number; readonly p: boolean }
  readonly status?: PlanStatus
}

/** Names in one statement of what comes first. `sure` is a form that can mean nothing else, `likely` one that mostly means it. */
export interface Waiting {
  readonly names: readonly { readonly text: string; readonly at: number }[]
  readonly how: 'sure' | 'likely' | 'perhaps'
}

const parallel = /(?<![\w\]])(?:\[(?:P|parallel)\]|\((?:P|parallel)\))(?![\w(:[])/gi
const emoji: Readonly<Record<string, number>> = { '🔺': 1, '⏫': 2, '🔼': 2, '🔽': 4, '⏬': 5 }
const urgency =
  /(?<![\w!])!(urgent|critical|highest|high|medium|normal|low|lowest|[1-5])(?![\w!])|[([](?:P([0-5])|(?:priority\s{0,2}:\s{0,2})?(urgent|critical|highest|high|medium|low|lowest|P[0-5])(?:\s{1,2}priority)?)[)\]](?!\()|(?<![\w:])priority\s{0,2}:\s{0,2}(urgent|critical|highest|high|medium|normal|low|lowest|P[0-5])(?!\w)|^P([0-5])(?:\s{0,2}[:–—-]\s{1,4}|\s{1,4})|\(?(🔺|⏫|🔼|🔽|⏬)\ufe0f?\)?/giu
const inBraces =
  /\((?:depends?(?: up)?on|depends?\s{1,2}(?:up)?on|depending\s{1,2}on|dep(?:s|endencies)?|after|blocked\s{1,2}by|requires?|needs?|waits?\s{1,2}(?:for|on))\s{0,2}:?\s{1,4}([^()]{1,200}(?:\([^()]{0,80}\)[^()]{0,80})?)\)/gi
const withColon =
  /(?<![\w-])(?:depends?\s{1,2}(?:up)?on|dep(?:s|endenc(?:y|ies))|after|blocked[ _-]by|requires|needs|waits?\s{1,2}for)\*{0,2}\s{0,2}:\*{0,2}\s{1,4}(.{1,200}?)(?=$|[.;](?:\s|$)|_\s{0,2}$|\s[@#!]\w)/gi
const loose =
  /(?<![\w-])(?:depends?\s{1,2}(?:up)?on|blocked\s{1,2}by|waits?\s{1,2}for|after)\s{1,4}(?=[`*"[#]{0,3}[A-Za-z0-9#])(.{1,200}?)(?=$|[).;:](?:\s|$)|\s[@!]\w)/gi
const tail = /(?:^|\s)(?:@([A-Za-z0-9](?:[\w.-]{0,38}\w)?)|#([A-Za-z][\w/-]{0,60}))[.,;]?\s{0,8}$/
const head = /^@([A-Za-z0-9](?:[\w.-]{0,38}\w)?):?\s{1,8}/

export function saidIn(text: string): Said {
  let rest = plain(text)
  let beside = false
  if (/\[P|\(P|\[p|\(p/.test(rest)) {
    rest = rest.replace(parallel, () => {
      beside = true
      return ' '
    })
  }
  let priority: Said['priority']
  if (mayUrge(rest)) {
    rest = rest.replace(urgency, (_, mark, p, braced, colon, first, sign) => {
      priority ??= levelOf(mark ?? braced ?? colon, p ?? first, sign)
      return ' '
    })
  }
  if (/\b(?:depend|dep|after|block|requ|need|wait)/i.test(rest))
    rest = rest.replace(inBraces, ' ').replace(withColon, ' ')
  const { owner, labels, left } = tagsOf(rest.trim())
  const title = left.replace(/[ \t]{2,400}/g, ' ').trim()
  const struck = /^~~[^~]{1,4000}~~$/.test(title)
  return {
    title: struck ? title.slice(2, -2) : title,
    parallel: beside,
    labels,
    ...(owner === undefined ? {} : { owner }),
    ...(priority === undefined ? {} : { priority }),
    ...(struck ? { status: 'cancelled' as const } : {}),
  }
}

/** Cheap: most entries say nothing of it. */
function mayUrge(text: string): boolean {
  if (text.includes('!') || text.includes('(') || text.includes('[') || /^P\d/i.test(text)) return true
  return /priority|\ud83d[\udd3a\udd3c\udd3d]|[\u23eb\u23ec]/i.test(text)
}

function levelOf(word: string | undefined, p: string | undefined, sign: string | undefined): Said['priority'] {
  if (sign !== undefined) return { level: emoji[sign] ?? 3, p: false }
  const digit = p ?? (/^p\d$/i.test(word ?? '') ? word?.slice(1) : undefined)
  if (digit !== undefined) return { level: Number(digit), p: true }
  return { level: urgencyOf(word ?? '') ?? (Number(word) || 3), p: false }
}

/** Tags at the end, and a name at the beginning; in the middle of a sentence they are words. */
function tagsOf(text: string): { owner?: string; labels: string[]; left: string } {
  const labels: string[] = []
  let owner: string | undefined
  let left = text
  if (left.includes('@') || left.includes('#')) {
    for (let count = 0; count < 40; count += 1) {
      const found = tail.exec(left.slice(-80))
      if (found === null) break
      if (found[1] === undefined) labels.unshift(found[2] ?? '')
      else owner = found[1]
      left = left.slice(0, left.length - (found[0] as string).length).trimEnd()
    }
    const first = owner === undefined ? head.exec(left) : null
    if (first !== null) {
      owner = first[1]
      left = left.slice(first[0].length)
    }
  }
  return owner === undefined ? { labels, left } : { owner, labels, left }
}

const emphasis = /(?<!\w)(__?)(?=\S)([^_]{1,200})\1(?!\w)/g

/** Without the marks of emphasis and code; of a link, what it shows. What stands in code stays as it is. */
function plain(text: string): string {
  const bare = text.includes('`')
    ? text
        .split('`')
        .map((part, at) => (at % 2 === 1 ? part : unmarked(part)))
        .join('')
    : unmarked(text)
  return bare.includes('](')
    ? bare.replace(/!?\[([^[\]]{1,400})\]\([^()\s]{0,2000}(?:\s"[^"]{0,200}")?\)/g, '$1')
    : bare
}

function unmarked(text: string): string {
  if (!/[*_]/.test(text)) return text
  return text.replace(/\*\*|(?<![\w*])\*(?=\S)|(?<=\S)\*(?![\w*])/g, '').replace(emphasis, '$2')
}

const separator = /\s{0,4}(?:,|;|&|\+|\band\b)\s{0,4}/gi

/** Each statement on one line of what comes before whatever is written there. */
export function waitsIn(text: string): Waiting[] {
  if (!/depend|deps?\b|after|block|require|need|wait/i.test(text)) return []
  const found: Waiting[] = []
  let left = text
  const take = (shape: RegExp, how: Waiting['how']): void => {
    left = left.replace(shape, (all: string, names: string, ...more: unknown[]) => {
      const at = more.find((each) => typeof each === 'number') as number
      if (denied(left, at)) return all
      found.push({
        names: namesIn(names, at + all.lastIndexOf(names)),
        how: /^after/i.test(all) && how === 'likely' ? 'perhaps' : how,
      })
      return ' '.repeat(all.length)
    })
  }
  take(inBraces, 'sure')
  take(withColon, 'sure')
  take(loose, 'likely')
  return found
}

/** "not after", "no longer blocked by": says nothing of order. */
function denied(text: string, at: number): boolean {
  return /\b(?:not|never|n't|no longer|no|look|named?|called)\s{0,3}$/i.test(text.slice(Math.max(0, at - 16), at))
}

function namesIn(text: string, offset: number): Waiting['names'] {
  const names: { text: string; at: number }[] = []
  let from = 0
  const push = (to: number): void => {
    const part = text.slice(from, to)
    const bare = part.replace(/^[\s`*"'“([]{1,8}|[\s`*"'”)\].:]{1,8}$/g, '')
    if (bare !== '') names.push({ text: bare, at: offset + from + part.indexOf(bare) })
  }
  for (const found of text.matchAll(separator)) {
    push(found.index)
    from = found.index + found[0].length
    if (names.length >= 200) break
  }
  push(text.length)
  return names
}
