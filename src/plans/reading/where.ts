// Where a plan lies in the repository, from the path that a person gave.

/** From the root of the repository, with forward slashes, '' for the top; undefined for a path that leaves it. */
export function cleanPath(path: string): string | undefined {
  const clean = path
    .replaceAll('\\', '/')
    .replace(/^(?:\.\/)+/, '')
    .replace(/\/+$/, '')
  if (clean.startsWith('/') || clean.includes('\0') || clean.split('/').includes('..')) return undefined
  return clean === '.' ? '' : clean
}

/** The folder with its slash, or '' for the top, and the file when the path ends like one; undefined for a path that leaves the repository. */
export function folderOf(path: string, ending: RegExp): { folder: string; file?: string } | undefined {
  const clean = cleanPath(path)
  if (clean === undefined) return undefined
  if (!ending.test(clean)) return { folder: clean === '' ? '' : `${clean}/` }
  return { folder: clean.slice(0, clean.lastIndexOf('/') + 1), file: clean }
}
