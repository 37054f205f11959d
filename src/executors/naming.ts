// Names an agent's tools alike, whatever its program calls them: `fs.read`, `codex.run`, `web.fetch`.
import type { ToolKind } from '../core/nouns/update.ts'

const files: readonly ToolKind[] = ['read', 'search', 'edit', 'delete', 'move']
const lettersAtMost = 40

/** `own` is the program's own name for it, where it tells one. */
export function toolName(program: string, tool: ToolKind, own = ''): string {
  if (files.includes(tool)) return `fs.${tool}`
  if (tool === 'execute') return `${program}.run`
  if (tool === 'fetch') return 'web.fetch'
  if (tool === 'switch_mode') return `${program}.mode`
  if (tool === 'think') return `${program}.think`
  const word = own
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, lettersAtMost)
  return `${program}.${word === '' ? 'other' : word}`
}
