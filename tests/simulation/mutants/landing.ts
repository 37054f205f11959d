// Bugs planted where work is verified, gated, landed and integrated.
import { type Mutant, mutant } from './mutant.ts'

export const landing: readonly Mutant[] = [
  mutant(
    'believe that checks passed',
    'verified',
    'core/reports',
    'const passed = data.verdicts.every((verdict) => verdict.passed)',
    'const passed = data.verdicts.length >= 0',
  ),
  mutant(
    'check a batch on the commit before its last',
    'verified',
    'engine/work',
    'check(this.#shop, last.work, commit, keys)',
    'check(this.#shop, last.work, last.lands.tip, keys)',
  ),
  {
    name: 'land a batch whose checks failed',
    promise: 'verified',
    edits: [
      {
        at: 'src/engine/work',
        find: 'run.said = verdicts.length > 0 && verdicts.every((one) => one.passed)',
        put: 'run.said = verdicts.length > 0',
      },
      { at: 'src/core/batches.ts', find: 'verdict.passed && verdict.check', put: 'verdict.check' },
    ],
  },
  mutant('batch what a gate holds', 'gates', 'core/batches.ts', 'if (seen || gate !== undefined ||', 'if (seen ||'),
  mutant(
    'use a verdict on another commit',
    'verified',
    'engine/work',
    '  if (known?.on === on) return known.result',
    '  if (known !== undefined) return known.result',
  ),
  {
    name: 'check once, land on whatever tip there is',
    promise: 'verified',
    edits: [
      {
        at: 'src/core/evolve',
        find: "    if (step?.phase === 'landing') enter(state, item, step, 'verifying')\n",
        put: '    void step\n',
      },
      { at: 'src/core/reports', find: 'checked.tip !== item.tip ||', put: '' },
      {
        at: 'src/core/reports',
        find: "  if (item.tip !== data.expected) return notDue(data.attempt, 'the branch has moved since')\n",
        put: '',
      },
    ],
  },
  {
    name: 'land out of order',
    promise: 'once',
    edits: [
      {
        at: 'src/core',
        find: "  if (place > 0) return place <= rehearsedAtOnce ? 'rehearse' : undefined\n",
        put: '',
      },
      {
        at: 'src/core/reports',
        find: "  if (item.lane[0] !== attempt.id) return 'it is not its turn'\n",
        put: '',
      },
      {
        at: 'src/core/reports',
        find: " is landing`)\n  if (item.lane[0] !== data.attempt) return notDue(data.attempt, 'it is not its turn')\n",
        put: ' is landing`)\n',
      },
    ],
  },
  mutant(
    'land the result as it was, without what landed since',
    'contains',
    'engine/work',
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
    'engine/work',
    '  if (!(await repository.isAncestor(attempt.base, tip))) return baseIsGone(shop, attempt, tip)\n',
    '',
  ),
  mutant(
    'open no gate',
    'gates',
    'core/reports',
    'const gate = step.approved ? undefined : gateFor(',
    'const gate = step.id !== "" ? undefined : gateFor(',
  ),
  {
    name: 'remember an approval for the next try',
    promise: 'gates',
    edits: [
      {
        at: 'src/core/evolve',
        find: '  step.notBefore = data.notBefore\n  step.approved = false\n',
        put: '  step.notBefore = data.notBefore\n',
      },
      {
        at: 'src/core/evolve',
        find: '  delete step.mend\n  step.approved = false\n',
        put: '  delete step.mend\n',
      },
    ],
  },
  {
    name: 'take a rejection for a yes',
    promise: 'gates',
    edits: [
      {
        at: 'src/core/evolve',
        find: "  if (data.review.answer !== 'approve') return\n",
        put: '',
      },
      {
        at: 'src/core/decide',
        find: "  if (data.answer !== 'reject') return []\n",
        put: "  if (data.answer !== '') return []\n",
      },
    ],
  },
  mutant(
    'integrate what nobody signed',
    'branches',
    'core/evolve',
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
    'engine/work',
    '    const expected = found === null && item.unborn ? null : landing.expected\n',
    '    const expected = found\n',
  ),
  mutant(
    'let what a rewrite dropped count as done',
    'lost',
    'core/decide',
    "answer === 'keep' || commit === item.tip ? [] : undone(item, gate, commit)",
    "answer !== '' ? [] : undone(item, gate, commit)",
  ),
  mutant(
    'look for the newest landing alone on what was moved',
    'lost',
    'engine/work',
    '    gone.push(attempt)\n',
    '    gone.push(attempt)\n    break\n',
  ),
  mutant(
    'turn away late work of a closed item',
    'late',
    'core/reports',
    'ofClosed(state, data) ?? noAttempt(data.attempt)',
    'noAttempt(data.attempt ?? ofClosed(state, data))',
  ),
  mutant(
    'pin no result',
    'lost',
    'engine/attempt',
    '  if (attempt.commit === undefined) await pin(repository, attemptRef(attempt.id), commit)\n',
    '  void pin\n',
  ),
  mutant(
    'say that it landed without moving anything',
    'lost',
    'engine/work',
    '  if (found !== landing.commit) {',
    "  if (found === '') {",
  ),
]
