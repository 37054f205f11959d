// How single things of a policy are put into words: commands, names, times, sums; each safe to print and none shortened.
import type { Permissions } from '../core/nouns/question.ts'
import type { Limits } from '../core/spending/budget.ts'
import { neutral } from '../core/text/neutral.ts'

/** As the program gets it: each word for itself, quoted as soon as it is more than a plain word. Nothing is shortened. */
export function shown(argv: readonly string[]): string {
  return argv.map((part) => (/^[\w@%+=:,./-]+$/.test(part) ? part : neutral(JSON.stringify(part)))).join(' ')
}

export const name = (text: string): string => neutral(JSON.stringify(text)).slice(1, -1)
export const all = (list: readonly string[]): string => list.map(name).join(', ')

export function time(ms: number): string {
  const [count, unit] =
    ms % 3_600_000 === 0 ? [ms / 3_600_000, 'h'] : ms % 60_000 === 0 ? [ms / 60_000, 'min'] : [ms / 1000, 's']
  return `${count} ${unit}`
}

export function limit(limits: Limits): string {
  const { costUsd, tokens, ms } = limits
  const parts = [
    costUsd === undefined ? [] : [`$${costUsd}`],
    tokens === undefined ? [] : [`${tokens} tokens`],
    ms === undefined ? [] : [`${time(ms)} of work`],
  ].flat()
  return parts.length === 0 ? 'without limit' : `at most ${parts.join(', ')}`
}

/** Every kind under its verdict: what needs nobody's word first. */
export function permissionsSay(permissions: Permissions): string {
  const kinds = Object.entries(permissions)
  const under = (verdict: string): string =>
    kinds
      .filter(([, each]) => each === verdict)
      .map(([kind]) => (kind === '*' ? 'everything else' : kind))
      .join(', ') || 'nothing'
  return `may without asking: ${under('allow')}; a person is asked for: ${under('ask')}; never: ${under('deny')}`
}
