// Which paths and links may enter a tree: pure, and at least as strict as what writes the tree.

const controls = /\p{Cc}/u
const surrogates = /\p{Cs}/u
// Code points that HFS+ leaves out when it compares names.
const ignoredByHfs = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/gu

/** Two names with the same fold are one file where case or Unicode form do not count. */
export function fold(name: string): string {
  return name.replace(ignoredByHfs, '').normalize('NFC').toLowerCase().toUpperCase().toLowerCase().normalize('NFC')
}

function namesGit(name: string): boolean {
  const bare = fold(name)
    .replace(/:.*$/su, '')
    .replace(/[. ]+$/u, '')
  return bare === '.git' || /^git~\d+$/.test(bare)
}

/** Why a path cannot be taken; undefined when it can. */
export function pathTrouble(path: string): string | undefined {
  if (surrogates.test(path) || controls.test(path)) return 'its name holds a control character'
  if (path.includes('\\')) return 'its name holds a backslash'
  if (/^[a-z]:/i.test(path)) return 'its name begins like a drive'
  if (Buffer.byteLength(path) > 4096) return 'its path is longer than 4096 bytes'
  for (const name of path.split('/')) {
    if (Buffer.byteLength(name) > 255) return 'its name is longer than 255 bytes'
    if (/[. ]$/.test(name)) return 'a name in it ends in a dot or a space'
    if (namesGit(name)) return 'it names a git folder'
  }
  return fold(path) === '.gitmodules' ? 'it would add nested repositories' : undefined
}

/** Why a link cannot be taken: it could lead out of the tree, or to git's folder, whatever else is in the tree. */
export function linkTrouble(path: string, target: string): string | undefined {
  if (target === '' || target.startsWith('/') || target.includes('\\') || /^[a-z]:/i.test(target))
    return 'it is a link that leaves the tree'
  const parts = target.split('/').filter((part) => part !== '' && part !== '.')
  const named = parts.findIndex((part) => part !== '..')
  const ups = named === -1 ? parts.length : named
  if (ups > path.split('/').length - 1) return 'it is a link that leaves the tree'
  // After a name, `..` goes up from wherever that name leads, which may be another link.
  if (parts.slice(ups).includes('..')) return 'it is a link that may leave the tree'
  return parts.some(namesGit) ? 'it is a link into a git folder' : undefined
}
