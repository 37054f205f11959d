// What a shell agent is told of its step: by environment variables, never by text inside a command.
import type { Assignment } from '../core/ports.ts'

const valueBytesAtMost = 65_536

/** An environment value can hold no NUL, and a kernel refuses one that is too long. */
export function bounded(text: string): string {
  const clean = text.replaceAll('\0', '')
  if (Buffer.byteLength(clean) <= valueBytesAtMost) return clean
  const cut = Buffer.from(clean).subarray(0, valueBytesAtMost)
  return cut.toString('utf8').replace(/\ufffd{1,3}$/, '')
}

export function isLong(text: string): boolean {
  return Buffer.byteLength(text) > valueBytesAtMost
}

/**
 * What belongs to the machine first, then what the profile says, then what we say: a profile cannot speak in our name.
 * `promptFile` is named when the prompt is too long for a variable; the whole prompt also comes by standard input.
 */
export function surroundings(
  assignment: Assignment,
  machine: Readonly<Record<string, string>>,
  promptFile?: string,
): Record<string, string> {
  const { step, agent, item } = assignment
  const told: Record<string, string> = {
    BATON_STEP: `${item}/${step.key}`,
    BATON_ITEM: item,
    BATON_ATTEMPT: assignment.attempt,
    BATON_KEY: step.key,
    BATON_TITLE: step.title,
    BATON_BRIEF: step.brief,
    BATON_WRITES: step.writes.join('\n'),
    BATON_GROUP: step.group,
    BATON_ROLE: assignment.role.name,
    BATON_BASE: assignment.base,
    BATON_FEEDBACK: assignment.feedback,
    ...(isLong(assignment.prompt) ? {} : { BATON_PROMPT: assignment.prompt }),
    ...(promptFile === undefined ? {} : { BATON_PROMPT_FILE: promptFile }),
  }
  const own = Object.entries(agent.env).filter(([name]) => !name.toUpperCase().startsWith('BATON_'))
  const all = [...Object.entries(machine), ...own, ...Object.entries(told)]
  return Object.fromEntries(all.map(([name, value]) => [name, bounded(value)]))
}
