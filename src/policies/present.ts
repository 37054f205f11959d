// Leaves out what was not said, so that a field which is there always holds something.

export function present<T extends object>(fields: T): { readonly [K in keyof T]?: Exclude<T[K], undefined> } {
  const there = Object.entries(fields).filter(([, value]) => value !== undefined)
  return Object.fromEntries(there) as { readonly [K in keyof T]?: Exclude<T[K], undefined> }
}
