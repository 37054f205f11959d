// Takes secrets out of text before it rests anywhere: known token shapes, keys, passwords in addresses, and given literals.

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

/** As it is, and as it looks inside JSON and inside an address. Short ones would take ordinary words with them. */
function literalsOf(secrets: readonly string[]): readonly string[] {
  const parts = secrets.flatMap((secret) => secret.split(/[\r\n]+/)).filter((part) => part.length >= 6)
  const spelt = parts.flatMap((part) => [part, JSON.stringify(part).slice(1, -1), encoded(part)])
  return [...new Set(spelt)].sort((a, b) => b.length - a.length || (a < b ? -1 : 1))
}

function encoded(part: string): string {
  return part.isWellFormed() ? encodeURIComponent(part) : part
}

function scrubLine(text: string, literals: readonly string[]): string {
  let clean = text
  for (const literal of literals) clean = clean.split(literal).join(removed('secret'))
  clean = clean.replace(address, (_, scheme: string) => `${scheme}${removed('login')}@`)
  for (const [name, shape] of shapes) clean = clean.replace(shape, removed(name))
  return clean.replace(bearer, (_, scheme: string, blank: string) => `${scheme}${blank}${removed('token')}`)
}

/** Where an endless line may be cut: at the last place before `wanted` that lies in no finding. */
function safeCut(text: string, wanted: number, literals: readonly string[]): number {
  let cut = wanted
  const avoid = (start: number, end: number): void => {
    if (start < cut && end > cut) cut = start
  }
  for (const literal of literals) {
    for (let at = text.indexOf(literal); at >= 0; at = text.indexOf(literal, at + 1)) avoid(at, at + literal.length)
  }
  for (const shape of [...shapes.map((each) => each[1]), bearer, address]) {
    for (const found of text.matchAll(shape)) avoid(found.index, found.index + found[0].length)
  }
  const begin = [...text.slice(0, cut).matchAll(keyBegins)].at(-1)
  if (begin && cut - begin.index < overlap && !keyEnds.test(text.slice(begin.index, cut))) cut = begin.index
  return cut > 0 ? cut : wanted
}

/** Scrubs text that arrives in parts: a secret cut in two by a chunk's end is still found. `flush` gives the rest. */
export interface Scrubber {
  push(chunk: string): string
  flush(): string
}

export function scrubber(secrets: readonly string[] = []): Scrubber {
  const literals = literalsOf(secrets)
  let held = ''
  let keyLines = 0

  /** Inside a private key nothing is shown, until its end, a line that cannot be of a key, or too many lines. */
  const line = (text: string): string => {
    const ending = text.endsWith('\n') ? '\n' : ''
    let rest = text
    let out = ''
    if (keyLines > 0) {
      const end = keyEnds.exec(rest)
      keyLines = end === null && keyLine.test(rest) && keyLines < keyLinesAtMost ? keyLines + 1 : 0
      if (keyLines > 0) return ending
      if (end) rest = rest.slice(end.index + end[0].length)
    }
    let from = 0
    for (const begin of rest.matchAll(keyBegins)) {
      if (begin.index < from) continue
      out += scrubLine(rest.slice(from, begin.index), literals) + removed('private key')
      const body = begin.index + begin[0].length
      const end = keyEnds.exec(rest.slice(body))
      if (end === null) {
        keyLines = 1
        return out + ending
      }
      from = body + end.index + end[0].length
    }
    return out + scrubLine(rest.slice(from), literals)
  }

  return {
    push(chunk) {
      let seen = held.length
      held += chunk
      let out = ''
      let start = 0
      for (let end = held.indexOf('\n', seen); end >= 0; end = held.indexOf('\n', seen)) {
        out += line(held.slice(start, end + 1))
        start = end + 1
        seen = start
      }
      held = held.slice(start)
      while (held.length > heldAtMost) {
        const cut = safeCut(held, held.length - overlap, literals)
        out += line(held.slice(0, cut))
        held = held.slice(cut)
      }
      return out
    },
    flush() {
      const out = held === '' ? '' : line(held)
      held = ''
      return out
    },
  }
}

/** The same for a whole text. */
export function scrub(text: string, secrets: readonly string[] = []): string {
  const each = scrubber(secrets)
  return each.push(text) + each.flush()
}
