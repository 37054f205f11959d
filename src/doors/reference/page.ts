// The reference as one page of HTML: no script, nothing from elsewhere, and every text written out, whatever it holds.
import { hash } from 'node:crypto'
import { neutral } from '../../core/text/neutral.ts'
import type { Chapter, Outline, Row, Topic } from './outline.ts'
import { style } from './style.ts'

/** Only this style, and nothing else at all. */
export const pagePolicy = [
  "default-src 'none'",
  `style-src 'sha256-${hash('sha256', style, 'base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const letters: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Nothing in it is markup any more, or turns, hides or moves what stands around it. */
export function plain(text: string): string {
  return neutral(text).replaceAll(/[&<>"']/gu, (found) => letters[found] ?? found)
}

/** Words between backticks are code. */
function prose(text: string): string {
  return plain(text).replaceAll(/`([^`]+)`/gu, '<code>$1</code>')
}

export function referencePage(outline: Outline): string {
  const names = new Set(outline.shapes.map(({ name }) => name))
  const title = `${plain(outline.title)} API`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<a class="skip" href="#main">To the methods</a>
${menu(outline)}
<main id="main">
<header>
<h1>${title}</h1>
${outline.about
  .split('\n\n')
  .map((part) => `<p>${prose(part)}</p>`)
  .join('\n')}
</header>
${outline.chapters.map((one) => chapter(one, names)).join('\n')}
${errors(outline)}
${shapes(outline, names)}
</main>
</body>
</html>
`
}

function menu({ title, version, chapters }: Outline): string {
  const parts = chapters.map(
    ({ name, anchor, topics }) =>
      `<h2><a href="#${plain(anchor)}">${plain(name)}</a></h2>\n<ul>${topics.map(({ name: said, anchor: to }) => link(said.replace(`${name}/`, ''), to)).join('')}</ul>`,
  )
  const last = `<h2>everywhere</h2>\n<ul>${link('errors', 'errors')}${link('shapes', 'shapes')}</ul>`
  return `<nav aria-label="Methods">
<strong>${plain(title)}</strong>
<p>${plain(version)} · <a href="/openapi.json">openapi.json</a></p>
${[...parts, last].join('\n')}
</nav>`
}

const link = (name: string, anchor: string): string => `<li><a href="#${plain(anchor)}">${plain(name)}</a></li>`

function chapter({ name, anchor, caption, topics }: Chapter, names: ReadonlySet<string>): string {
  return `<section id="${plain(anchor)}">
<h2>${plain(name)}</h2>
<p>${prose(caption)}</p>
${topics.map((one) => topic(one, names)).join('\n')}
</section>`
}

function topic(one: Topic, names: ReadonlySet<string>): string {
  const said = [
    `<h3><a href="#${plain(one.anchor)}">${plain(one.name)}</a></h3>`,
    `<p>${prose(one.caption)}</p>`,
    one.more === '' ? '' : `<p>${prose(one.more)}</p>`,
    marks(one),
    one.name === one.ways[0] ? '' : `<ul class="ways">${one.ways.map(way).join('')}</ul>`,
    one.rows.length === 0 ? '' : table(one.rows),
  ]
  const shown = [
    ...(one.example === undefined ? [] : [`<h4>Example</h4>\n<pre>${plain(one.example)}</pre>`]),
    ...one.answers.map(({ what, shape }) => {
      const head = what === '' ? 'Answer' : prose(what)
      return shape === '' ? `<h4>${head}</h4>` : `<h4>${head}</h4>\n<pre>${coloured(shape, names)}</pre>`
    }),
  ]
  return `<article id="${plain(one.anchor)}">
<div>
${said.filter((line) => line !== '').join('\n')}
</div>
<div>
${shown.join('\n')}
</div>
</article>`
}

function marks({ needs, tool, terminal }: Topic): string {
  const kind = needs === 'no key' ? 'open' : needs
  return `<ul class="marks"><li>needs <b class="${plain(kind)}">${plain(needs)}</b></li>${
    tool === undefined ? '' : `<li>tool <b>${plain(tool)}</b></li>`
  }${terminal === undefined ? '' : `<li><code>${plain(terminal)}</code></li>`}</ul>`
}

function way(said: string): string {
  const at = said.indexOf(' ')
  return `<li><b>${plain(said.slice(0, at))}</b> ${plain(said.slice(at + 1))}</li>`
}

function table(rows: readonly Row[]): string {
  const lines = rows.map(({ name, type, usual, meaning }) => {
    const kind = usual === 'needed' ? 'usual needed' : 'usual'
    return `<tr><td><code>${plain(name)}</code></td><td class="type">${plain(type)}</td><td class="${kind}">${plain(usual)}</td><td class="meaning">${prose(meaning)}</td></tr>`
  })
  return `<div class="wide"><table>
<thead><tr><th scope="col">Parameter</th><th scope="col">Type</th><th scope="col">Default</th><th scope="col">Meaning</th></tr></thead>
<tbody>
${lines.join('\n')}
</tbody>
</table></div>`
}

/** Shapes with a name lead to it; what explains a field stands back. */
function coloured(shape: string, names: ReadonlySet<string>): string {
  return shape
    .split('\n')
    .map((line) => {
      const at = line.search(/(?:^|\s)\/\/ /u)
      const [code, note] = at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at)]
      const linked = plain(code).replaceAll(/\b[A-Z]\w+\b/gu, (name) =>
        names.has(name) ? `<a href="#shape-${name}">${name}</a>` : name,
      )
      return note === '' ? linked : `${linked}<i>${plain(note)}</i>`
    })
    .join('\n')
}

function errors({ errors: all }: Outline): string {
  const rows = all.map(
    ({ status, meaning }) =>
      `<tr><td><code>${plain(status)}</code></td><td class="meaning">${prose(meaning)}</td></tr>`,
  )
  return `<section id="errors">
<h2>Errors</h2>
<p>Every one has the shape <a href="#shape-Error"><code>Error</code></a>.</p>
<div class="wide"><table><thead><tr><th scope="col">Status</th><th scope="col">Meaning</th></tr></thead><tbody>${rows.join('\n')}</tbody></table></div>
</section>`
}

function shapes({ shapes: all }: Outline, names: ReadonlySet<string>): string {
  const parts = all.map(
    ({ name, anchor, meaning, shape }) => `<article id="${plain(anchor)}">
<div>
<h3><a href="#${plain(anchor)}">${plain(name)}</a></h3>
${meaning === '' ? '' : `<p>${prose(meaning)}</p>`}
</div>
<div><pre>${coloured(shape, names)}</pre></div>
</article>`,
  )
  return `<section id="shapes">
<h2>Shapes</h2>
<p>Those that several answers share.</p>
${parts.join('\n')}
</section>`
}
