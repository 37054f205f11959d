// Where a child in the sandbox finds what is its own, and what of this machine lies inside what.

/** Where the child finds its folder and its home. */
export const workPlace = '/baton/work'
export const homePlace = '/baton/home'

export interface Descriptors {
  readonly filter?: number
  readonly info?: number
  readonly block?: number
}

/** Which descriptors bubblewrap is given besides the usual three. It closes all of them before the child starts. */
export function descriptors(wanted: { readonly filter: boolean; readonly bridge: boolean }): Descriptors {
  const first = wanted.filter ? 4 : 3
  return { ...(wanted.filter ? { filter: 3 } : {}), ...(wanted.bridge ? { info: first, block: first + 1 } : {}) }
}

export function inside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`)
}
