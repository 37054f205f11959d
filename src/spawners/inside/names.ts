// Which names git, on any file system, would take for its own folder.

// Code points that HFS+ ignores in names.
const ignored = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g

/** `.git` in every disguise: case, ignorable characters, NTFS short names, streams, trailing dots and spaces. */
export function isGitName(name: string): boolean {
  const plain = name.replace(ignored, '').toLowerCase().split(':')[0] ?? ''
  const bare = plain.replace(/[. ]+$/, '')
  return bare === '.git' || bare === 'git~1'
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The text of a file's name, or undefined when it is not valid UTF-8 or holds a control character that breaks lines. */
export function readable(bytes: Uint8Array): string | undefined {
  try {
    const text = strict.decode(bytes)
    return /[\n\r\0]/.test(text) ? undefined : text
  } catch {
    return undefined
  }
}
