// Writes docs/cli.md from the commands themselves: `node tests/cli/reference.ts` after a change.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { methods } from '../../src/api/index.ts'
import { catalog } from '../../src/cli/catalog.ts'
import type { Command } from '../../src/cli/command.ts'
import { flagOf } from '../../src/cli/help.ts'
import { everywhere } from '../../src/cli/parse.ts'

export const file = join(dirnameOf(), 'docs', 'cli.md')

function dirnameOf(): string {
  return join(import.meta.dirname, '..', '..')
}

const opening = `# The command line

Written from the commands by \`node tests/cli/reference.ts\`; a test fails when it is not.

Every command takes \`--help\` (with an example) and \`--json\`. With \`--json\` exactly one JSON value goes to standard output,
or one a line where it says so; what a terminal might obey is written as \`\\u\` escapes in it. A refusal is
\`{ "error": { kind, what, why, remedy, where? } }\`. Without \`--json\` results go to standard output, and hints and refusals
to standard error. Colours and tables that move are for terminals only; \`NO_COLOR\` turns colours off. Shapes may grow fields;
removing or renaming one is a new major version.

A step is named \`<item>/<key>\`, an attempt \`<item>/<key>/<number>\`. A key alone (\`T012\`) is enough when only one open item
has it, the number of an item (\`001\`) when only one begins with it; a step stands for its newest attempt.

## Exit codes

| code | means |
|---|---|
| 0 | done as asked |
| 2 | validation: the words or options are wrong |
| 3 | auth |
| 4 | policy: something must be allowed, answered or trusted first; a run held by an open gate |
| 5 | not found |
| 6 | conflict, or the home is busy; a run held by a conflict gate; a record that is not whole |
| 7 | cancelled or drained |
| 8 | provider: steps failed |
| 9 | unexpected: a defect of Baton |

## Where things lie

\`BATON_HOME\` holds the record, the clones and the transcripts; without it the platform's data folder does. The first process
that works has the home, and others speak to it over a local socket. One that does not answer within two seconds is named.
`

function section(command: Command): string {
  const options = [...command.options, ...everywhere]
  return [
    `### baton ${command.name} ${command.usage}`.trimEnd(),
    '',
    command.caption,
    '',
    ...options.map((one) => `- \`${flagOf(one)}\` ${one.caption}`),
    '',
    '```sh',
    command.example,
    '```',
    '',
    '```ts',
    command.json,
    '```',
    '',
  ].join('\n')
}

export async function reference(): Promise<string> {
  const commands = await Promise.all(catalog.map((one) => one.load()))
  const rows = methods.map((one) => `| \`${one.name}\` | ${one.shape} | ${one.caption.replaceAll('|', '\\|')} |`)
  return [
    opening,
    '## Commands\n',
    ...commands.map(section),
    '## Methods\n',
    'What the commands ask of a house, in the process or over the local socket (one JSON value a line).\n',
    '| method | shape | what it gives |',
    '|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}

if (process.argv[1] === import.meta.filename) writeFileSync(file, await reference())
