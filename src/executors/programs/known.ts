// The agents' programs that are known by name, and where they are found.
import { claude, claudeAcp } from './claude.ts'
import { cline } from './cline.ts'
import { codex, codexAcp } from './codex.ts'
import { copilot } from './copilot.ts'
import { type FindOptions, type FoundProgram, find } from './find.ts'
import { gemini } from './gemini.ts'
import { opencode } from './opencode.ts'
import { pi, piAcp } from './pi.ts'
import type { Program } from './program.ts'
import { qwen } from './qwen.ts'

export const programs: readonly Program[] = [
  codex,
  codexAcp,
  claude,
  claudeAcp,
  copilot,
  gemini,
  opencode,
  qwen,
  cline,
  pi,
  piAcp,
]

export function programOf(name: string): Program | undefined {
  return programs.find((one) => one.name === name)
}

/** How a known program is started here, and what a sandbox must show of it; undefined when it is not known or not there. */
export function findProgram(name: string, options?: FindOptions): FoundProgram | undefined {
  const program = programOf(name)
  return program === undefined ? undefined : find(program, options)
}
