// Bugs planted where things are written down: acknowledgement, order, chain, fence and replay.
import { type Mutant, mutant } from './mutant.ts'

export const writing: readonly Mutant[] = [
  mutant(
    'change a fact while folding it',
    'replay',
    'core/evolve',
    '    item.keys.set(spec.key, item.steps.length)\n',
    '    item.keys.set(spec.key, item.steps.length)\n    Object.assign(spec, { order: spec.order + 1 })\n',
  ),
  mutant(
    'write on behind a torn entry',
    'chain',
    'engine/journal/open.ts',
    'if (this.damage !== undefined)\n      return',
    'if (this.damage === "")\n      return',
  ),
  mutant(
    'answer before the disk has it',
    'durable',
    'engine/loop.ts',
    '    this.#pending.push(pending)\n',
    '    this.#pending.push(pending)\n    answer({ ok: true, seq: state.seq, facts: [] })\n',
  ),
  mutant(
    'acknowledge up to what is only decided',
    'durable',
    'engine/loop.ts',
    'answer({ ok: true, seq: this.#written, facts: entries })',
    'answer({ ok: true, seq: this.#options.state.seq, facts: entries })',
  ),
  mutant(
    'begin what is only decided',
    'ordered',
    'engine/dispatch.ts',
    'if (since > this.#written || this.#efforts.has(key)) return false',
    'if (this.#efforts.has(key)) return false',
  ),
  mutant(
    'move the branch before the order is written',
    'branches',
    'engine/work',
    "  await shop.submit('landing.order'",
    "  await shop.repository(item).moveRef(branchRef(item), checked.commit, item.unborn ? null : checked.tip, '')\n  await shop.submit('landing.order'",
  ),
  mutant(
    'remove a clone before a fact says so',
    'ordered',
    'engine/attempt',
    '      await clone.rest()',
    '      await clone.discard()',
  ),
  mutant('forget the link between entries of one write', 'chain', 'engine/journal', '        last = row.hash\n', ''),
  mutant(
    'let two writers write',
    'fenced',
    'stores/memory.ts',
    'if (this.#rows.length !== afterSeq) throw new HeadMoved(this.#rows.length, afterSeq)',
    '',
  ),
  {
    name: 'go on writing after another writer',
    promise: 'fenced',
    edits: [
      {
        at: 'src/engine/journal',
        find: "(error.kind === 'full' || error.kind === 'busy')",
        put: "(error.kind === 'full' || error.kind === 'busy') || error instanceof HeadMoved",
      },
      {
        at: 'src/engine/journal',
        find: '    if (head.seq !== this.#reach || head.hash !== this.#last) {',
        put: '    this.#reach = head.seq\n    this.#last = head.hash\n    if (head.seq < 0) {',
      },
    ],
  },
  mutant(
    'leave the seats out of a snapshot',
    'replay',
    'core/snapshot.ts',
    '  for (const [name, count] of from.seats) state.seats.set(name, count)\n',
    '',
  ),
  mutant(
    'live by another time than the record',
    'replay',
    'engine/loop.ts',
    'evolve(state, { seq: state.seq + 1, at,',
    'evolve(state, { seq: state.seq + 1, at: at + 1,',
  ),
  mutant(
    'throw dice in the scheduler',
    'deterministic',
    'core/parts.ts',
    '  if (a.order !== b.order) return',
    '  if (Math.random() < 0.3) return Math.random() - 0.5\n  if (a.order !== b.order) return',
  ),
  mutant(
    'schedule by a clock of its own',
    'deterministic',
    'core/schedule',
    "if (step.notBefore > now) return { because: 'backoff' }",
    "if (step.notBefore > now && Date.now() % 2 === 0) return { because: 'backoff' }",
  ),
]
