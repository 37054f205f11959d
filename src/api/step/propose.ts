// An agent splits its step into parts that the dispatcher schedules; it runs none of them itself.
import { z } from 'zod'
import type { StepSpec } from '../../core/nouns/step.ts'
import { wish } from '../../core/wishes.ts'
import { wishes } from '../method.ts'
import { type Done, done } from '../replies.ts'
import { attemptId, path, sentence, word } from '../words.ts'

export interface Proposed extends Done {
  /** The keys that the parts have, in their order. */
  readonly keys: readonly string[]
  /** The question that a person answers first; absent when the parts have joined the plan. */
  readonly question?: string
  readonly next: string
}

const text = z
  .string()
  .trim()
  .max(8000)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused.
  .regex(/^[^\u0000-\u0008\u000b-\u001f\u007f-\u009f]*$/, { error: 'it holds control characters' })

/** From the root of the repository, and inside it. */
const inside = path
  .max(400)
  .refine((one) => !one.startsWith('/') && !one.split('/').some((name) => name === '..' || name === '.'), {
    error: 'a path leads from the root of the repository to somewhere inside it',
  })

const part = z.strictObject({
  title: sentence.max(200).describe('What it is, in a line.'),
  brief: text.default('').describe('What must be achieved, and how that will be seen.'),
  after: z
    .array(z.int().min(1).max(50))
    .max(50)
    .default([])
    .describe('The parts that come before it: their places in this list, from 1, each smaller than its own.'),
  writes: z
    .array(inside)
    .max(50)
    .default([])
    .describe('Paths that it touches; parts that share one run one after the other.'),
  role: word
    .default('coder')
    .describe('Who does it: coder, tester, researcher, writer; manager, to split it once more.'),
  exitCriteria: z.array(sentence).max(20).default([]).describe('What must be true afterwards.'),
  readsOnly: z.boolean().exactOptional().describe('It changes no file.'),
})

export const stepPropose = wishes({
  name: 'step/propose',
  tool: 'propose_steps',
  needs: 'run',
  forAgents: true,
  caption:
    'Splits your step into parts, each for an agent of its own; whoever waits for your step waits for them. They begin when your attempt has ended well.',
  params: z.strictObject({ attempt: attemptId, steps: z.array(part).min(1).max(50) }),
  about: (params) => params.attempt,
  wish: (params, caller) => wish('steps.propose', caller.name, params),
  result: (answer): Proposed => {
    const facts = answer.facts.map(({ type, data }) => ({ type, data }) as { type: string; data: Said })
    const opened = facts.find(({ type }) => type === 'gate.opened')?.data
    const steps = opened?.proposes?.steps ?? facts.flatMap(({ data }) => data.steps ?? []).filter(isSpec)
    const keys = steps.map(({ key }) => key)
    if (opened?.gate === undefined)
      return { ...done(answer), keys, next: 'they are in the plan: end your turn, they begin after it' }
    const next = 'a person is asked whether they join the plan: end your turn, your step waits for the answer'
    return { ...done(answer), keys, question: opened.gate, next }
  },
})

interface Said {
  readonly gate?: string
  readonly proposes?: { readonly steps: readonly StepSpec[] }
  readonly steps?: readonly (StepSpec | string)[]
}

function isSpec(one: StepSpec | string): one is StepSpec {
  return typeof one === 'object'
}
