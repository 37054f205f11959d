// The steps of a page: at a glance, and then one by one with their attempts and what speaks for or against each.
import { html, type Markup } from './markup.ts'
import { code, digest, more, row, table, time, tookText } from './parts.ts'
import { brief, within } from './say.ts'
import type { AttemptTold, StepTold, Story } from './story.ts'

/** What agents said of their work, by attempt: its words, or why they are not there. */
export type Summaries = ReadonlyMap<string, { readonly words: string } | { readonly gone: string }>

const mostSteps = 1000
const mostEvidence = 1500

const shown = (story: Story): [string, StepTold][] => [...story.steps].slice(0, mostSteps)

const standing = ({ end = 'not begun' }: StepTold): Markup =>
  html`<span class="${end === 'done' ? 'good' : end === 'failed' ? 'bad' : 'dim'}">${end}</span>`

export function glance(story: Story): Markup {
  const rows = shown(story).map(([id, told]) => {
    const landed = told.end === 'done' ? told.attempts.findLast((one) => one.landed !== undefined) : undefined
    const tries = `${told.attempts.length}${told.sentBack.length === 0 ? '' : `, ${told.sentBack.length} sent back`}`
    const commit = landed?.landed === undefined ? undefined : code(brief(landed.landed))
    const at = landed?.landedAt === undefined ? '' : time(landed.landedAt)
    return [html`<code>${within(id)}</code> ${told.title}`, standing(told), tries, commit, at]
  })
  return html`<h2>Steps at a glance</h2>${table(
    [
      ['Step', ''],
      ['Stands', 'p'],
      ['Tries', 'd'],
      ['Landed as', 'd'],
      ['When', 'w'],
    ],
    rows,
  )}${more(story.steps.size - mostSteps, 'steps')}`
}

export function steps(story: Story, summaries: Summaries): Markup {
  const all = shown(story).map(([id, told]) => {
    const owner = told.owner === undefined ? '' : html`<span class="dim">belongs to ${told.owner}</span>`
    const back = told.sentBack.map(
      ({ at, by, why }) => html`<p><span class="bad">sent back</span> ${time(at)} by ${by}: ${why}</p>`,
    )
    const tries = told.attempts.map((one) => attempt(story, one, summaries))
    return html`<section><h3><code>${within(id)}</code> ${told.title} ${standing(told)} ${owner}</h3>${tries}${back}</section>`
  })
  return html`<h2>Steps and their evidence</h2>${all}${more(story.steps.size - mostSteps, 'steps')}`
}

function attempt(story: Story, one: AttemptTold, summaries: Summaries): Markup {
  const { checked, outcome } = one
  const who = [one.executor === one.agent ? '' : one.executor, one.model ?? ''].filter((word) => word !== '')
  const until = one.endedAt === undefined ? '' : ` to ${time(one.endedAt)}`
  const good = outcome?.kind === 'succeeded'
  const how = outcome === undefined ? '' : `: ${outcome.why}`
  return html`<div class="attempt"><p><code>${within(one.id)}</code> by ${one.agent}${who.length === 0 ? '' : ` (${who.join(', ')})`}, ${time(one.startedAt)}${until}.
<span class="${good ? 'good' : 'bad'}">${outcome?.kind ?? 'under way'}</span>${how}</p>
${checked === undefined ? html`<p class="dim">No checks ran on it.</p>` : verdicts(checked.verdicts)}
<dl>${row('Checked commit', digest(checked?.on ?? checked?.commit))}${row('Landed as', digest(one.landed))}${row('Took', one.used === undefined ? undefined : tookText([one]))}
${row('Inputs', digest(one.inputs))}${row('Transcript', digest(one.transcript))}</dl>${said(story, one, summaries)}</div>`
}

function said(story: Story, { id }: AttemptTold, summaries: Summaries): Markup {
  const words = summaries.get(id)
  const gone = story.forgotten.get(id)
  const spoken =
    words === undefined
      ? ''
      : 'words' in words
        ? html`<p class="dim">The agent says:</p><pre>${words.words}</pre>`
        : html`<p class="dim">${words.gone}</p>`
  const removed =
    gone === undefined
      ? ''
      : html`<p class="bad">What was said in it was removed ${time(gone.at)} by ${gone.by}: ${gone.why}</p>`
  return html`${spoken}${removed}`
}

function verdicts(all: NonNullable<AttemptTold['checked']>['verdicts']): Markup {
  if (all.length === 0) return html`<p class="dim">No checks are configured.</p>`
  const rows = all.map(({ check, passed, why, evidence }) => [
    check,
    html`<span class="${passed ? 'good' : 'bad'}">${passed ? 'passed' : 'failed'}</span>`,
    html`${why}${evidence === '' ? '' : html`<pre>${evidence.slice(0, mostEvidence)}</pre>`}`,
  ])
  return table(
    [
      ['Check', 'p'],
      ['Verdict', 's'],
      ['Why', ''],
    ],
    rows,
  )
}
