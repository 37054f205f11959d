// The words that roadmaps use for states, phases and urgency.
import type { PlanStatus } from '../../core/nouns/step.ts'

const words: readonly (readonly [PlanStatus, RegExp])[] = [
  [
    'open',
    /^(?:not (?:yet )?(?:started|done)|todo|to do|planned|planning|open|pending|proposed|new|ready|queued|upcoming|backlog|tbd|none|draft|idea|next|0 ?%)\b/,
  ],
  ['cancelled', /^(?:cancel|dropped|won'?t|will not|rejected|abandoned|descoped|obsolete|declined)/],
  [
    'done',
    /^(?:done|complete|shipped|released|finished|closed|merged|delivered|live|implemented|resolved|yes|x$|100 ?%)/,
  ],
  ['review', /^(?:(?:in |under )?review|testing|qa\b|verif)/],
  ['blocked', /^(?:blocked|on hold|waiting|stuck|paused)/],
  ['deferred', /^(?:deferred|postponed|later|icebox|someday|parked)/],
  [
    'doing',
    /^(?:in[ -]?progress|wip\b|doing|started|active|ongoing|building|in development|under way|underway|current)/,
  ],
]
const emoji: readonly (readonly [PlanStatus, RegExp])[] = [
  ['done', /^(?:✅|✔|☑|✓|🟢|🎉|🚀|💚)/u],
  ['doing', /^(?:🔄|🚧|🏗|🟡|🔨|⚙|🔵|▶|⏳|🕐)/u],
  ['blocked', /^(?:⛔|🛑|🔴|🚫)/u],
  ['deferred', /^(?:⏸|🧊)/u],
  ['cancelled', /^(?:❌|✖|🗑)/u],
  ['review', /^(?:👀|🔍|🧪)/u],
  ['open', /^(?:⬜|🔲|⚪|📋|📝|🆕|☐|○|⭕|💡|🔜)/u],
]

/** What the words of a status say; undefined when they say nothing that is known. An empty one is open. */
export function statusOf(text: string): PlanStatus | undefined {
  const plain = text
    .replace(/[*_`~"]/g, '')
    .trim()
    .toLowerCase()
    .replaceAll('_', ' ')
  const said = plain.replace(/^[^\p{L}\p{N}]{1,12}/u, '')
  const found = said === '' ? undefined : words.find(([, shape]) => shape.test(said))?.[0]
  return found ?? emoji.find(([, shape]) => shape.test(plain))?.[0] ?? (/^[-–—?.\s]*$/.test(plain) ? 'open' : undefined)
}

/** A sign in front of an entry, as it stands there. */
export function signAt(text: string): { readonly sign: string; readonly status: PlanStatus } | undefined {
  const sign = /^(?:\p{Extended_Pictographic}|[✓○☐])\ufe0f?(?=\s|\*|$)/u.exec(text)?.[0]
  const status = sign === undefined ? undefined : emoji.find(([, shape]) => shape.test(sign))?.[0]
  return sign === undefined || status === undefined ? undefined : { sign, status }
}

const phases =
  /^[^\p{L}\p{N}]{0,8}(?:(?:phase|milestone|quarter|sprint|release|iteration|horizon|wave|stage|version)\b.{0,4}(?:\d|[A-Z]\b|[IVX]{1,5}\b|one|two|three|four|five)|Q[1-4]\b|H[12]\b.{0,3}\d|20\d\d\b|v?\d{1,3}\.\d|M\d{1,3}\b|(?:now|next|later|short[ -]term|mid[ -]term|medium[ -]term|long[ -]term|near[ -]term)\b)/iu
const waiting =
  /^[^\p{L}\p{N}]{0,8}(?:backlog|planned|upcoming|future|todo|to do|ideas?|features?|roadmap|tasks?|items?)\b/iu
const states: readonly (readonly [PlanStatus, RegExp])[] = [
  ['done', /^[^\p{L}\p{N}]{0,8}(?:recently )?(?:completed?|done|shipped|released|finished|delivered)\b/iu],
  ['doing', /^[^\p{L}\p{N}]{0,8}(?:in progress|currently|doing|active)\b/iu],
  ['cancelled', /^[^\p{L}\p{N}]{0,8}(?:not planned|won'?t|rejected|dropped|cancel|abandoned)/iu],
  ['deferred', /^[^\p{L}\p{N}]{0,8}(?:icebox|parking lot|someday|maybe|on hold|deferred|postponed|paused)\b/iu],
]
const telling =
  /^[^\p{L}\p{N}]{0,8}(?:goals?|objectives?|success|metrics?|kpis?|risks?|notes?|overview|summary|context|background|vision|assumptions?|non-goals|out of scope|references?|links?|exit criteria|acceptance|dependenc|definition|principles|how to|usage|legend|strategy|implementation strategy|contributing|changelog|status|owners?|timeline|budget|questions?|priorit(?:y|ies))/iu

/** Phases come one after the other; other headings only say what an entry is about. */
export const isPhase = (title: string): boolean => phases.test(title)
export const isWaiting = (title: string): boolean => waiting.test(title)
/** What every entry under such a heading is. */
export const stateOfHeading = (title: string): PlanStatus | undefined =>
  states.find(([, shape]) => shape.test(title))?.[0]
/** Lists under it tell something and are nothing to do. */
export const isTelling = (title: string): boolean => telling.test(title)

const levels: readonly (readonly [number, RegExp])[] = [
  [1, /^(?:critical|urgent|highest|very high|blocker|must(?:[- ]have)?)\b/i],
  [2, /^(?:high|should(?:[- ]have)?)\b/i],
  [3, /^(?:medium|med|normal|moderate|could(?:[- ]have)?)\b/i],
  [4, /^(?:low|nice[- ]to[- ]have)\b/i],
  [5, /^(?:lowest|very low|trivial|won'?t)\b/i],
]
const signs: readonly (readonly [number, RegExp])[] = [
  [1, /^(?:🔺|🔥|🚨)/u],
  [2, /^(?:🔴|⏫)/u],
  [3, /^(?:🟡|🔼|🟠)/u],
  [4, /^(?:🟢|🔽|🔵)/u],
]

/** `p` is a level such as P0, which still has to be told from the others of its file. */
export function urgencyOf(text: string): { readonly level: number; readonly p: boolean } | undefined {
  const plain = text.replace(/[*_`"]/g, '').trim()
  const p = /^\(?P([0-9])\b/i.exec(plain)?.[1]
  if (p !== undefined) return { level: Number(p), p: true }
  const number = /^#?(\d{1,4})(?![\d.%])/.exec(plain)?.[1]
  if (number !== undefined) return { level: Number(number), p: false }
  const said = plain.replace(/^[^\p{L}\p{N}]{1,8}/u, '')
  const level = levels.find(([, shape]) => shape.test(said))?.[0] ?? signs.find(([, shape]) => shape.test(plain))?.[0]
  return level === undefined ? undefined : { level, p: false }
}

/** Where a phase stands among others by its numbers; undefined when it has none. */
export function rankOf(phase: string): number | undefined {
  const quarter = /\bQ([1-4])\b.{0,4}?(20\d\d)?/i.exec(phase)
  const year = /\b(20\d\d)\b/.exec(phase)?.[1]
  if (quarter !== null) return Number(year ?? 0) * 10 + Number(quarter[1])
  const number = /(\d{1,6}(?:\.\d{1,6})?)/.exec(phase)?.[1]
  return number === undefined ? undefined : Number(number) * (year === undefined ? 1 : 10)
}
