// The steps of a page: at a glance, and then one by one with their attempts and what speaks for or against each.
import { html, type Markup } from './markup.ts'
import { code, digest, more, row, table, time, tookText, went } from './parts.ts'
import { brief, within } from './say.ts'
import type { AttemptTold, StepTold, Story } from './told.ts'

/** What agents said of their work, by attempt: its words, or why they are not there. */
export type Summaries = ReadonlyMap<string, { readonly words: string } | { readonly gone: string }>

const mostSteps = 1000
const mostEvidence = 1500

const shown = (story: Story): [string, StepTold][] => [...story.steps].slice(0, mostSteps)

function standing({ end, now = 'not begun', asked }: StepTold): Markup {
  const [gate] = asked
  const how = end ?? (gate === undefined ? now : `waits for ${gate}`)
  return html`<span class="${how === 'done' ? 'good' : bad.has(how) ? 'bad' : 'dim'}">${how}</span>`
}

const bad: ReadonlySet<string> = new Set(['failed', 'lost', 'rejected', 'refused by its checks', 'sent back'])

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
    const why = told.why === undefined ? '' : html`<p>${told.end}: ${told.why}</p>`
    const lines = told.transfers.map((one) => html`<p>handed over ${went(one, 'nobody')}</p>`)
    const wanted = told.doneWhen.length === 0 ? '' : html`<p class="dim">Done when: ${told.doneWhen.join('; ')}</p>`
    return html`<section><h3><code>${within(id)}</code> ${told.title} ${standing(told)} ${owner}</h3>${wanted}${lines}${tries(story, told, summaries)}${why}</section>`
  })
  return html`<h2>Steps and their evidence</h2>${all}${more(story.steps.size - mostSteps, 'steps')}`
}

/** Attempts in their order, and between them each time that work was sent back. */
function tries(story: Story, told: StepTold, summaries: Summaries): Markup {
  const back = (after: number): Markup[] =>
    told.sentBack
      .filter((one) => one.after === after)
      .map(({ at, by, why }) => html`<p><span class="bad">sent back</span> ${time(at)} by ${by}: ${why}</p>`)
  return html`${back(0)}${told.attempts.map((one, at) => html`${attempt(story, one, summaries)}${back(at + 1)}`)}`
}

/** What became of it, which is more than how it ended: what ended well may have been refused afterwards. */
function fate({ step, ...one }: AttemptTold): readonly [fate: string, tone: 'good' | 'bad' | 'dim'] {
  const sentBack = step.sentBack.some(({ after }) => step.attempts[after - 1]?.id === one.id)
  if (one.landed !== undefined) return ['landed', 'good']
  if (one.outcome === undefined) return ['under way', 'dim']
  if (one.outcome.kind !== 'succeeded') return [one.outcome.kind, 'bad']
  if (one.checked?.passed === false) return ['refused by its checks', 'bad']
  if (sentBack) return ['sent back', 'bad']
  if (one.refused !== undefined) return ['not landed', 'bad']
  return [one.checked === undefined ? 'ended' : 'passed its checks', 'dim']
}

function attempt(story: Story, one: AttemptTold, summaries: Summaries): Markup {
  const { checked, outcome } = one
  const who = [one.name ?? '', one.executor === one.agent ? '' : one.executor, one.model ?? ''].filter(
    (word) => word !== '',
  )
  const until = one.endedAt === undefined ? '' : ` to ${time(one.endedAt)}`
  const [became, tone] = fate(one)
  const how = outcome === undefined ? '' : `. ${outcome.why}`
  return html`<div class="attempt"><p><code>${within(one.id)}</code> by ${one.agent}${who.length === 0 ? '' : ` (${who.join(', ')})`}, ${time(one.startedAt)}${until}.
<span class="${tone}">${became}</span>${how}</p>
${checked === undefined ? html`<p class="dim">No checks ran on it.</p>` : verdicts(checked.verdicts)}
${one.refused === undefined ? '' : html`<p><span class="bad">could not land</span>: ${one.refused}</p>`}
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
