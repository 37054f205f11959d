// Answers about how items and steps stand, and why.
import { z } from 'zod'
import { gateLine, hold, holdFields, itemFields, stepFields, stepLine, summary } from '../parts/lines.ts'
import { attemptId, commit, count, head, stepId, texts, time } from '../parts/measures.ts'
import { blocker } from './gates.ts'

const attemptLine = z
  .strictObject({
    id: attemptId,
    number: z.int().min(1),
    agent: z.string(),
    executor: z.string(),
    startedAt: time,
    endedAt: time.exactOptional(),
    outcome: z.string().describe('`running`, or how it ended with the reason in brackets.'),
    why: z.string().exactOptional(),
    cost: z.number().describe('In US dollars, as far as the agent said.'),
    landed: commit.exactOptional(),
  })
  .meta({ id: 'AttemptLine', description: 'One try at a step.' })

const predecessor = z.strictObject({
  key: z.string(),
  status: z.string(),
  because: z.string().describe('`stated`, `phase` or `order`.'),
})

const itemView = z.strictObject({
  ...itemFields,
  seq: head,
  workflow: z.string(),
  source: z.string().describe("The plan's path in the repository."),
  owner: z.string(),
  priority: z.number().describe('1 is the most urgent.'),
  base: commit,
  tip: commit.describe("Where the item's branch stands."),
  links: texts.exactOptional().describe('Items that belong together with it, as somebody has said.'),
  held: z.string().exactOptional().describe('What keeps the whole item, in one word; absent when nothing does.'),
  why: z.string().exactOptional().describe('The same in a sentence, or that every step is done.'),
  until: z.string().exactOptional().describe('What would end that.'),
  current: z.array(stepLine).describe('The steps that are under way now.'),
  next: z.array(stepId).describe('Steps that could start now, or else that the current ones lead to.'),
  remaining: z
    .array(z.strictObject({ step: stepId, criteria: texts }))
    .describe('What the current steps have still to meet, or else the next ones.'),
  obstacles: z.array(blocker),
  list: z.array(stepLine).describe('From `from` on, at most `limit`.'),
  total: count.describe('How many steps there are.'),
})

const act = { at: time, by: z.string(), why: z.string() }

const closedView = z.strictObject({
  seq: head,
  id: z.string(),
  title: z.string(),
  workspace: z.string(),
  workflow: z.string(),
  source: z.string().describe("The plan's path in the repository."),
  branch: z.string(),
  owner: z.string(),
  openedAt: time,
  closedAt: time,
  why: z.string(),
  integrations: z
    .array(
      z.strictObject({
        at: time,
        ref: z.string(),
        commit,
        by: z.string().describe('Who signed it off.'),
        reverted: z.strictObject({ ...act, ref: z.string(), commit }).exactOptional(),
      }),
    )
    .describe('Each time that it came to the base branch; the last one counts.'),
  reopened: z.array(z.strictObject(act)),
  list: z
    .array(
      z.strictObject({
        key: z.string(),
        title: z.string(),
        end: z.string().describe('How it ended; `not begun` when nothing was tried.'),
        tries: count,
        sentBack: count,
        owner: z.string().exactOptional(),
        landed: z.strictObject({ commit, at: time }).exactOptional(),
      }),
    )
    .describe('From `from` on, at most `limit`.'),
  total: count.describe('How many steps there are.'),
  handoffs: z.strictObject({ written: count, newest: z.string().exactOptional(), owed: count }),
  forgotten: z.array(attemptId).describe('Attempts of which what was said was removed by name.'),
})

const stepView = z.strictObject({
  ...stepFields,
  seq: head,
  item: z.string(),
  owner: z.string().describe('Whom it was handed to, or whom its plan or its item names; empty when nobody is.'),
  brief: z.string(),
  place: z.string().exactOptional().describe('<file>:<line> in the plan.'),
  writes: texts.describe('Paths that the plan says it touches.'),
  after: z.array(predecessor),
  doer: z.string().describe('The agent that would do it next.'),
  checks: texts.describe('The checks that would judge it.'),
  gate: z.string().exactOptional(),
  entry: texts,
  criteria: z
    .array(
      z.strictObject({
        criterion: z.string(),
        met: z.enum(['yes', 'no', 'told']).describe('`told`: Baton cannot judge it, and somebody must see to it.'),
        why: z.string(),
      }),
    )
    .describe('What must hold before it begins, as it was found when it began, or as it is now.'),
  awaits: texts.describe(
    'Keys of the steps before it that have not landed: of a join, the branches that it waits for.',
  ),
  exit: texts,
  remaining: texts.describe('Of `exit`, what is not met yet.'),
  hold,
  next: z.string().describe('What would move it on, and who can.'),
  tries: count.describe('Tries used up.'),
  reworks: count,
  gates: z.array(gateLine),
  tried: z.array(attemptLine),
})

const readyStep = z.strictObject({ ...stepFields, item: z.string(), brief: z.string() })

export const stateAnswers = {
  'status/list': summary,
  'status/item': itemView,
  'status/closed': closedView,
  'status/step': stepView,
  'run/wait': z.strictObject({
    ...itemFields,
    over: z.boolean().describe('False when the time went by first: whoever still wants to know asks again.'),
  }),
  'step/ready': z.strictObject({
    seq: head,
    steps: z.array(readyStep),
    more: count.describe('How many more there are than were asked for.'),
  }),
  'step/why': z.strictObject({ ...holdFields, seq: head, title: z.string(), status: z.string() }),
  'audit/replay': z.strictObject({
    seq: head,
    epoch: count.describe('How often Baton had been started.'),
    workspaces: count,
    gates: count,
    attempts: count,
    summary,
    same: z.boolean().exactOptional().describe('Whether folding to the head gives what the house holds in memory.'),
  }),
}
