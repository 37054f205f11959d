// Sentences that stand for easy, middling and hard steps, and how a step is weighed by what it is nearest to in meaning.
import { type Tier, tiers } from '../nouns/model.ts'

const sentences: Readonly<Record<Tier, readonly string[]>> = {
  small: [
    'Fix a typo in a comment or in the README.',
    'Rename a variable or a file and adjust its uses.',
    'Change a default value in a configuration file.',
    'Add a missing test for one small function.',
    'Update the version number of one dependency.',
    'Write a short section of the user guide.',
  ],
  medium: [
    'Add a new endpoint with validation of its input and tests.',
    'Implement a form with its fields, checks and error messages.',
    'Write a parser for a simple file format.',
    'Refactor one module into smaller functions without changing what it does.',
    'Find and mend a bug that appears in one part of the program.',
    'Add pagination and filters to an existing list.',
  ],
  large: [
    'Design the architecture of a new service and its boundaries.',
    'Migrate the whole data model to another database without losing anything.',
    'Make concurrent writers safe and prove that there are no races or deadlocks.',
    'Find the cause of a rare failure that spans several services.',
    'Build authentication, sessions and permissions throughout the application.',
    'Rewrite a large part of the code base for a different framework.',
  ],
}

export const anchors: readonly { readonly tier: Tier; readonly text: string }[] = tiers.flatMap((tier) =>
  sentences[tier].map((text) => ({ tier, text })),
)

export interface Weighed {
  readonly tier: Tier
  readonly why: string
}

/** The few nearest of a tier speak for it: one sentence alone would make chance of it. */
const nearest = 2

/** `told` are the vectors of `anchors`, in their order. Undefined when the vectors cannot be compared. */
export function weigh(vector: Float32Array, told: readonly Float32Array[]): Weighed | undefined {
  const near = anchors.map((anchor, at) => ({ ...anchor, cosine: cosine(vector, told[at]) }))
  if (near.some((one) => !Number.isFinite(one.cosine))) return undefined
  near.sort((a, b) => b.cosine - a.cosine)
  const scores = tiers.map((tier) => {
    const mine = near.filter((one) => one.tier === tier).slice(0, nearest)
    return { tier, mine, score: mine.reduce((sum, one) => sum + one.cosine, 0) / nearest }
  })
  // Of two that are equally near, the cheaper one.
  const best = scores.reduce((one, other) => (other.score > one.score ? other : one))
  const [first] = best.mine
  return { tier: best.tier, why: `nearest to "${first?.text ?? ''}", ${(first?.cosine ?? 0).toFixed(2)}` }
}

/** Not a number when there is nothing to compare. */
function cosine(one: Float32Array, other: Float32Array = new Float32Array()): number {
  if (one.length !== other.length) return Number.NaN
  let [dot, a, b] = [0, 0, 0]
  for (const [at, x] of one.entries()) {
    const y = other[at] ?? 0
    dot += x * y
    a += x * x
    b += y * y
  }
  return dot / Math.sqrt(a * b)
}
