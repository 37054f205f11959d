// Bugs planted where work is verified, gated, landed and integrated.
import { type Mutant, mutant } from './mutant.ts'

export const landing: readonly Mutant[] = [
  mutant(
    'believe that checks passed',
    'verified',
    'core/decide/attempt.ts',
    'const passed = data.verdicts.every((verdict) => verdict.passed)',
    'const passed = data.verdicts.length >= 0',
  ),
  mutant(
    'use a verdict on another commit',
    'verified',
    'engine/work/rehearsals.ts',
    '  if (known?.on === on) return known.result',
    '  if (known !== undefined) return known.result',
  ),
  {
    name: 'check once, land on whatever tip there is',
    promise: 'verified',
    edits: [
      {
        file: 'src/core/evolve/plan.ts',
        find: "    if (step?.phase === 'landing') enter(state, item, step, 'verifying')\n",
        put: '    void step\n',
      },
      { file: 'src/core/decide/landing.ts', find: 'checked.tip !== item.tip ||', put: '' },
      {
        file: 'src/core/decide/landing.ts',
        find: "  if (item.tip !== data.expected) return notDue(data.attempt, 'the branch has moved since')\n",
        put: '',
      },
    ],
  },
  {
    name: 'land out of order',
    promise: 'once',
    edits: [
      { file: 'src/core/duties.ts', find: "return place === 0 ? 'land'", put: "return place >= 0 ? 'land'" },
      {
        file: 'src/core/duties.ts',
        find: "return place === 0 ? 'verify'",
        put: "return place >= 0 ? 'verify'",
      },
      {
        file: 'src/core/decide/attempt.ts',
        find: "  if (item.lane[0] !== attempt.id) return 'it is not its turn'\n",
        put: '',
      },
      {
        file: 'src/core/decide/landing.ts',
        find: " is landing`)\n  if (item.lane[0] !== data.attempt) return notDue(data.attempt, 'it is not its turn')\n",
        put: ' is landing`)\n',
      },
    ],
  },
  mutant(
    'land the result as it was, without what landed since',
    'contains',
    'engine/work/landing-commit.ts',
    '  if (tip === attempt.base && attempt.tree !== undefined) return attempt.tree\n',
    '  if (attempt.tree !== undefined) return attempt.tree\n',
  ),
  mutant(
    'land beside the tip',
    'contains',
    'engine/work/landing-commit.ts',
    '    parents: [tip],',
    '    parents: [attempt.base],',
  ),
  mutant(
    'bring back a base that a person took away',
    'contains',
    'engine/work/landing-commit.ts',
    '  if (!(await repository.isAncestor(attempt.base, tip))) return baseIsGone(shop, attempt, tip)\n',
    '',
  ),
  mutant(
    'open no gate',
    'gates',
    'core/decide/attempt.ts',
    'const gate = step.approved ? undefined : gateFor(',
    'const gate = step.id !== "" ? undefined : gateFor(',
  ),
  mutant(
    'remember an approval for the next try',
    'gates',
    'core/evolve/plan.ts',
    '  step.notBefore = data.notBefore\n  step.approved = false\n',
    '  step.notBefore = data.notBefore\n',
  ),
  {
    name: 'take a rejection for a yes',
    promise: 'gates',
    edits: [
      {
        file: 'src/core/evolve/gates.ts',
        find: "attempt === undefined || data.review.answer !== 'approve') return",
        put: 'attempt === undefined) return',
      },
      {
        file: 'src/core/decide/gate.ts',
        find: "  if (data.answer !== 'reject') return []\n",
        put: "  if (data.answer !== '') return []\n",
      },
    ],
  },
  mutant(
    'integrate what nobody signed',
    'branches',
    'core/evolve/gates.ts',
    "if (gate.kind === 'release' && data.review.answer === 'approve') releaseApproved",
    "if (gate.kind === 'release') releaseApproved",
  ),
  mutant(
    'move a branch wherever it is',
    'branches',
    'repositories/memory.ts',
    "      if (at !== expected) return { kind: 'elsewhere', at }\n",
    '',
  ),
  mutant(
    'push over what somebody else did',
    'branches',
    'engine/work/land.ts',
    '    const expected = found === null && item.unborn ? null : landing.expected\n',
    '    const expected = found\n',
  ),
  mutant(
    'pin no result',
    'lost',
    'engine/work/attempt.ts',
    '    await repository.moveRef(ref, commit, await repository.tip(ref), "baton: an attempt\'s result")\n',
    '    void ref\n',
  ),
  mutant(
    'say that it landed without moving anything',
    'lost',
    'engine/work/land.ts',
    '  if (found !== landing.commit) {',
    "  if (found === '') {",
  ),
]
