// The story of one item as one HTML file: no script, nothing from elsewhere, made to be read and printed.
import { nothingUsed, type Used } from '../nouns/attempt.ts'
import { utc } from '../text/utc.ts'
import { html, Markup } from './markup.ts'
import type { AttemptTold, Story } from './story.ts'

/** What agents said of their work, by attempt: its words, or why they are not there. */
export type Summaries = ReadonlyMap<string, { readonly words: string } | { readonly gone: string }>

const style = new Markup(`
:root{color-scheme:light dark;--line:#d4d8de;--dim:#5b6470;--good:#116b34;--bad:#a61b1b;--soft:#f4f6f8}
@media (prefers-color-scheme:dark){:root{--line:#3a4048;--dim:#a3adb8;--good:#6fd08f;--bad:#ff9d94;--soft:#1d2126}}
*{box-sizing:border-box}
body{font:15px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1.25rem;overflow-wrap:anywhere}
h1{font-size:1.7rem;line-height:1.25;margin:0 0 .25rem;white-space:pre-wrap}h2{font-size:1.15rem;margin:2.2rem 0 .6rem;border-bottom:1px solid var(--line);padding-bottom:.25rem}
h3{font-size:1rem;margin:1.3rem 0 .3rem}p{margin:.35rem 0}
dl{display:grid;grid-template-columns:9rem 1fr;gap:.2rem 1rem;margin:1rem 0}dt{color:var(--dim)}dd{margin:0}
table{border-collapse:collapse;width:100%;font-size:.92rem}th,td{text-align:left;vertical-align:top;padding:.3rem .6rem .3rem 0;border-bottom:1px solid var(--line)}
th{color:var(--dim);font-weight:500}td.when{white-space:nowrap}code{font:.87em ui-monospace,monospace}
pre{font:.85em/1.45 ui-monospace,monospace;background:var(--soft);padding:.6rem .8rem;border-radius:4px;white-space:pre-wrap;margin:.4rem 0}
.dim{color:var(--dim)}.good{color:var(--good);font-weight:600}.bad{color:var(--bad);font-weight:600}
.attempt{border-left:3px solid var(--line);padding-left:.9rem;margin:.6rem 0}
@page{margin:18mm}@media print{:root{color-scheme:light;--line:#bbb;--dim:#444;--good:#000;--bad:#000;--soft:#fff}body{margin:0;max-width:none;font-size:10.5pt}h2,h3{break-after:avoid}tr,.attempt p{break-inside:avoid}pre{border:1px solid #bbb}}
`)

const mostSteps = 1000
const mostEvidence = 1500

const time = (at: number): string => utc(at).join(' ')
const row = (name: string, value: string | number | Markup | undefined): Markup =>
  value === undefined || value === '' ? html`` : html`<dt>${name}</dt><dd>${value}</dd>`
const code = (text: string | undefined): Markup | undefined =>
  text === undefined ? undefined : html`<code>${text}</code>`

export function page(story: Story, summaries: Summaries, seq: number): string {
  const { opened } = story
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="referrer" content="no-referrer"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${story.id}: a report from the record</title><style>${style}</style></head><body>
<header><p class="dim">Report from the record, up to entry ${seq}. Times are universal time.</p><h1>${story.title}</h1>
<dl>${row('Item', code(story.id))}${row('Stands', stands(story))}${row('Belongs to', story.owner)}${row('Repository', code(opened?.fact.workspace))}
${row('Branch', code(opened?.fact.branch))}${row('Plan', opened === undefined ? undefined : html`<code>${opened.fact.source}</code> (${opened.fact.format}, workflow ${opened.fact.workflow})`)}
${row('Opened', opened === undefined ? undefined : `${time(opened.at)} by ${opened.by}`)}${row('Integrated', integrated(story))}
${row('Took', spentText([...story.attempts.values()]))}</dl>
${opened?.fact.brief ? html`<pre>${opened.fact.brief}</pre>` : ''}</header>
${steps(story, summaries)}${gates(story)}${handoffs(story)}${forgotten(story)}${timeline(story)}
<footer><p class="dim">${story.entries} entries, ${story.first} to ${story.last}. Each can be proved: <code>baton audit prove ${'<seq>'}</code>; all of them: <code>baton audit export ${story.id}</code>.</p></footer>
</body></html>
`.text
}

function stands(story: Story): Markup {
  if (story.closed !== undefined) return html`closed: ${story.closed}`
  const all = [...story.steps.values()]
  return html`open, ${all.filter(({ end }) => end === 'done').length} of ${all.length} steps done`
}

function integrated({ integration }: Story): Markup | undefined {
  if (integration === undefined) return undefined
  const { ref, commit, by, at } = integration
  return html`${time(at)} into <code>${ref}</code> as <code>${commit}</code>, signed off by ${by}`
}

function spentText(attempts: readonly AttemptTold[]): string {
  const sum = { ...nothingUsed, cost: 0, ms: 0, tokens: 0 }
  for (const { used } of attempts) addUsed(sum, used)
  const unsure = attempts.some(({ used }) => used?.unpriced === true) ? ', some of it without a known price' : ''
  const tries = attempts.length === 1 ? '1 attempt' : `${attempts.length} attempts`
  return `${tries}, ${Math.round(sum.ms / 1000)} s of agents, ${sum.tokens} tokens, $${sum.cost.toFixed(2)}${unsure}`
}

function addUsed(sum: { cost: number; ms: number; tokens: number }, used: Used | undefined): void {
  if (used === undefined) return
  sum.cost += used.cost
  sum.ms += used.ms
  sum.tokens += used.tokensIn + used.tokensOut
}

function steps(story: Story, summaries: Summaries): Markup {
  const all = [...story.steps]
  const shown = all.slice(0, mostSteps).map(([id, told]) => {
    const end = told.end ?? 'not begun'
    const mark = end === 'done' ? 'good' : end === 'failed' ? 'bad' : 'dim'
    const owner = told.owner === undefined ? '' : html` <span class="dim">belongs to ${told.owner}</span>`
    return html`<section><h3><code>${id}</code> ${told.title} <span class="${mark}">${end}</span>${owner}</h3>
${told.attempts.map((one) => attempt(story, one, summaries))}</section>`
  })
  const more =
    all.length > mostSteps ? html`<p class="dim">${all.length - mostSteps} more steps are not shown.</p>` : ''
  return html`<h2>Steps and their evidence</h2>${shown}${more}`
}

function attempt(story: Story, one: AttemptTold, summaries: Summaries): Markup {
  const { checked, outcome } = one
  const said = summaries.get(one.id)
  const words =
    said === undefined
      ? ''
      : 'words' in said
        ? html`<p class="dim">The agent says:</p><pre>${said.words}</pre>`
        : html`<p class="dim">${said.gone}</p>`
  const gone = story.forgotten.get(one.id)
  const forgot =
    gone === undefined
      ? ''
      : html`<p class="dim">What was said in it was removed ${time(gone.at)} by ${gone.by}: ${gone.why}</p>`
  const good = outcome?.kind === 'succeeded'
  return html`<div class="attempt"><p><code>${one.id}</code> by ${one.agent}, ${time(one.startedAt)}${one.endedAt === undefined ? '' : ` to ${time(one.endedAt)}`}:
<span class="${good ? 'good' : 'bad'}">${outcome?.kind ?? 'under way'}</span> ${outcome?.why}</p>
${checked === undefined ? html`<p class="dim">No checks ran on it.</p>` : verdicts(checked.verdicts)}
<dl>${row('Checked commit', code(checked?.on ?? checked?.commit))}${row('Landed as', code(one.landed))}${row('Took', spentText([one]))}
${row('Inputs', code(one.inputs))}${row('Transcript', code(one.transcript))}</dl>${words}${forgot}</div>`
}

function verdicts(all: NonNullable<AttemptTold['checked']>['verdicts']): Markup {
  if (all.length === 0) return html`<p class="dim">No checks are configured.</p>`
  return html`<table><tr><th>Check</th><th>Verdict</th><th>Why</th></tr>${all.map(
    ({ check, passed, why, evidence }) =>
      html`<tr><td>${check}</td><td class="${passed ? 'good' : 'bad'}">${passed ? 'passed' : 'failed'}</td><td>${why}${evidence === '' ? '' : html`<pre>${evidence.slice(0, mostEvidence)}</pre>`}</td></tr>`,
  )}</table>`
}

function gates({ gates }: Story): Markup {
  if (gates.size === 0) return html``
  return html`<h2>Questions and answers</h2><table><tr><th>Gate</th><th>Asked</th><th>Reviews</th></tr>${[
    ...gates.values(),
  ].map(
    (gate) =>
      html`<tr><td><code>${gate.id}</code><br>${gate.kind}${gate.step === undefined ? '' : html`<br>${gate.step}`}</td><td>${gate.asks}</td><td>${
        gate.reviews.length === 0
          ? html`<span class="dim">not answered</span>`
          : gate.reviews.map(
              (one) =>
                html`<p><b>${one.answer}</b> by ${one.by}, ${time(one.at)}${one.reasons.length === 0 ? '' : `: ${one.reasons.join('; ')}`}</p>`,
            )
      }</td></tr>`,
  )}</table>`
}

function handoffs({ handoffs }: Story): Markup {
  if (handoffs.length === 0) return html``
  const shown = handoffs.slice(0, mostSteps)
  return html`<h2>Handoffs</h2><table><tr><th>File on refs/baton/record</th><th>Digest</th></tr>${shown.map(
    ({ path, digest }) => html`<tr><td><code>${path}</code></td><td><code>${digest.slice(0, 16)}</code></td></tr>`,
  )}</table>`
}

function forgotten(story: Story): Markup {
  if (story.forgotten.size === 0) return html``
  return html`<h2>What is gone</h2><table><tr><th>Attempt</th><th>Removed</th><th>Why</th></tr>${[
    ...story.forgotten,
  ].map(
    ([id, { at, by, why }]) =>
      html`<tr><td><code>${id}</code></td><td class="when">${time(at)} by ${by}</td><td>${why}</td></tr>`,
  )}</table>`
}

function timeline({ timeline, more }: Story): Markup {
  const lines = timeline.map(
    ({ seq, at, by, says }) =>
      html`<tr><td><code>${seq}</code></td><td class="when">${time(at)}</td><td>${by}</td><td>${says}</td></tr>`,
  )
  const rest = more === 0 ? '' : html`<p class="dim">${more} more are in the record.</p>`
  return html`<h2>Timeline</h2><table><tr><th>Entry</th><th>When</th><th>Who</th><th>What</th></tr>${lines}</table>${rest}`
}
