// What a caller may do: four rights, from looking to ruling; each method names the one that it needs.

export const scopes = ['read', 'run', 'approve', 'admin'] as const
/** read: look. run: start, stop and change work. approve: answer for it. admin: whatever the owner of the home may. */
export type Scope = (typeof scopes)[number]

/** What whoever owns the home may do. */
export const everything: ReadonlySet<Scope> = new Set(scopes)

/** Whether something is the attempt itself or the step that it is of: all that a caller bound to an attempt may touch. */
export function ofAttempt(attempt: string, about: string): boolean {
  return about === attempt || about === attempt.slice(0, attempt.lastIndexOf('/'))
}
