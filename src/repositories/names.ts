// Refs, paths and commit ids are judged here, without touching anything, before they reach a command line or a folder.
import { RepositoryTrouble } from '../core/ports.ts'

const CONTROL = /\p{Cc}/u
const SURROGATE = /\p{Cs}/u
/** Code points that HFS+ leaves out when it compares names, so that `.g\u200cit` is `.git` there. */
const IGNORED_BY_HFS = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/gu
const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3])( *\..*)?$/i

const ASCII = /^[\x20-\x7e]*$/

/** Two paths with the same fold are one file on a disk that ignores case or Unicode form. */
export function foldPath(path: string): string {
  if (ASCII.test(path)) return path.toLowerCase()
  return path.replace(IGNORED_BY_HFS, '').normalize('NFC').toLowerCase().toUpperCase().toLowerCase().normalize('NFC')
}

/** Why this is no full object id; undefined when it is one. */
export function oidProblem(id: string): string | undefined {
  if (typeof id !== 'string') return 'is not text'
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(id)
    ? undefined
    : 'is not a full object id of 40 or 64 lower-case hex digits'
}

/** Why this path cannot be looked up in a tree; undefined when it can. Nothing here touches a disk, so odd names are allowed. */
export function addressProblem(path: string): string | undefined {
  if (typeof path !== 'string' || path === '') return 'is empty'
  if (path.includes('\0')) return 'holds a NUL'
  if (SURROGATE.test(path)) return 'is not valid Unicode'
  if (path.startsWith('/')) return 'is absolute'
  if (Buffer.byteLength(path) > 4096) return 'is longer than 4096 bytes'
  const segments = path.split('/')
  if (segments.length > 256) return 'is more than 256 folders deep'
  if (segments.some((s) => s === '')) return 'holds an empty name'
  if (segments.some((s) => s === '.' || s === '..')) return 'holds . or ..'
  return undefined
}

/** Why this path must not be written, into a tree or a folder; undefined when it is safe inside any root. */
export function pathProblem(path: string, platform: string = process.platform): string | undefined {
  const problem = addressProblem(path)
  if (problem) return problem
  if (/[\r\n]/.test(path)) return 'holds a line end'
  if (CONTROL.test(path)) return 'holds a control character'
  if (path.includes('\\')) return 'holds a backslash'
  if (/^[a-z]:/i.test(path)) return 'begins with a drive'
  for (const segment of path.split('/')) {
    const why = segmentProblem(segment, platform)
    if (why) return why
  }
  return undefined
}

function segmentProblem(segment: string, platform: string): string | undefined {
  if (Buffer.byteLength(segment) > 255) return 'holds a name longer than 255 bytes'
  if (/[. ]$/.test(segment)) return 'holds a name that ends in a dot or a space'
  if (namesGit(segment)) return 'names a git folder'
  if (platform !== 'win32') return undefined
  if (/[<>:"|?*]/.test(segment)) return 'holds a character that Windows forbids'
  return DEVICE.test(segment) ? 'is the name of a Windows device' : undefined
}

/** `.git` in every spelling that some disk takes for it: case, HFS+ ignorables, NTFS streams, short names, trailing dots and spaces. */
export function namesGit(segment: string): boolean {
  const bare = foldPath(segment)
    .replace(/:.*$/su, '')
    .replace(/[. ]+$/u, '')
  return bare === '.git' || /^git~\d+$/.test(bare)
}

/** Does a link at `path` with this target leave the tree, or end in a git folder? */
export function linkLeaves(path: string, target: string): boolean {
  if (target === '' || target.includes('\0') || target.includes('\\') || /^(\/|[a-z]:)/i.test(target)) return true
  const parts = target.split('/').filter((part) => part !== '' && part !== '.')
  const named = parts.findIndex((part) => part !== '..')
  const ups = named === -1 ? parts.length : named
  if (ups > path.split('/').length - 1) return true
  // After a name, `..` goes up from wherever that name leads, which may be another link.
  return parts.slice(ups).includes('..') || parts.some(namesGit)
}

/** Why this is no full ref name that is safe to use; undefined when it is one. Stricter than `git check-ref-format`. */
export function refProblem(ref: string): string | undefined {
  if (typeof ref !== 'string' || !ref.startsWith('refs/')) return 'does not begin with refs/'
  if (SURROGATE.test(ref) || CONTROL.test(ref)) return 'holds a control character or invalid Unicode'
  if (/[ ~^:?*[\\]/.test(ref)) return 'holds one of the characters space ~ ^ : ? * [ \\'
  if (ref.includes('..') || ref.includes('@{')) return 'holds .. or @{'
  if (Buffer.byteLength(ref) > 1000) return 'is longer than 1000 bytes'
  const parts = ref.split('/')
  if (parts.length < 3) return 'names no branch'
  for (const part of parts) {
    if (part === '' || part === '@') return 'holds an empty name or @'
    if (part.startsWith('.') || part.startsWith('-') || part.endsWith('.'))
      return 'holds a name that begins with . or -, or ends in .'
    if (foldPath(part).endsWith('.lock')) return 'holds a name that ends in .lock'
    if (Buffer.byteLength(part) > 250) return 'holds a name longer than 250 bytes'
    if (DEVICE.test(part)) return 'holds the name of a Windows device'
  }
  return parts[1] === 'heads' && parts[2] === 'HEAD' ? 'is HEAD' : undefined
}

/** The namespaces in which Baton may move a ref. */
export function ownProblem(ref: string): string | undefined {
  const own = ref.startsWith('refs/heads/') || ref.startsWith('refs/baton/')
  return refProblem(ref) ?? (own ? undefined : 'is outside refs/heads/ and refs/baton/')
}

/** A prefix for listing refs: a namespace with or without its last slash, or a whole ref. */
export function prefixProblem(prefix: string): string | undefined {
  if (prefix === 'refs/' || /^refs\/(heads|tags|remotes|baton|notes|replace)\/?$/.test(prefix)) return undefined
  return refProblem(prefix.replace(/\/$/, ''))
}

/** Text from outside, short and harmless on a terminal. */
export function shown(text: string): string {
  const plain = String(text).replace(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/gu, '\ufffd')
  return `'${plain.length > 120 ? `${plain.slice(0, 117)}...` : plain}'`
}

export function refuse(what: string, name: string, problem: string | undefined): void {
  if (problem)
    throw new RepositoryTrouble('name', `The ${what} ${shown(name)} ${problem}, so it is refused.`, 'Use another name.')
}
