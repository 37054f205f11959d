// Reads a command line: words, options, and options that take every word up to the next one.
import { parseArgs } from 'node:util'
import { Refused, refuse } from '../core/refusals.ts'
import { quoted } from '../core/text/neutral.ts'
import type { Command, Option } from './command.ts'

export interface Parsed {
  readonly words: readonly string[]
  readonly flags: ReadonlyMap<string, readonly string[]>
}

export const everywhere: readonly Option[] = [
  { name: 'json', caption: 'print the result as JSON' },
  { name: 'help', caption: 'show this' },
]

export function parse(command: Command, argv: readonly string[]): Parsed {
  const options = [...command.options, ...everywhere]
  const words: string[] = []
  const flags = new Map<string, string[]>()
  let taking: string[] | undefined
  for (const token of tokens(argv, options)) {
    if (token.kind === 'option') {
      const option = options.find((one) => one.name === token.name)
      if (option === undefined) throw wrong(command, `there is no option ${quoted(token.rawName)}`)
      const values = flags.get(option.name) ?? []
      flags.set(option.name, values)
      if (option.value === undefined && token.value !== undefined)
        throw wrong(command, `--${option.name} takes no value`)
      if (option.value !== undefined) values.push(valueGiven(command, option, token))
      taking = option.many === true ? values : undefined
    } else if (token.kind === 'positional') (taking ?? words).push(token.value)
    else taking = undefined
  }
  if (!flags.has('help')) checkWords(command, words)
  return { words, flags }
}

function tokens(argv: readonly string[], options: readonly Option[]) {
  const known = Object.fromEntries(
    options.map((one) => [one.name, { type: one.value === undefined ? ('boolean' as const) : ('string' as const) }]),
  )
  const short = argv.map((word) => (word === '-h' ? '--help' : word))
  return parseArgs({ args: short, options: known, strict: false, allowPositionals: true, tokens: true }).tokens
}

/** `--reason --json` has forgotten the reason; `--reason=--json` means it. */
function valueGiven(
  command: Command,
  option: Option,
  { value, inlineValue }: { value?: string | undefined; inlineValue?: boolean | undefined },
): string {
  if (value !== undefined && (inlineValue === true || !value.startsWith('--'))) return value
  throw wrong(command, `--${option.name} needs a value: ${option.value}`)
}

function checkWords(command: Command, words: readonly string[]): void {
  const [most, fewest] = command.words
  if (words.length < fewest) throw wrong(command, 'something is missing')
  if (words.length > most) throw wrong(command, `"${quoted(words[most] ?? '')}" is one word too many`)
  for (const word of words) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused.
    if (!/^-|[\u0000-\u001f\u007f-\u009f]/.test(word)) continue
    throw wrong(command, `"${quoted(word)}" begins with "-" or holds control characters, so it can name nothing here`)
  }
}

function wrong(command: Command, why: string): Refused {
  const remedy = `baton ${command.name} ${command.usage}`.trim()
  return new Refused(
    refuse('invalid', `baton ${command.name}`, why, `${remedy}; baton ${command.name} --help says more`),
  )
}
