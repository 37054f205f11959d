// Reads sentences that say which step comes before which: in a step's own words, in lists, and in Mermaid graphs.

/** One id, or everything from `first` to `last`. */
export interface Mention {
  readonly first: number
  readonly last?: number
}

/** Everything in `before` comes before everything in `after`. Without one side: the step in whose words it stands. */
export interface Statement {
  readonly before?: readonly Mention[]
  readonly after?: readonly Mention[]
  readonly line: number
  readonly column: number
}

const mention =
  /(?<![\w/.-])T(\d{3,12})(?!\w)(?:[-\u2010-\u2015\u2212…]T?(\d{3,12})(?!\w)|\s{0,3}(?:\.{2,3}|[-\u2010-\u2015\u2212…])\s{0,3}T(\d{3,12})(?!\w)|\s{1,3}(?:to|through|thru|until)\s{1,3}T(\d{3,12})(?!\w))?/g
const later =
  '(?:blocked by|depends? (?:up)?on|depending on|dependent on|requires?|needs?|waits? (?:for|on)|follows?|after)'
const sooner = '(?:unblocks?|blocks?|blocking|precedes?|before)'
const arrow = '(?:→|⇒|-{1,3}>|={1,3}>)'
const verb = new RegExp(`(?<![\\w-])(${later})(?![\\w-])|(?<![\\w-])(?:${sooner})(?![\\w-])|${arrow}`, 'gi')
const inline = new RegExp(`(?<![\\w-])(?:(${later})|(${sooner}))\\s{0,3}:?\\s{1,3}(?=[(]?T\\d{3})`, 'gi')
const between = /(?:\s{0,3}(?:,|;|&|\+|\/|\band\b|\bor\b)){1,2}\s{1,3}|\s{0,3}(?:,|&|\+|\/)\s{0,3}/y
const denied = /(?:\bnot|\bnever|n't|\bno longer|\bno)\s{0,3}$/i
const denial = /\b(?:not|never|no|without|independent(?:ly)?)\b|n't\b/i

function mentionOf(found: RegExpExecArray | RegExpMatchArray): Mention {
  const last = found[2] ?? found[3] ?? found[4]
  return last === undefined ? { first: Number(found[1]) } : { first: Number(found[1]), last: Number(last) }
}

/** Emphasis and code marks change nothing that is said; blanks take their place so that columns stay true. */
function bare(text: string): string {
  return text.replace(/[*`\u00a0]/g, ' ').replaceAll('\u2060', ' ')
}

/** What a step says of itself: `(depends on T012, T013)`, `after T004-T007`, `blocks T020`. */
export function saidInline(text: string, line: number): Statement[] {
  if (!text.includes('T')) return []
  const words = bare(text)
  const statements: Statement[] = []
  for (const found of words.matchAll(inline)) {
    if (denied.test(words.slice(Math.max(0, found.index - 16), found.index))) continue
    const mentions = listAt(words, found.index + found[0].length)
    if (mentions.length === 0) continue
    const side = found[1] === undefined ? { after: mentions } : { before: mentions }
    statements.push({ ...side, line, column: found.index + 1 })
  }
  return statements
}

/** A run of ids with nothing but commas and the like between them. */
function listAt(words: string, start: number): Mention[] {
  const mentions: Mention[] = []
  let at = words[start] === '(' ? start + 1 : start
  while (mentions.length < 500) {
    const id = new RegExp(mention.source, 'y')
    id.lastIndex = at
    const found = id.exec(words)
    if (!found) break
    mentions.push(mentionOf(found))
    between.lastIndex = id.lastIndex
    if (!between.test(words)) break
    at = between.lastIndex
  }
  return mentions
}

/** A clause that names steps on one side only, or says something that is not understood. */
export interface Loose {
  readonly mentions: readonly Mention[]
  /** Its other side is words: "Polish (T043-T047) after implementation". */
  readonly oneSided: boolean
  readonly words: string
  readonly line: number
  readonly column: number
}

export interface Sentences {
  readonly statements: readonly Statement[]
  readonly loose: readonly Loose[]
}

/** One line of a list of dependencies. Each clause says one thing, or a chain of single steps; else it is not guessed at. */
export function saidInList(text: string, line: number): Sentences {
  const words = bare(text)
  const statements: Statement[] = []
  const loose: Loose[] = []
  let start = 0
  for (const clause of words.split(/;|\.(?=\s|$)/)) {
    const read = readClause(clause, line, start + 1)
    if (read === undefined) loose.push(looseIn(clause, line, start + 1))
    else statements.push(...read)
    start += clause.length + 1
  }
  return { statements, loose }
}

function looseIn(clause: string, line: number, column: number): Loose {
  const verbs = [...clause.matchAll(verb)]
  const at = verbs[0]?.index ?? 0
  const [left, right] = [mentionsIn(clause.slice(0, at)), mentionsIn(clause.slice(at))]
  const oneSided = verbs.length === 1 && (left.length === 0 || right.length === 0) && !denial.test(clause)
  return { mentions: [...left, ...right], oneSided, words: clause, line, column }
}

function readClause(clause: string, line: number, column: number): Statement[] | undefined {
  const parts: Mention[][] = []
  const backward: boolean[] = []
  let from = 0
  for (const found of clause.matchAll(verb)) {
    parts.push(mentionsIn(clause.slice(from, found.index)))
    backward.push(found[1] !== undefined)
    from = found.index + found[0].length
  }
  parts.push(mentionsIn(clause.slice(from)))
  if (parts.every((part) => part.length === 0)) return []
  if (/\bparallel|\bindependent|\bconcurrent|\btogether\b/i.test(clause) && backward.length === 0) return []
  const chained = parts.slice(1, -1).every((part) => part.length === 1 && part[0]?.last === undefined)
  if (denial.test(clause) || !chained || parts.some((part) => part.length === 0) || parts.length < 2) return undefined
  return backward.map((turned, index) => {
    const [left = [], right = []] = [parts[index], parts[index + 1]]
    return { before: turned ? right : left, after: turned ? left : right, line, column }
  })
}

function mentionsIn(text: string): Mention[] {
  return [...text.matchAll(mention)].slice(0, 500).map(mentionOf)
}

const drawnArrow = /(?:-\.{1,9}->?|-{2,9}>|={2,9}>)(?:\|[^|]{0,200}\|)?/g

/** A line of a Mermaid graph: arrows between ids, whatever their labels say. */
export function saidInDiagram(text: string, line: number): readonly Statement[] {
  if (text.trimStart().startsWith('%%')) return []
  const unlabelled = text.replace(/\[[^\]]{0,400}\]|\([^)]{0,400}\)|\{[^}]{0,400}\}|"[^"]{0,400}"/g, ' ')
  const drawn = unlabelled.replace(drawnArrow, ' --> ')
  return drawn.includes('-->') ? (readClause(drawn, line, 1) ?? []) : []
}
