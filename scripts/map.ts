// Prints the floors and the code map; --write puts them into ARCHITECTURE.md, --check asks whether they are in it.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { dirname } from 'node:path/posix'
import { drawing, roomOf } from '../tests/house/floors.ts'
import { captionOf, modules, root, type Source } from '../tests/house/sources.ts'

const page = join(root, 'ARCHITECTURE.md')
const [begin, end] = ['<!-- map -->', '<!-- /map -->']

/** One heading a folder, one line a module; a room's own list says what the room is for. */
function codeMap(sources: readonly Source[]): string {
  const folders = Map.groupBy(sources, ({ path }) => dirname(path))
  const parts = [...folders].sort().map(([folder, inside]) => {
    const lines = inside.map((source) => `- \`${source.path}\`: ${captionOf(source) ?? ''}`.trimEnd())
    return `### ${folder}/\n\n${lines.join('\n')}`
  })
  return parts.join('\n\n')
}

function wholeMap(): string {
  const sources = modules()
  const present = new Set(sources.map(({ path }) => roomOf(path)))
  return `\`\`\`\n${drawing(({ name }) => present.has(name))}\n\`\`\`\n\n${codeMap(sources)}`
}

function withMap(text: string, map: string): string {
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`ARCHITECTURE.md has no ${begin} … ${end} block`)
  return `${text.slice(0, from)}${begin}\n\n${map}\n\n${text.slice(to)}`
}

const asked = process.argv[2]
const map = wholeMap()
if (asked === undefined) {
  process.stdout.write(`${map}\n`)
} else if (!existsSync(page)) {
  process.stderr.write('there is no ARCHITECTURE.md yet\n')
  process.exitCode = 1
} else {
  const text = readFileSync(page, 'utf8')
  const fresh = withMap(text, map)
  if (asked === '--write') writeFileSync(page, fresh)
  else if (fresh !== text) {
    process.stderr.write('the map in ARCHITECTURE.md is old: npm run map -- --write\n')
    process.exitCode = 1
  }
}
