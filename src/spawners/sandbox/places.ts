// Where a child in the sandbox finds what is its own, and what of this machine lies inside what.

/** Where the child finds its folder and its home. */
export const workPlace = '/baton/work'
export const homePlace = '/baton/home'

export function inside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`)
}
