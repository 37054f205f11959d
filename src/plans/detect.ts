// Chooses the plan format that a path is written in, says why, and never guesses between two.
import type { Files, PlanFormat } from '../core/ports.ts'
import { quoted } from '../core/text/neutral.ts'

export interface Chosen {
  readonly format: PlanFormat
  readonly why: string
}

export interface NotChosen {
  readonly format: undefined
  readonly why: string
  readonly remedy: string
}

/** Two formats closer than this are a question for a person. */
const margin = 0.2

/** `named` is a format a person asked for; it wins if it is one of ours, whatever the file looks like. */
export async function chooseFormat(
  formats: readonly PlanFormat[],
  files: Files,
  path: string,
  named?: string,
): Promise<Chosen | NotChosen> {
  const names = formats.map(({ name }) => name).join(', ')
  if (named !== undefined) {
    const format = formats.find(({ name }) => name === named)
    if (format) return { format, why: `${named} was asked for` }
    return { format: undefined, why: `There is no plan format "${quoted(named)}".`, remedy: `Name one of: ${names}.` }
  }
  const found: { format: PlanFormat; sure: number; why: string }[] = []
  for (const format of formats) {
    const answer = await format.detect(files, path)
    if (answer) found.push({ format, ...answer })
  }
  const [first, second] = found.sort((a, b) => b.sure - a.sure)
  const shown = quoted(path, 200)
  if (first === undefined) {
    const why = `${shown} is not a plan in any format known here (${names}).`
    return { format: undefined, why, remedy: 'Name a folder such as specs/001-name with a committed tasks.md.' }
  }
  if (second === undefined || first.sure - second.sure >= margin) return { format: first.format, why: first.why }
  const why = `${shown} could be ${first.format.name} (${first.why}) or ${second.format.name} (${second.why}).`
  return {
    format: undefined,
    why,
    remedy: `Say which: --as ${first.format.name} or --as ${second.format.name}.`,
  }
}
