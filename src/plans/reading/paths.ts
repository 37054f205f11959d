// Finds the files and folders that a step's words name.

const pathsAtMost = 64
const lettersAtMost = 400
/** Names with a dot that are no files. */
const products: ReadonlySet<string> = new Set(
  'node.js next.js vue.js nuxt.js express.js react.js three.js d3.js chart.js ember.js backbone.js socket.io asp.net'.split(
    ' ',
  ),
)
const plainNames =
  /^(?:makefile|dockerfile|containerfile|license|readme|procfile|gemfile|rakefile|justfile|codeowners)$/i
const types = 'application text image audio video multipart font message model'.split(' ')
const typed = /\.[A-Za-z][A-Za-z0-9]{0,9}$/
const plainLetters = /^[A-Za-z0-9_.@+~=$()[\]/-]+$/
const letters = /^[\p{L}\p{N}\p{M}_.@+~=$()[\]/-]+$/u
const knownEndings =
  /\.(?:[cm]?[jt]sx?|json[c5l]?|ya?ml|toml|md|mdx|txt|py|rb|go|rs|java|kt|kts|swift|cs|fs|c|h|cc|cpp|hpp|m|php|sh|bash|ps1|sql|html?|css|s[ac]ss|less|vue|svelte|astro|xml|ini|cfg|conf|env|lock|csv|tsv|proto|graphql|gradle|tf|prisma|ipynb|svg|png|ex|exs|erl|hs|ml|lua|r|jl|dart|scala|clj|zig|nix|bat|mod|sum|rst|tex|http|snap)$/i

/** Words as they stand: what is in backticks without a blank is one word, whatever else it holds. */
function wordsOf(text: string): string[] {
  return text.split('`').flatMap((part, index) => {
    const quoted = index % 2 === 1
    return quoted && !/\s/.test(part) ? [part] : part.split(/[\s"'|,;()<>“”‘’«»]+/u)
  })
}

function trimmed(word: string): string {
  let end = word.length
  while (end > 0 && '.,;:!?*_)]}"\''.includes(word[end - 1] ?? '')) end -= 1
  const cut = word.slice(0, end).replace(/^[*_([{"']{1,8}(?=[^\]]*$)/, '')
  return cut
    .replace(/(?::\d{1,7}){1,2}$/, '')
    .replace(/#L\d{1,7}(?:-L\d{1,7})?$/, '')
    .replace(/^\.\//, '')
}

function isPath(word: string): boolean {
  if (word.length < 2 || word.length > lettersAtMost || !(plainLetters.test(word) || letters.test(word))) return false
  if (word.startsWith('/') || word.startsWith('~') || word.includes('//')) return false
  const parts = word.split('/')
  if (parts.some((part) => part === '..' || part === '.' || part.toLowerCase() === '.git')) return false
  const last = parts.at(-1) ?? ''
  if (parts.length === 1) return isFile(last)
  if (types.includes(parts[0] ?? '') && parts.length === 2 && !knownEndings.test(last)) return false
  return last === '' || last.startsWith('.') || typed.test(last) || plainNames.test(last)
}

function isFile(name: string): boolean {
  if (products.has(name.toLowerCase())) return false
  if (/^\.[a-z][\w.-]{1,60}$/i.test(name)) return true
  return knownEndings.test(name) && /^[\w@+[($]/.test(name)
}

/** In the order they are named, each once. A folder keeps its slash. Patterns, addresses and ways out of the tree are none. */
export function pathsIn(text: string): readonly string[] {
  const found = new Set<string>()
  for (const word of wordsOf(text)) {
    if (!word.includes('/') && !word.includes('.')) continue
    const path = trimmed(word)
    if (isPath(path)) found.add(path)
    if (found.size === pathsAtMost) break
  }
  return [...found]
}
