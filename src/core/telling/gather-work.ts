// Gathers what the record says of an item's steps and attempts.
import type { Facts, FactType } from '../facts.ts'
import type { StepSpec } from '../nouns/step.ts'
import type { AttemptTold, Reader, StepTold, Story } from './told.ts'
import { stepOf } from './told.ts'

const mostNames = 100

/** What is over stays so under another key; everything else begins again. */
const lasting: ReadonlySet<string> = new Set(['done', 'failed', 'skipped', 'cancelled'])

function say(story: Story, spec: StepSpec, item: string): void {
  const told = stepOf(story, `${item}/${spec.key}`)
  told.title = spec.title
  told.doneWhen = spec.exitCriteria ?? []
}

function end(story: Story, id: string, how: string, why?: string): void {
  const told = stepOf(story, id)
  told.end = how
  if (why === undefined) delete told.why
  else told.why = why
}

function goOn(told: StepTold, now: string): void {
  told.now = now
  for (const key of ['end', 'why'] as const) delete told[key]
}

/** What was done of a step stands under its new key, in the words of that key; its attempts keep their names. */
function renumber(story: Story, { item, carried, renewed }: Facts['steps.carried']): void {
  const moved = carried.map(({ from, to }) => {
    const told = stepOf(story, `${item}/${from}`)
    const there = story.steps.get(`${item}/${to}`) ?? told
    return { to: `${item}/${to}`, told, title: there.title, doneWhen: there.doneWhen }
  })
  const fresh = renewed.map((key) => ({ id: `${item}/${key}`, ...stepOf(story, `${item}/${key}`) }))
  for (const { from } of carried) story.steps.delete(`${item}/${from}`)
  for (const { id, title, doneWhen } of fresh) {
    // Its attempts go with the work; those of work that nothing is carried from stay where they were.
    const { attempts = [], sentBack = [] } = story.steps.get(id) ?? {}
    story.steps.set(id, { title, doneWhen, asked: new Set(), transfers: [], attempts, sentBack })
  }
  for (const { to, told, title, doneWhen } of moved) {
    const was = told.end === 'retired' ? told.was : told.end
    story.steps.set(to, Object.assign(told, { title, doneWhen }))
    goOn(told, 'not begun')
    if (was !== undefined && lasting.has(was)) told.end = was
  }
}

function withAttempt(story: Story, id: string, change: (one: AttemptTold, step: StepTold) => void): void {
  const known = story.attempts.get(id)
  if (known !== undefined) change(known, known.step)
}

export const ofWork: { readonly [K in FactType]?: Reader<K> } = {
  'steps.added': (story, fact) => {
    for (const spec of fact.steps) say(story, spec, fact.item)
  },
  'step.changed': (story, fact) => say(story, fact.spec, fact.step.slice(0, fact.step.indexOf('/'))),
  'step.retired': (story, fact) => {
    const told = stepOf(story, fact.step)
    if (told.end !== 'retired' && told.end !== undefined) told.was = told.end
    end(story, fact.step, 'retired', fact.why)
  },
  'steps.carried': renumber,
  'attempt.started': (story, { attempt, step: of, agent, executor, model, outside }, { at }) => {
    const step = stepOf(story, of)
    const made: AttemptTold = { id: attempt, step, agent, executor, model, startedAt: at }
    if (outside !== undefined && outside.displayName !== agent) made.name = outside.displayName
    story.attempts.set(attempt, made)
    step.attempts.push(made)
    goOn(step, 'under way')
    if (story.workers.size < mostNames) story.workers.add(outside === undefined ? agent : `${agent} (outside)`)
  },
  'attempt.began': (story, { attempt, inputs }) =>
    withAttempt(story, attempt, (one) => {
      one.inputs = inputs
    }),
  'attempt.ended': (story, { attempt, outcome, used, summary, transcript }, { at }) =>
    withAttempt(story, attempt, (one, step) => {
      Object.assign(one, { endedAt: at, outcome, used })
      if (summary !== undefined) one.summary = summary
      if (transcript !== undefined) one.transcript = transcript
      step.now = outcome.kind === 'succeeded' ? 'to be checked' : outcome.kind
    }),
  'attempt.checked': (story, fact) =>
    withAttempt(story, fact.attempt, (one, step) => {
      one.checked = fact
      step.now = fact.passed ? 'checked' : 'refused by its checks'
    }),
  'landing.done': (story, fact, { at }) =>
    withAttempt(story, fact.attempt, (one, step) => {
      Object.assign(one, { landed: fact.commit, landedAt: at })
      delete one.refused
      step.end = 'done'
      delete step.why
    }),
  'landing.refused': (story, { attempt, why }) =>
    withAttempt(story, attempt, (one, step) => {
      one.refused = why
      step.now = 'waits to land'
    }),
  'step.reworked': (story, { step: of, by, why }, { at }) => {
    const told = stepOf(story, of)
    goOn(told, 'sent back')
    told.sentBack.push({ at, by, why, after: told.attempts.length })
  },
  'step.requeued': (story, fact) => goOn(stepOf(story, fact.step), 'to be tried again'),
  'step.failed': (story, fact) => end(story, fact.step, 'failed', fact.why),
  'step.skipped': (story, fact) => end(story, fact.step, 'skipped', `${fact.by}: ${fact.why}`),
  'step.cancelled': (story, fact) => end(story, fact.step, 'cancelled', `${fact.by}: ${fact.why}`),
}
