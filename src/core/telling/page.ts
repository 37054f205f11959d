// The story of one item as one HTML file: no script, nothing from elsewhere, made to be read and printed.
import { glance, type Summaries, steps } from './evidence.ts'
import { html, type Markup } from './markup.ts'
import { code, digest, more, row, table, time, tookText, went } from './parts.ts'
import { within } from './say.ts'
import { style } from './style.ts'
import type { Story } from './told.ts'

const mostFiles = 1000

/** What vouches for the entries that a page is made of: the root of the record up to there, or why there is none. */
export type Vouched = { readonly root: string } | { readonly broken: string }

export function page(story: Story, summaries: Summaries, seq: number, vouched?: Vouched): string {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="referrer" content="no-referrer"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${story.id}: a report from the record</title><style>${style}</style></head><body>
${warning(vouched)}${heading(story, seq)}${glance(story)}${gates(story)}${blockers(story)}${steps(story, summaries)}${handoffs(story)}${forgotten(story)}${timeline(story)}
<footer><p class="dim">${story.entries} entries, ${story.first} to ${story.last}. Each can be proved: <code>baton audit prove ${'<seq>'}</code>; all of them: <code>baton audit export ${story.id}</code>.</p>${rooted(seq, vouched)}</footer>
</body></html>
`.text
}

function warning(vouched: Vouched | undefined): Markup {
  if (vouched === undefined || !('broken' in vouched)) return html``
  return html`<p class="warning"><span class="bad">This record is not whole:</span> ${vouched.broken}. Nothing vouches for what this page says. Run <code>baton audit verify</code>.</p>`
}

function rooted(seq: number, vouched: Vouched | undefined): Markup {
  if (vouched === undefined || !('root' in vouched)) return html``
  return html`<p class="dim">All ${seq} entries of the record were hashed again for this page; together they have the root ${digest(vouched.root)}. <code>baton audit diff ${'<kept>'} ${seq} --json</code> proves that they grew out of a checkpoint that was kept elsewhere, and names the same root.</p>`
}

function heading(story: Story, seq: number): Markup {
  const { opened, title } = story
  const attempts = [...story.attempts.values()]
  const tries = attempts.length === 1 ? '1 attempt' : `${attempts.length} attempts`
  const brief = opened?.fact.brief ?? ''
  return html`<header><p class="dim">Report from the record, up to entry ${seq}. Times are universal time.</p><h1>${title}</h1>
<dl>${row('Item', code(story.id))}${row('Stands', stands(story))}${row('Belongs to', story.owner)}${story.transfers.map((one) => row('Handed over', went(one, 'nobody')))}
${row('Took part', [...story.people].join(', '))}${row('Worked on it', [...story.workers].join(', '))}
${row('Repository', code(opened?.fact.workspace))}${row('Branch', code(opened === undefined ? undefined : story.branch))}
${row('Plan', opened === undefined ? undefined : html`<code>${opened.fact.source}</code> (${opened.fact.format}, ${story.workflow})`)}
${row('Opened', opened === undefined ? undefined : `${time(opened.at)} by ${opened.by}`)}
${before(story)}${cameAbout(story)}
${row('Took', attempts.length === 0 ? undefined : `${tries}, ${tookText(attempts)}`)}</dl>
${brief === '' || brief === title ? '' : html`<pre>${brief}</pre>`}</header>`
}

/** What people decided before any work began. */
function before({ reviewed, duplicates }: Story): Markup {
  const all = [...duplicates].map(([id, { of, suspected, settled }]) => {
    const end =
      settled === undefined ? 'not settled' : `${settled.verdict} ${time(settled.at)} by ${settled.by}: ${settled.why}`
    return row(
      'May be the same',
      html`<code>${id}</code> as ${of}, says ${suspected.by} ${time(suspected.at)}: ${suspected.why}; ${end}`,
    )
  })
  return html`${reviewed.map(({ at, by, why }) => row('Reviewed', `${time(at)} by ${by}: ${why}`))}${all}`
}

function stands({ closed, integrations, steps: all }: Story): Markup {
  const back = integrations.at(-1)?.reverted
  if (closed !== undefined && back !== undefined)
    return html`<span class="bad">taken back</span> from the base branch ${time(back.at)} by ${back.by}, and closed`
  if (closed !== undefined) return html`closed ${time(closed.at)}: ${closed.why}`
  const done = [...all.values()].filter(({ end }) => end === 'done').length
  return html`open, ${done} of ${all.size} steps done`
}

/** Integrations, reverts, reopenings and migrations, in the order in which they came about. */
function cameAbout({ integrations, reopened, migrations, reverting }: Story): Markup {
  const all: { readonly at: number; readonly line: Markup }[] = []
  for (const { at, ref, commit, by, reverted } of integrations) {
    const into = html`${time(at)} into <code>${ref}</code>, signed off by ${by}, as ${digest(commit)}`
    all.push({ at, line: row('Integrated', into) })
    if (reverted === undefined) continue
    const from = html`${time(reverted.at)} from <code>${reverted.ref}</code> by ${reverted.by}: ${reverted.why}, as ${digest(reverted.commit)}`
    all.push({ at: reverted.at, line: row('Taken back', from) })
  }
  for (const { at, by, why } of reopened) all.push({ at, line: row('Opened again', `${time(at)} by ${by}: ${why}`) })
  for (const one of migrations) all.push({ at: one.at, line: row('Went over', went(one)) })
  const due = reverting === undefined ? undefined : `decided ${time(reverting.at)} by ${reverting.by}: ${reverting.why}`
  return html`${all.sort((one, other) => one.at - other.at).map(({ line }) => line)}${row('To be taken back', due)}`
}

function gates({ gates: all }: Story): Markup {
  if (all.size === 0) return html``
  const rows = [...all.values()].map(({ id, kind, step, asks, reviews, moot }) => [
    html`<code>${id}</code><br>${kind}${step === undefined ? '' : html`<br><code>${within(step)}</code>`}`,
    asks,
    reviews.length === 0
      ? html`<span class="dim">${moot === undefined ? 'not answered' : `needs no answer any more, ${time(moot.at)}: ${moot.why}`}</span>`
      : reviews.map(
          ({ answer, by, at, reasons }) =>
            html`<p><b>${answer}</b> by ${by}, ${time(at)}${reasons.length === 0 ? '' : `: ${reasons.join('; ')}`}</p>`,
        ),
  ])
  const heads = table(
    [
      ['Gate', 'd'],
      ['Asked', ''],
      ['Reviews', ''],
    ],
    rows,
  )
  return html`<h2>Questions and answers</h2>${heads}`
}

function blockers({ blockers: all }: Story): Markup {
  if (all.size === 0) return html``
  const rows = [...all.values()].map(({ id, kind, step, owner, notes, from, cleared }) => [
    html`<code>${id}</code><br>${kind}${step === undefined ? '' : html`<br><code>${within(step)}</code>`}`,
    html`${notes}${owner === '' ? '' : html`<br><span class="dim">for ${owner}</span>`}`,
    time(from),
    cleared === undefined
      ? html`<span class="bad">still there</span>`
      : html`${time(cleared.at)} by ${cleared.by}${cleared.why === '' ? '' : `: ${cleared.why}`}`,
  ])
  const heads = table(
    [
      ['Obstacle', 'd'],
      ['What', ''],
      ['Since', 'w'],
      ['Gone', ''],
    ],
    rows,
  )
  return html`<h2>Obstacles</h2>${heads}`
}

function handoffs({ handoffs: all }: Story): Markup {
  if (all.length === 0) return html``
  const rows = all
    .slice(0, mostFiles)
    .map(({ of, event, path, digest: sum }) => [
      of,
      event,
      html`<code class="long">${path}</code><br><span class="dim">${digest(sum)}</span>`,
    ])
  return html`<h2>Handoffs on refs/baton/record</h2>${table(
    [
      ['Entry', 'n'],
      ['Event', 'w'],
      ['File, and the SHA-256 of its bytes', ''],
    ],
    rows,
  )}${more(all.length - mostFiles, 'files')}`
}

function forgotten({ forgotten: all }: Story): Markup {
  if (all.size === 0) return html``
  const rows = [...all].map(([id, { at, by, why }]) => [code(id), time(at), by, why])
  return html`<h2>What is gone</h2><p class="dim">What was said in these attempts was removed for good. That it was, by whom and why stays in the record.</p>${table(
    [
      ['Attempt', 'p'],
      ['Removed', 'w'],
      ['By', 'p'],
      ['Why', ''],
    ],
    rows,
  )}`
}

function timeline({ timeline: all, more: left }: Story): Markup {
  const rows = all.map(({ seq, at, by, says }) => [seq, time(at), by, says])
  return html`<h2>Timeline</h2>${table(
    [
      ['Entry', 'n'],
      ['When', 'w'],
      ['Who', 'p'],
      ['What', ''],
    ],
    rows,
  )}${more(left, 'lines')}`
}
