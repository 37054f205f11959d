// Bugs planted where attempts are claimed, started and ended.
import { type Mutant, mutant } from './mutant.ts'

export const claiming: readonly Mutant[] = [
  mutant('settle without sweeping', 'exclusive', 'engine/work', 'await shop.parts.spawner.sweep(attempt.id)', '0'),
  mutant('start beside the last try', 'exclusive', 'engine/work', '    await this.#clearTheWay()\n', ''),
  {
    name: 'start what an earlier epoch started',
    promise: 'exclusive',
    edits: [
      {
        at: 'src/core',
        find: "return attempt.epoch === state.epoch ? 'work' : 'settle'",
        put: "return 'work'",
      },
      {
        at: 'src/engine/work',
        find: 'this.#patiently(() => clones.make(order))',
        put: 'this.#patiently(async () => (await clones.reopen(order)) ?? (await clones.make(order)))',
      },
    ],
  },
  mutant(
    'take every report for the present one',
    'terminal',
    'core/decide',
    "step.phase === 'running' && latest(step) === attempt && attempt.endedAt === undefined && attempt.fence === fence",
    'step.id !== "" && latest(step)?.id !== "" && attempt.fence === fence',
  ),
  mutant(
    'end an attempt and keep its claim',
    'terminal',
    'core/decide',
    "    fact('claim.released', item.id, { step: step.id, attempt: attempt.id, why: outcome.why }),\n",
    '',
  ),
  mutant(
    'drop the fence',
    'late',
    'core/decide',
    'attempt.endedAt === undefined && attempt.fence === fence',
    'attempt.endedAt === undefined && fence > 0',
  ),
  mutant(
    'apply what came too late',
    'late',
    'core/evolve',
    'export function attemptLate(): void {',
    "export function attemptLate(state: State, data: Facts['attempt.late']): void {\n  must(state, data.attempt).attempt.outcome = data.outcome",
  ),
  mutant(
    'start before predecessors landed',
    'predecessors',
    'core/schedule',
    '|| step.unmet > 0) return false',
    ') return false',
  ),
  mutant(
    'count work in line to land as landed',
    'predecessors',
    'core/nouns/step.ts',
    "settledPhases: ReadonlySet<StepPhase> = new Set(['done', 'skipped'])",
    "settledPhases: ReadonlySet<StepPhase> = new Set(['done', 'skipped', 'landing'])",
  ),
  mutant('work from an old base', 'predecessors', 'core/schedule', 'base: item.tip,', 'base: item.base,'),
  mutant(
    'see no clash',
    'conflicts',
    'core/schedule',
    '  const shared = clash(held, step, terms.locks)\n',
    '  const shared = clash({ ...held, paths: new Map(), above: new Map() }, step, [])\n',
  ),
  mutant(
    'forget what was launched in the same breath',
    'conflicts',
    'core/schedule',
    '      hold(held, step, terms.locks)\n',
    '      if (terms.timeoutMs < 0) hold(held, step, terms.locks)\n',
  ),
  mutant(
    'launch more than the run may',
    'caps',
    'core/schedule',
    'room.house, run.parallel - item.running)',
    'room.house, run.parallel + 1 - item.running)',
  ),
  mutant(
    'launch more than the workspace wants',
    'caps',
    'core/schedule',
    'free: workspace.desired - workspace.running,',
    'free: workspace.desired + 1 - workspace.running,',
  ),
  mutant('sell a seat twice', 'caps', 'core/schedule', '?? 0) >= terms.agent.seats)', '?? 0) > terms.agent.seats)'),
]
