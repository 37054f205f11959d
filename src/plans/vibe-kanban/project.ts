// Names the items of a board: one for each project in the export.
import { itemId } from '../reading/names.ts'

export function isNumber(project: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f-]{27}$/i.test(project)
}

/** A project that is named only by its number, and is the only one, needs none. */
export function projectIds(projects: readonly string[]): ReadonlyMap<string, string> {
  const ids = new Map<string, string>()
  const taken = new Set<string>()
  for (const project of projects) {
    const bare = isNumber(project)
    const name =
      project === '' || (bare && projects.length === 1)
        ? 'vibe-kanban'
        : `vibe-kanban-${bare ? project.slice(0, 8) : project}`
    const id = itemId(name)
    ids.set(project, taken.has(id.toLowerCase()) ? `${id}-${taken.size + 1}` : id)
    taken.add(id.toLowerCase())
  }
  return ids
}
