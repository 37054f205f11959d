// The pages that --help prints.
import { catalog, type Listed } from './catalog.ts'
import type { Command, Option } from './command.ts'
import { everywhere } from './parse.ts'

export function helpOf(command: Command): string {
  const options = [...command.options, ...everywhere]
  return [
    `baton ${command.name} ${command.usage}`.trimEnd(),
    '',
    `  ${command.caption}`,
    '',
    'Options:',
    ...columns(options.map((one) => [flagOf(one), one.caption])),
    '',
    'Example:',
    ...command.example.split('\n').map((line) => `  ${line}`),
    '',
    'With --json it prints:',
    ...command.json.split('\n').map((line) => `  ${line}`),
    '',
  ].join('\n')
}

export function helpOfAll(version: string, of: readonly Listed[] = catalog): string {
  return [
    `baton ${version}: takes a plan and gets coding agents to carry it out, each step checked, gated and landed in order`,
    '',
    ...columns(of.map((one) => [one.name, one.caption])),
    '',
    'baton <command> --help says more, with an example. All take --json.',
    'Exit codes: 0 ok, 2 validation, 3 auth, 4 policy, 5 not found, 6 conflict, 7 cancelled, 8 provider, 9 unexpected.',
    'BATON_HOME says where the record and the clones lie. NO_COLOR turns colours off.',
    '',
  ].join('\n')
}

export function flagOf(option: Option): string {
  const value = option.value === undefined ? '' : ` <${option.value}>${option.many === true ? '…' : ''}`
  return `--${option.name}${value}`
}

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)
}
