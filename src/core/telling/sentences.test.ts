// What each fact says, word for word, with what in it is marked as good, bad or odd.
import { expect, it } from 'vitest'
import type { Facts, FactType } from '../facts.ts'
import { said, tell } from './sentences.ts'

type Deep<T> = T extends readonly (infer One)[]
  ? readonly Deep<One>[]
  : T extends object
    ? { readonly [K in keyof T]?: Deep<T[K]> }
    : T
const words: { readonly [K in FactType]: readonly (readonly [Deep<Facts[K]>, string])[] } = {
  'house.opened': [[{ version: '0.1.0', host: 'ship' }, 'Baton 0.1.0 was started on ship']],
  'house.closed': [[{ why: 'asked to' }, 'Baton was ended: asked to']],
  'house.restored': [[{ head: 41 }, 'the record was restored up to entry 41']],
  'disk.ran-low': [
    [{ free: 1250000000, of: 80000000000 }, '[odd the disk is nearly full]: 1.3 GB of 80.0 GB are free'],
  ],
  'disk.recovered': [[{ free: 9000000000, of: 80000000000 }, 'the disk has room again: 9.0 GB of 80.0 GB are free']],
  'key.published': [
    [{ key: 'baton+1a2b+AAAA' }, 'the key baton+1a2b began to sign'],
    [
      { key: 'baton+1a2b+AAAA', lost: 'the disk broke' },
      'the key baton+1a2b began to sign, for the one before is lost: the disk broke',
    ],
  ],
  'key.rotated': [[{ key: 'baton+3c4d+BBBB' }, 'signing was handed over to the key baton+3c4d']],
  'checkpoint.signed': [[{ size: 120 }, 'a checkpoint over 120 entries was signed']],
  'checkpoint.kept': [[{ size: 120, place: '/mnt/far' }, 'the checkpoint over 120 entries is kept at /mnt/far']],
  'checkpoint.missed': [
    [
      { place: '/mnt/far', why: 'it is read-only' },
      'a checkpoint [odd could not be kept] at /mnt/far: it is read-only',
    ],
  ],
  'workspace.opened': [[{ path: '/srv/tea', baseBranch: 'main' }, 'the repository /srv/tea was set up, base main']],
  'workspace.trusted': [
    [{ path: '/srv/tea', digest: 'abcdef0123456789' }, 'the configuration abcdef0123 of /srv/tea was trusted'],
    [
      { path: '/srv/tea', digest: 'abcdef0123456789', why: 'new checks' },
      'the configuration abcdef0123 of /srv/tea was trusted: new checks',
    ],
  ],
  'workspace.desired': [[{ path: '/srv/tea', desired: 3 }, '3 agents are wanted in /srv/tea']],
  'isolation.chosen': [
    [
      { path: '/srv/tea', isolation: 'none', why: 'a container holds it' },
      'agents in /srv/tea run at isolation none: a container holds it',
    ],
  ],
  'count.reported': [[{ path: '/srv/tea', running: 2 }, '2 agents were reported in /srv/tea']],
  'count.seen': [[{ path: '/srv/tea' }, '/srv/tea was seen again']],
  'count.lapsed': [[{ path: '/srv/tea', running: 2 }, 'nobody said again that 2 agents run in /srv/tea']],
  'count.went-stale': [[{ path: '/srv/tea' }, 'nothing was heard of /srv/tea for long']],
  'count.removed': [[{ path: '/srv/tea' }, '/srv/tea is not counted any more']],
  'record.begun': [[{ path: '/srv/tea' }, 'from here on, what ends in /srv/tea leaves a handoff']],
  'gate.opened': [[{ gate: 'gate-4', asks: 'Is it good?' }, '[odd gate-4] Is it good?']],
  'gate.answered': [
    [{ gate: 'gate-4', review: { answer: 'approve', by: 'ada', reasons: [] } }, 'gate-4 answered: approve by ada'],
    [
      { gate: 'gate-4', review: { answer: 'reject', by: 'ada', reasons: ['too big', 'no tests'] } },
      'gate-4 answered: reject by ada: too big; no tests',
    ],
  ],
  'gate.mooted': [[{ gate: 'gate-4', why: 'the step is gone' }, 'gate-4 needs no answer any more: the step is gone']],
  'blocker.raised': [
    [
      { blocker: 'blocker-6', kind: 'decision', step: 'wf/a', owner: 'eve', notes: 'which kettle' },
      '[odd blocker-6] (decision) holds a, for eve: which kettle',
    ],
    [
      { blocker: 'blocker-6', kind: 'external', owner: '', notes: 'no water' },
      '[odd blocker-6] (external) holds all of it, for nobody by name: no water',
    ],
  ],
  'blocker.cleared': [[{ blocker: 'blocker-6', notes: 'the red one' }, 'blocker-6 is gone: the red one']],
  'duplicate.suspected': [
    [
      { duplicate: 'duplicate-7', of: 'tea', why: 'both boil' },
      '[odd duplicate-7] may be the same work as tea: both boil',
    ],
  ],
  'duplicate.settled': [
    [
      { duplicate: 'duplicate-7', verdict: 'merged', into: 'tea', by: 'ada', rationale: 'one is enough' },
      'duplicate-7 is settled: merged into tea by ada: one is enough',
    ],
    [
      { duplicate: 'duplicate-7', verdict: 'linked', by: 'ada', rationale: 'side by side' },
      'duplicate-7 is settled: linked by ada: side by side',
    ],
  ],
  'intake.reviewed': [[{ by: 'ada', rationale: 'wanted' }, 'reviewed before work by ada: wanted']],
  'criteria.checked': [
    [
      {
        step: 'wf/a',
        again: false,
        found: [
          { criterion: 'water', met: 'yes' },
          { criterion: 'fire', met: 'no' },
          { criterion: 'a cup', met: 'told' },
        ],
      },
      'before a may begin: 1 of 3 hold; fire (not yet), a cup (somebody sees to it)',
    ],
    [
      { step: 'wf/a', again: true, found: [{ criterion: 'water', met: 'yes' }] },
      'before a may begin again: 1 of 1 hold',
    ],
  ],
  'ownership.transferred': [
    [{ step: 'wf/a', from: 'ada', to: 'bob', why: 'holidays' }, 'a belongs to bob now, and did to ada: holidays'],
    [{ from: '', to: '', why: 'it is open' }, 'all of it belongs to nobody now, and did to nobody: it is open'],
  ],
  'account.barred': [
    [{ account: 'claude', why: 'no credit' }, '[odd claude] cannot be used: no credit'],
    [
      { account: 'claude', why: 'limit', until: 60000 },
      '[odd claude] cannot be used until 1970-01-01 00:01 UTC: limit',
    ],
  ],
  'account.freed': [[{ account: 'claude', why: 'paid' }, 'claude can be used again: paid']],
  'budget.set': [
    [{ scope: 'item', id: 'wf', by: 'ada', why: 'spring' }, 'the budget of the item wf is set by ada: spring'],
  ],
  'budget.warned': [
    [
      { scope: 'item', id: 'wf', of: 'costUsd', spent: 8, limit: 10, at: 0.8 },
      '[odd budget] of the item: $8.00 of $10.00 (80 %)',
    ],
  ],
  'handoff.written': [
    [{ files: [{ event: 'attempt-completed', attempt: 'wf/a/1' }] }, '1 handoff written: a/1 attempt-completed'],
    [
      { files: [{ event: 'gate-approved', gate: 'gate-4' }, { event: 'baseline-integration' }] },
      '2 handoffs written: gate-4 gate-approved, baseline-integration',
    ],
  ],
  'handoff.missed': [[{ why: 'the disk is full' }, '[odd handoffs could not be written]: the disk is full']],
  'transcript.forgotten': [
    [
      { attempt: 'wf/a/1', by: 'ada', why: 'a name was in it' },
      'what was said in a/1 was removed by ada: a name was in it',
    ],
  ],
  'workflow.published': [
    [
      { name: 'tea', version: '2', by: 'ada', why: 'faster', impact: '3 items' },
      'workflow tea@2 was published by ada: faster; 3 items',
    ],
  ],
  'workflow.rolled-back': [
    [
      { name: 'tea', version: '2', by: 'ada', why: 'too fast', impact: '1 item' },
      'workflow tea@2 was taken back by ada: too fast; 1 item',
    ],
  ],
  'workflow.migrated': [
    [{ from: 'tea@1', to: 'tea@2', by: 'ada', why: 'faster' }, 'went from tea@1 to tea@2, by ada: faster'],
  ],
  'item.opened': [[{ source: 'wf.yaml', title: 'A tea book' }, 'opened from wf.yaml: A tea book']],
  'item.changed': [
    [{ id: 'wf', title: 'Tea', owner: 'bob' }, 'its plan changed title, owner of it'],
    [{ id: 'wf' }, 'its plan changed nothing of it'],
  ],
  'item.closed': [[{ why: 'integrated' }, 'closed: integrated']],
  'item.reopened': [[{ branch: 'baton/wf-2', why: 'it is wanted' }, 'opened again on baton/wf-2: it is wanted']],
  'steps.added': [
    [{ steps: [{ key: 'a' }] }, '1 step added: a'],
    [
      {
        steps: [
          { key: 'a' },
          { key: 'b' },
          { key: 'c' },
          { key: 'd' },
          { key: 'e' },
          { key: 'f' },
          { key: 'g' },
          { key: 'h' },
        ],
      },
      '8 steps added: a, b, c, d, e, f and 2 more',
    ],
  ],
  'step.changed': [[{ step: 'wf/a', spec: { title: 'Boil' } }, 'a was changed by its plan: Boil']],
  'step.retired': [[{ step: 'wf/a', why: 'left out' }, 'a retired: left out']],
  'steps.carried': [
    [
      {
        carried: [
          { from: 'a', to: 'b' },
          { from: 'c', to: 'd' },
        ],
      },
      'the plan was renumbered: a is b, c is d',
    ],
    [{ carried: [] }, 'the plan was renumbered: none kept its work'],
  ],
  'plan.missed': [[{ why: 'line 3 is odd' }, '[odd the plan has changed and was not taken in]: line 3 is odd']],
  'branch.adopted': [
    [
      { commit: 'abcdef0123456789', why: 'ada pushed' },
      "its branch went on from abcdef0123, which is not Baton's: ada pushed",
    ],
  ],
  'run.started': [[{ parallel: 2, policy: 'graph' }, 'run started, 2 at once, graph order']],
  'run.widened': [[{ steps: ['wf/d', 'wf/e'] }, 'the plan has gained d, e']],
  'run.paused': [[{ why: 'lunch' }, '[odd paused]: lunch']],
  'run.resumed': [[{ why: 'tea' }, 'goes on: tea']],
  'run.draining': [[{ why: 'night' }, '[odd draining]: night']],
  'run.ended': [
    [{ outcome: 'complete', why: 'all is done' }, '[good complete]: all is done'],
    [{ outcome: 'stuck', why: 'a failed' }, '[odd stuck]: a failed'],
  ],
  'decision.made': [
    [
      { launch: [], rationale: 'no seat', passedOver: [{ step: 'wf/c' }] },
      'nothing was started, 1 step passed over: no seat',
    ],
    [
      { launch: [], rationale: 'no seat', passedOver: [{ step: 'wf/c' }, { step: 'wf/d' }] },
      'nothing was started, 2 steps passed over: no seat',
    ],
    [
      { launch: [{ step: 'wf/a' }, { step: 'wf/b' }], rationale: 'in order', passedOver: [] },
      'a, b to be started: in order',
    ],
  ],
  'claim.granted': [[{ attempt: 'wf/a/1', agent: 'fable' }, 'a/1 was claimed by fable']],
  'claim.released': [[{ attempt: 'wf/a/1', why: 'it ended' }, 'the claim of a/1 was given back: it ended']],
  'attempt.started': [
    [{ step: 'wf/a', agent: 'fable', number: 2 }, 'a started by fable (attempt 2)'],
    [
      { step: 'wf/a', agent: 'fable', number: 3, mends: { attempt: 'wf/a/2' } },
      'a started by fable (attempt 3, going on from 2)',
    ],
  ],
  'attempt.began': [[{ attempt: 'wf/a/1', isolation: 'none' }, 'a/1 began its work, at isolation none']],
  'attempt.ended': [
    [{ attempt: 'wf/a/1', outcome: { kind: 'succeeded', why: '' } }, 'a/1 ended, now checked'],
    [
      { attempt: 'wf/a/1', outcome: { kind: 'failed', reason: 'timeout', why: 'too slow' } },
      'a/1 [bad failed] (timeout): too slow',
    ],
  ],
  'attempt.used': [
    [{ attempt: 'wf/a/1', used: { tokensIn: 900, tokensOut: 100, cost: 0.256 } }, 'a/1 has used 1000 tokens and $0.26'],
  ],
  'attempt.late': [
    [{ attempt: 'wf/a/1', why: 'its claim was over' }, 'a/1 reported [odd too late]: its claim was over'],
  ],
  'attempt.checked': [
    [{ attempt: 'wf/a/1', passed: true, verdicts: [], commit: 'c' }, 'a/1 [good passed] no checks'],
    [
      { attempt: 'wf/a/1', passed: false, verdicts: [{ check: 'unit' }, { check: 'lint' }], commit: 'c', on: 'c' },
      'a/1 [bad did not pass] unit, lint',
    ],
    [
      { attempt: 'wf/a/1', passed: false, verdicts: [{ check: 'unit', passed: true }, { check: 'lint' }], commit: 'c' },
      'a/1 [bad did not pass] lint; it passed unit',
    ],
    [
      { attempt: 'wf/a/1', passed: true, verdicts: [{ check: 'unit' }], commit: 'c', on: 'abcdef0123456789' },
      'a/1 [good passed] unit, checked with what lands with it, on abcdef0123',
    ],
  ],
  'step.requeued': [[{ step: 'wf/a', why: 'a quota' }, 'a waits to be tried again: a quota']],
  'step.reworked': [[{ step: 'wf/a', why: 'too hot' }, 'a [odd is done again]: too hot']],
  'step.weighed': [[{ step: 'wf/a' }, 'a was weighed']],
  'weighing.missed': [
    [{ by: 'gpt-x', why: 'no answer' }, '[odd steps are not weighed], so the rules choose: gpt-x: no answer'],
  ],
  'step.failed': [[{ step: 'wf/a', why: 'tries are used up' }, 'a [bad failed]: tries are used up']],
  'step.skipped': [[{ step: 'wf/a', why: 'not today' }, 'a skipped: not today']],
  'step.cancelled': [[{ step: 'wf/a', why: 'no' }, 'a cancelled: no']],
  'landing.ordered': [[{ attempt: 'wf/a/1', commit: 'abcdef0123456789' }, 'a/1 may land as abcdef0123']],
  'landing.done': [[{ attempt: 'wf/a/1', commit: 'abcdef0123456789' }, 'a/1 [good landed] as abcdef0123']],
  'landing.refused': [[{ attempt: 'wf/a/1', why: 'conflict in a.txt' }, 'a/1 [odd waits to land]: conflict in a.txt']],
  'integration.ordered': [
    [
      { ref: 'refs/heads/main', commit: 'abcdef0123456789', by: 'ada' },
      'to be integrated into refs/heads/main as abcdef0123, signed off by ada',
    ],
  ],
  'integration.done': [
    [{ ref: 'refs/heads/main', commit: 'abcdef0123456789' }, '[good integrated] into refs/heads/main as abcdef0123'],
  ],
  'integration.refused': [[{ why: 'conflict' }, '[bad not integrated]: conflict']],
  'integration.reverted': [
    [{ ref: 'refs/heads/main', commit: 'abcdef0123456789' }, '[odd taken back] from refs/heads/main as abcdef0123'],
  ],
  'reversion.decided': [[{ by: 'eve', why: 'it leaks' }, '[odd to be taken back] by eve: it leaks']],
  'reversion.ordered': [
    [{ ref: 'refs/heads/main', commit: 'abcdef0123456789' }, 'abcdef0123 may take it back from refs/heads/main'],
  ],
  'reversion.refused': [[{ why: 'tests fail' }, '[bad not taken back]: tests fail']],
  'clone.discarded': [
    [{ attempt: 'wf/a/1', by: 'ada', why: 'it landed' }, 'the clone of a/1 was removed by ada: it landed'],
  ],
}

const marked = (type: string, data: unknown): string =>
  said({ type, data })
    .map((piece) => (typeof piece === 'string' ? piece : `[${piece.tone} ${piece.text}]`))
    .join('')

it.each(Object.entries(words))('given %s, then it is told in these words', (type, all) => {
  for (const [data, text] of all) expect(marked(type, data)).toBe(text)
})

it('given facts of no type that is known, or hiding in the names that every object has, then their type is said', () => {
  for (const type of ['worker.joined', 'toString', '__proto__']) expect(tell({ type, data: {} })).toBe(type)
})
