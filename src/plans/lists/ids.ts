// Finds what a line of a list calls itself, and makes a name of its words when it calls itself nothing.

export interface Called {
  /** As it stands in the file. */
  readonly raw: string
  /** Surely a name, so that two of them are a mistake; others may be words, tags or numbers that begin anew under each heading. */
  readonly strong: boolean
  /** The words behind it. */
  readonly rest: string
  /** How many letters stand before it. */
  readonly at: number
}

const slugAtMost = 48
const marks =
  /(?:\p{Extended_Pictographic}\ufe0f?[ \t]{1,4})?(?:(?:\[P\]|\(P\)|\[parallel\]|\(parallel\)|[([]P[0-5][)\]])[ \t]{1,8})*/iuy
const plain =
  /(#?[A-Za-z0-9](?:[A-Za-z0-9-]|_(?=[A-Za-z0-9])|[\u2010-\u2015\u2212](?=\w)|\.(?=\w)){0,79})(:(?=\s|$)|[.)](?=\s|$)|\*?(?=\s|$))[ \t]{0,8}(?:[–—:-][ \t]{1,8})?/y
const decorated =
  /(\*\*|__|[*_`[(])(#?[A-Za-z0-9](?:[A-Za-z0-9-]|_(?=[A-Za-z0-9])|[\u2010-\u2015\u2212](?=\w)|\.(?=\w)){0,79})([:.)]?)(\*\*|__|[*_`\])](?=[:.]?(?:\s|$))|(?=[ \t]))([:.]?)(?=\s|$)[ \t]{0,8}([–—:-][ \t]{1,8})?/y
const ticket = /^(?:[A-Z]{1,10}-?\d{1,6}(?:\.\d{1,6}){0,5}[a-z]?|\d{1,6}(?:\.\d{1,6}){1,7}[a-z]?|#\d{1,9})$/
const surely = /^(?:[A-Z]{1,10}(?:-\d|\d\d|\d{1,6}\.\d)|\d{1,6}\.\d)/
const whole = /^\d{1,6}$/
const urgency = /^P\d$/
const date = /^\d{4}-\d{1,2}(?:-\d{1,2})?$/
const file =
  /\.(?:[cm]?[jt]sx?|json|ya?ml|toml|mdx?|txt|py|rb|go|rs|java|kt|cs|css|html?|sh|sql|vue|svelte|php|c|h|cpp)$/i
/** A small word in emphasis and with a colon behind it. */
const simple = /^[a-z][a-z0-9]{1,40}$/
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const kebab = /^[a-z][a-z0-9]{0,40}(?:[-_.][a-z0-9]{1,40}){1,10}$/

/** `AUTH-1: …`, `**S1.1** …`, `[T3] …`, `setup-db: …`, `1.2 …`, `#12 …`; undefined when the words begin with none. */
export function calledIn(words: string): Called | undefined {
  const first = words.charCodeAt(0)
  const plainly =
    (first >= 0x41 && first <= 0x5a) || (first >= 0x61 && first <= 0x7a) || (first >= 0x30 && first <= 0x39)
  marks.lastIndex = 0
  const start = !plainly && marks.test(words) ? marks.lastIndex : 0
  return decoratedIn(words, start) ?? plainIn(words, start)
}

function decoratedIn(words: string, start: number): Called | undefined {
  if (!'*_`[('.includes(words[start] ?? 'x')) return undefined
  decorated.lastIndex = start
  const [, opened = '', raw = '', , shut = '', , stroke] = decorated.exec(words) ?? []
  if (raw === '') return undefined
  const bracket = opened === '[' || opened === '('
  const tied = shut !== '' || stroke !== undefined
  const colon = /:/.test(decorated.lastIndex > 0 ? words.slice(start, decorated.lastIndex) : '')
  const tagged = colon && simple.test(raw)
  if (bracket || !tied ? !isTicket(raw) : !(isTicket(raw) || isName(raw) || whole.test(raw) || tagged)) return undefined
  const rest = closed(words.slice(decorated.lastIndex), opened, shut)
  return { raw, strong: !bracket && surely.test(raw), rest: words.slice(0, start) + rest, at: start + opened.length }
}

function plainIn(words: string, start: number): Called | undefined {
  plain.lastIndex = start
  const [found = '', raw = '', stop = ''] = plain.exec(words) ?? []
  if (raw === '') return undefined
  const colon = stop === ':' || (found.length > raw.length + 1 && /[:–—-][ \t]{1,8}$/.test(found))
  if (!colon && !/\d/.test(raw)) return undefined
  const named = colon
    ? isTicket(raw) || isName(raw) || whole.test(raw)
    : isTicket(raw) || (stop !== '' && whole.test(raw))
  if (!named) return undefined
  const rest = words.slice(0, start) + words.slice(plain.lastIndex)
  return { raw, strong: colon && surely.test(raw), rest, at: start }
}

function isTicket(raw: string): boolean {
  return ticket.test(raw.replace(/[\u2010-\u2015\u2212]/g, '-')) && !urgency.test(raw)
}

/** Something with a digit in it, or words tied together; no number, date or file. */
function isName(raw: string): boolean {
  if (date.test(raw) || file.test(raw) || urgency.test(raw)) return false
  return (/\d/.test(raw) && /[A-Za-z]/.test(raw)) || kebab.test(raw) || uuid.test(raw)
}

/** Emphasis that opened before the name and goes on behind it: `**S1.1 – Title**`. */
function closed(rest: string, opened: string, shut: string): string {
  if (shut !== '') return rest
  const at = rest.indexOf(opened === '[' ? ']' : opened === '(' ? ')' : opened)
  return at < 0 ? rest : rest.slice(0, at) + rest.slice(at + opened.length)
}

/** Enough to tell two texts apart; not safe against somebody who wants them to meet. */
function digest(text: string): string {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return (hash >>> 0).toString(36).padStart(4, '0').slice(-4)
}

const aside = /\([^()]{0,400}\)|\[[^[\]]{0,400}\]\([^()]{0,2000}\)|\[[^[\]]{0,400}\]|<[^<>]{0,400}>/g
const tags = /(?<![\w/.&])[@#!][\w-]{1,64}(?![\w/.-])/g

/** What is left of the words when marks, tags and asides are taken away: those may change while the step stays the same. */
function core(words: string): string {
  let text = words
  if (text.includes('(') || text.includes('[') || text.includes('<')) {
    text = text.replace(aside, (found) => {
      const link = found.indexOf('](')
      return link > 0 ? found.slice(1, link) : ' '
    })
  }
  return /[@#!]/.test(text) ? text.replace(tags, ' ') : text
}

/** `Add the login form (P1) @eve` → `add-the-login-form`. What is cut off or cannot be written in ASCII goes into a short digest. */
export function slugOf(words: string): string {
  const text = core(words)
  const whole = slugged(text)
  return whole === '' ? slugged(words) || `step-${digest(words)}` : whole
}

function slugged(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it asks for what is not ASCII
  const lost = /[^\x00-\x7f]/.test(text) && wideLetter.test(text)
  const folded = lost ? text.normalize('NFKD').replace(/\p{M}/gu, '') : text
  const { slug, cut } = joined(folded.toLowerCase())
  return lost || cut ? `${slug === '' ? 'step' : slug}-${digest(text.trim())}` : slug
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: it asks for what is not ASCII
const wideLetter = /(?![\x00-\x7f])[\p{L}\p{N}]/u

/** Runs of letters and digits with dashes between them, as many as there is room for. */
function joined(text: string): { slug: string; cut: boolean } {
  let slug = ''
  let start = -1
  for (let at = 0; at <= text.length; at += 1) {
    const code = at < text.length ? text.charCodeAt(at) : 0
    if ((code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39)) {
      if (start < 0) start = at
      continue
    }
    if (start < 0) continue
    const room = slugAtMost - slug.length - (slug === '' ? 0 : 1)
    const part = text.slice(start, at)
    if (part.length > room) return { slug: slug === '' ? part.slice(0, slugAtMost) : slug, cut: true }
    slug = slug === '' ? part : `${slug}-${part}`
    start = -1
  }
  return { slug, cut: false }
}
