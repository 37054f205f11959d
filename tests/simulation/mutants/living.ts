// Bugs planted in how the house lives: memory, waking, recovering, closing, and saying why.
import { type Mutant, mutant } from './mutant.ts'

export const living: readonly Mutant[] = [
  mutant(
    'a timer for every look',
    'bounded',
    'engine/dispatch.ts',
    'return !this.#resting.has(key) && !this.#rehearsed.has(key)',
    'return !this.#rehearsed.has(key)',
  ),
  mutant(
    'close without waiting for agents',
    'closed',
    'engine/dispatch.ts',
    '    await Promise.all(all.map((one) => one.effort.done))\n',
    '',
  ),
  mutant(
    'begin work while closing',
    'closed',
    'engine/dispatch.ts',
    '    this.#shut = true\n    const all',
    '    const all',
  ),
  mutant(
    'sleep on when the clock was set back',
    'progress',
    'engine/house.ts',
    "    void this.#loop.submit(wish('tick', 'baton', {}))\n    this.#armWake()\n",
    "    void this.#loop.submit(wish('tick', 'baton', {}))\n",
  ),
  mutant(
    'never try a full disk again',
    'progress',
    'engine/loop.ts',
    '    this.#options.clock.after(retryMs, () => void this.#again())\n',
    '',
  ),
  mutant('take up nothing after a restart', 'progress', 'engine/house.ts', '    this.#dispatch.lookAtAll()\n', ''),
  mutant(
    'rehearse for ever',
    'progress',
    'engine/dispatch.ts',
    "      if (still && duty.kind === 'rehearse') this.#rehearsed.set(duty.key, item.id)\n      else if (still)",
    '      if (still)',
  ),
  mutant(
    'say nothing of what is skipped',
    'why',
    'core/why.ts',
    "    case 'skipped':\n",
    "    case 'skipped':\n      if (step.why !== '') return ['ended', '', '']\n",
  ),
  mutant(
    'say why of nothing',
    'why',
    'core/why.ts',
    'function byPlan(item: Item, step: Step): Answer | undefined {\n  const open = step.after.map(',
    'function byPlan(item: Item, step: Step): Answer | undefined {\n  const open = [item.steps.length].map(',
  ),
  mutant(
    'end a run and forget it',
    'sound',
    'core/evolve',
    "  run.phase = 'ended'\n  run.endedAt = at\n",
    '  run.endedAt = at\n',
  ),
  mutant(
    'fold a fact that no one wrote',
    'sound',
    'core/evolve',
    'export function decisionMade(): void {',
    "export function decisionMade(): void {\n  if (Math.random() < 0.01) throw new Error('planted')",
  ),
]
