// Writes docs/api.md from the methods themselves: `node tests/doors/reference.ts` after a change.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Outline, outlineOf, type Row, type Topic } from '../../src/doors/reference/outline.ts'
import { document } from './described.ts'

export const file = join(import.meta.dirname, '..', '..', 'docs', 'api.md')

const opening = (about: string): string => `# The API

Written from the methods by \`node tests/doors/reference.ts\`; a test fails when it is not. A running server gives the same as a
page at \`/reference\`, and as OpenAPI 3.1 at \`/openapi.json\`; [the guide](server.md) shows how to start one and where keys come from.

${about}`

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')
/** In a table cell code must not hold a bar that ends the cell. */
const code = (text: string): string => (text === '' ? '' : `\`${cell(text)}\``)
const fence = (language: string, text: string): string => `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``
/** Outside code \`<item>\` would be taken for markup. */
const prose = (text: string): string =>
  text
    .split(/(`[^`]+`)/u)
    .map((part, index) => (index % 2 === 1 ? part : part.replaceAll('<', '\\<')))
    .join('')

function table(rows: readonly Row[]): string {
  const lines = rows.map(({ name, type, usual, meaning }) => {
    const given = usual === 'needed' ? 'needed' : code(usual)
    return `| \`${name}\` | ${code(type)} | ${given} | ${cell(prose(meaning))} |`
  })
  return ['| parameter | type | default | meaning |', '|---|---|---|---|', ...lines].join('\n')
}

function topic(one: Topic): string {
  const { name, caption, more, needs, ways, tool, rows, answers, example, terminal } = one
  const marks = [
    `needs ${needs === 'no key' || needs === 'any key' ? needs : `\`${needs}\``}`,
    ...(tool === undefined ? [] : [`tool \`${tool}\``]),
    ...(terminal === undefined ? [] : [`in a terminal \`${terminal}\``]),
  ]
  const answered = answers.flatMap(({ what, shape }) => [
    what === '' ? 'Answer:' : `${prose(what)}`,
    ...(shape === '' ? [] : [fence(shape.startsWith('id:') ? '' : 'ts', shape)]),
  ])
  return [
    `### ${name}`,
    prose(caption),
    ...(more === '' ? [] : [prose(more)]),
    `${ways[0] === name ? '' : `${ways.map((way) => `\`${way}\``).join(', ')} · `}${marks.join(' · ')}`,
    ...(rows.length === 0 ? [] : [table(rows)]),
    ...(example === undefined ? [] : [fence('sh', example)]),
    ...answered,
  ].join('\n\n')
}

export function manual(outline: Outline): string {
  const { about, chapters, errors, shapes } = outline
  return [
    opening(about),
    ...chapters.map(({ name, caption, topics }) => [`## ${name}`, prose(caption), ...topics.map(topic)].join('\n\n')),
    '## Errors',
    'Every one has the shape `Error`, which stands below.',
    ['| status | meaning |', '|---|---|', ...errors.map((one) => `| ${one.status} | ${cell(one.meaning)} |`)].join(
      '\n',
    ),
    '## Shapes',
    'Those that several answers share.',
    ...shapes.map((one) =>
      [`### ${one.name}`, ...(one.meaning === '' ? [] : [prose(one.meaning)]), fence('ts', one.shape)].join('\n\n'),
    ),
  ]
    .join('\n\n')
    .concat('\n')
}

export const reference = (): string => manual(outlineOf(document))

if (process.argv[1] === import.meta.filename) writeFileSync(file, reference())
