// Takes secrets out of text before it rests anywhere: known token shapes, keys, passwords in addresses, and given ones in any spelling.
import { type Findings, Spellings } from './spellings.ts'

/** Every length is bounded and every start anchored, so that no text makes these slow. */
const shapes: readonly (readonly [name: string, shape: RegExp])[] = [
  ['model key', /(?<![\w-])sk-(?:ant-|proj-|or-v1-|svcacct-|admin-)?[\w-]{16,400}/g],
  ['model key', /(?<![\w-])(?:gsk_|xai-|pplx-|r8_|nvapi-|fw_|tgp_v1_|csk-|co_)[\w-]{20,200}/g],
  ['GitHub token', /(?<!\w)gh[pousr]_\w{20,255}|(?<!\w)github_pat_\w{22,255}/g],
  ['GitLab token', /(?<![\w-])gl(?:pat|dt|ptt|rt|cbt|ft|soat|agent)-[\w-]{20,200}/g],
  ['Slack token', /(?<!\w)xox[abeoprs]-[\w-]{10,250}|(?<!\w)xapp-[\w-]{20,250}/g],
  ['AWS key', /(?<!\w)(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}(?!\w)/g],
  ['Google key', /(?<![\w-])AIza[\w-]{35}|(?<!\w)ya29\.[\w-]{20,400}|(?<!\w)GOCSPX-[\w-]{20,60}/g],
  [
    'registry token',
    /(?<!\w)npm_\w{36}|(?<![\w-])pypi-[\w-]{40,300}|(?<!\w)dckr_pat_[\w-]{20,80}|(?<!\w)rubygems_\w{40,60}/g,
  ],
  ['model hub token', /(?<!\w)hf_\w{24,80}/g],
  ['payment key', /(?<!\w)(?:sk|rk|whsec)_(?:live_|test_)?\w{16,255}/g],
  ['mail key', /(?<!\w)SG\.[\w-]{16,80}\.[\w-]{16,80}|(?<!\w)key-[0-9a-f]{32}(?!\w)/g],
  [
    'cloud token',
    /(?<!\w)do[oprt]_v1_[0-9a-f]{40,80}|(?<!\w)shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32,64}|(?<!\w)hvs\.[\w-]{24,200}/g,
  ],
  ['age key', /AGE-SECRET-KEY-1[0-9A-Z]{40,80}/g],
  ['signed token', /(?<![\w-])eyJ[\w-]{8,2000}\.[\w-]{8,4000}\.[\w-]{0,2000}/g],
]

const bearer = /(?<!\w)(bearer|basic)([ \t]{1,8})[\w.~+/=-]{16,4000}/gi
const address =
  /(?<![a-z0-9+.-])([a-z][a-z0-9+.-]{1,20}:\/\/)([^\s/@:'"`<>]{0,200}:[^\s/@'"`<>]{1,400}|[^\s/@:'"`<>]{16,400})@/gi
const keyBegins = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g
const keyEnds = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/
/** Base64, a header, or nothing, perhaps quoted; prose has blanks between its words and is none of these. */
const keyLine = /^[\s>|+#*"'-]{0,20}(?:[\w+/=]{0,200}|[A-Z][\w-]{0,30}: .{0,200})["'\\,;+\s]{0,10}$/
const keyLinesAtMost = 400

/** A line is held until it ends; a longer one is let go in parts, of which the last `overlap` characters stay behind. */
const heldAtMost = 65_536
const overlap = 16_384

const removed = (what: string): string => `[removed: ${what}]`

const known = new WeakMap<readonly string[], { readonly of: readonly string[]; readonly spellings: Spellings }>()

/** Worked out once for a list, and again when what is in it has changed. */
function spellingsOf(secrets: readonly string[]): Spellings {
  const before = known.get(secrets)
  if (before?.of.length === secrets.length && before.of.every((one, at) => one === secrets[at])) return before.spellings
  const made = { of: [...secrets], spellings: new Spellings(secrets) }
  known.set(secrets, made)
  return made.spellings
}

/** Lines stay as many as they were. */
function withoutSecrets(text: string, found: readonly Range[]): string {
  let clean = ''
  let from = 0
  for (const { start, end } of found) {
    if (start >= text.length) break
    clean += text.slice(from, start) + removed('secret') + '\n'.repeat(text.slice(start, end).split('\n').length - 1)
    from = end
  }
  return clean + text.slice(from)
}

function scrubLine(text: string): string {
  let clean = text.replace(address, (_, scheme: string) => `${scheme}${removed('login')}@`)
  for (const [name, shape] of shapes) clean = clean.replace(shape, removed(name))
  return clean.replace(bearer, (_, scheme: string, blank: string) => `${scheme}${blank}${removed('token')}`)
}

interface Range {
  readonly start: number
  readonly end: number
}

/** The last place up to `wanted` that lies in no range. */
function outside(wanted: number, ranges: readonly Range[]): number {
  let cut = wanted
  for (let before = -1; before !== cut; ) {
    before = cut
    for (const { start, end } of ranges) if (start < cut && end > cut) cut = start
  }
  return cut
}

/** Where an endless line may be cut: at the last place before `wanted` that lies in no finding. */
function safeCut(text: string, wanted: number, { found, open }: Findings): number {
  const ranges: Range[] = [...found, { start: open, end: text.length }]
  for (const shape of [...shapes.map((each) => each[1]), bearer, address])
    for (const token of text.matchAll(shape)) ranges.push({ start: token.index, end: token.index + token[0].length })
  const begin = [...text.slice(0, wanted).matchAll(keyBegins)].at(-1)
  if (begin && wanted - begin.index < overlap && !keyEnds.test(text.slice(begin.index, wanted)))
    ranges.push({ start: begin.index, end: wanted + 1 })
  const cut = outside(wanted, ranges)
  return cut > 0 ? cut : wanted
}

/** Where whole lines may be cut: before the line in which something begins that may go on behind them. */
function lineCut(text: string, { found, open }: Findings): number {
  if (open >= text.length) return text.length
  const lineOf = (at: number): number => (at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1)
  const ranges = found.map(({ start, end }) => ({ start: lineOf(start), end }))
  return outside(lineOf(open), ranges)
}

/** Scrubs text that arrives in parts: a secret cut in two by a chunk's end is still found. `flush` gives the rest. */
export interface Scrubber {
  push(chunk: string): string
  flush(): string
}

/** Takes what is known by its shape out of one line after the other. */
function byLines(): (text: string) => string {
  let keyLines = 0

  /** Inside a private key nothing is shown, until its end, a line that cannot be of a key, or too many lines. */
  const line = (text: string): string => {
    const ending = text.endsWith('\n') ? '\n' : ''
    let rest = text
    let out = ''
    if (keyLines > 0) {
      const end = keyEnds.exec(rest)
      keyLines =
        end === null && (keyLine.test(rest) || rest.includes('[removed: ')) && keyLines < keyLinesAtMost
          ? keyLines + 1
          : 0
      if (keyLines > 0) return ending
      if (end) rest = rest.slice(end.index + end[0].length)
    }
    let from = 0
    for (const begin of rest.matchAll(keyBegins)) {
      if (begin.index < from) continue
      out += scrubLine(rest.slice(from, begin.index)) + removed('private key')
      const body = begin.index + begin[0].length
      const end = keyEnds.exec(rest.slice(body))
      if (end === null) {
        keyLines = 1
        return out + ending
      }
      from = body + end.index + end[0].length
    }
    return out + scrubLine(rest.slice(from))
  }

  return (text) => {
    let out = ''
    let start = 0
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      out += line(text.slice(start, end + 1))
      start = end + 1
    }
    return start < text.length ? out + line(text.slice(start)) : out
  }
}

const nothing: readonly string[] = []

export function scrubber(secrets = nothing): Scrubber {
  const lines = byLines()
  let held = ''
  /** Whole lines go, but for those at the end that one may begin in that goes on in the next. */
  const wholeLines = (): string => {
    const ready = held.slice(0, held.lastIndexOf('\n') + 1)
    const findings = spellingsOf(secrets).find(ready)
    const cut = lineCut(ready, findings)
    const clean = withoutSecrets(held.slice(0, cut), findings.found)
    held = held.slice(cut)
    return lines(clean)
  }

  return {
    push(chunk) {
      held += chunk
      let out = chunk.includes('\n') ? wholeLines() : ''
      while (held.length > heldAtMost) {
        const findings = spellingsOf(secrets).find(held)
        const cut = safeCut(held, held.length - overlap, findings)
        out += lines(withoutSecrets(held.slice(0, cut), findings.found))
        held = held.slice(cut)
      }
      return out
    },
    flush() {
      const rest = held
      held = ''
      return rest === '' ? '' : lines(withoutSecrets(rest, spellingsOf(secrets).find(rest).found))
    },
  }
}

/** The same for a whole text. */
export function scrub(text: string, secrets = nothing): string {
  const each = scrubber(secrets)
  return each.push(text) + each.flush()
}

const pieceAtLeast = 8

/**
 * The same for what was cut out of a longer text before its secrets were looked for: a line may also begin with the end of one, or end
 * with the beginning of one, before the mark of what was left out.
 */
export function scrubCut(text: string, secrets = nothing): string {
  const clean = scrub(text, secrets)
  const known = secrets.flatMap((secret) => secret.split(/[\r\n]+/)).filter((part) => part.length > pieceAtLeast)
  if (known.length === 0) return clean
  return clean
    .split('\n')
    .map((line) => known.reduce(withoutPieces, line))
    .join('\n')
}

function withoutPieces(line: string, secret: string): string {
  let rest = line
  const most = Math.min(secret.length - 1, rest.length)
  for (let length = most; length >= pieceAtLeast; length -= 1) {
    if (!rest.startsWith(secret.slice(-length))) continue
    rest = removed('secret') + rest.slice(length)
    break
  }
  const mark = /(?:…|\.\.\.)?[ \t"']{0,4}$/.exec(rest)?.[0] ?? ''
  const body = rest.slice(0, rest.length - mark.length)
  for (let length = Math.min(most, body.length); length >= pieceAtLeast; length -= 1)
    if (body.endsWith(secret.slice(0, length))) return body.slice(0, -length) + removed('secret') + mark
  return rest
}
