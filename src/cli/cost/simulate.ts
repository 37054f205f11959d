// baton simulate: what a ladder of models would have solved, for how much money and in how long.

import type { CostPlayed } from '../../api/cost/simulate.ts'
import { costSimulate } from '../../api/cost/simulate.ts'
import { perform } from '../../api/perform.ts'
import { everything } from '../../api/scopes.ts'
import type { House } from '../../core/ports/house.ts'
import { Refused } from '../../core/refusals.ts'
import type { Row } from '../../core/routing/compare.ts'
import { emptyState } from '../../core/state.ts'
import type { Command, Context } from '../command.ts'
import { dollars, part } from '../print/money.ts'
import type { People, Piece } from '../print/people.ts'
import { duration, plural } from '../print/words.ts'
import { readCascade, readCheck, readOutcomes, type Said } from './policy.ts'

const row =
  '{ name, tasks, unknown, solved, wrong, costUsd, unsolvedUsd, tries, solvedShare, unsolvedShare, perTaskUsd, perSolveUsd? }'

export const simulate: Command = {
  name: 'simulate',
  caption: 'Replays models in a row on a table of outcomes, or on your own record: solved, money, time. Nothing runs.',
  usage:
    '[--policy <file|a>b>] [--outcomes <file>] [--check <right/wrong>] [--tries <n>] [--last-taken] [--mends <p>] [--slots <n>] [--call-ms <n>] [--seed <n>]',
  example:
    "baton simulate --policy 'mini > large' --outcomes table.json --check 0.9/0.2\nbaton simulate --policy baton.yaml",
  options: [
    {
      name: 'policy',
      value: 'file|words',
      caption:
        "models from cheap to strong ('a > b'), a file with { ladder, tries, check, lastIsTaken, mends }, or a baton.yaml",
    },
    {
      name: 'outcomes',
      value: 'file',
      caption:
        '{"models":{"mini":{"task-1":{"resolved":true,"cost":0.03,"ms":90000}}}}; without it, what this record holds',
    },
    {
      name: 'check',
      value: 'right/wrong',
      caption: 'how often the check lets pass what is right and what is wrong, or perfect',
    },
    { name: 'tries', value: 'n', caption: 'how often each may try before the next one (usually 1)' },
    { name: 'last-taken', caption: 'what the last one gives is taken although the check refuses it' },
    {
      name: 'mends',
      value: 'p',
      caption: 'chance that one more try mends a wrong result, where the outcomes hold no such try',
    },
    { name: 'slots', value: 'n', caption: 'how many at once, for the time that it takes (usually 4)' },
    { name: 'call-ms', value: 'n', caption: 'how long one call takes, for tables with api_calls and no ms' },
    { name: 'seed', value: 'n', caption: 'of the time alone (usually 1): the same seed, the same time' },
  ],
  words: [0, 0],
  json: `{ from, ladder, tries, check: { right, wrong }, lastIsTaken, mends, outcomes: { tries, unpriced }, policy: row, alone: row[], oracle: row, against?: { model, tasks, costRatio?, solvedMore }, makespan?: { slots, makespanMs, boundMs } }, where a row is ${row}`,
  run: async (context) => {
    const asked = await asking(context)
    const played = asked.outcomes === undefined ? await ofRecord(context, asked) : await ofTable(asked)
    context.give(played, (people) => print(people, played))
    return undefined
  },
}

async function asking(context: Context): Promise<Said> {
  const { folder } = context.world
  const [file, policy, check] = [context.text('outcomes'), context.text('policy'), context.text('check')]
  const outcomes = file === undefined ? undefined : readOutcomes(folder, file)
  const named = (outcomes?.models ?? {}) as object
  const cascade = policy === undefined ? {} : await readCascade(folder, policy, (name) => Object.hasOwn(named, name))
  const said = {
    outcomes,
    check: check === undefined ? undefined : readCheck(check),
    tries: context.whole('tries', 1, 10),
    lastIsTaken: context.has('last-taken') ? true : undefined,
    mends: context.number('mends', 0, 1),
    slots: context.whole('slots', 1, 1024),
    callMs: context.number('call-ms', 0, 1e9),
    seed: context.whole('seed', 0, 2 ** 32 - 1),
  }
  return { ...cascade, ...Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)) }
}

/** A table needs no home. */
async function ofTable(params: Said): Promise<CostPlayed> {
  const nobody = { state: emptyState(), now: () => 0 } as unknown as House
  const done = await perform(costSimulate, nobody, { name: 'simulated', folder: '', may: everything }, params)
  if (!done.ok) throw new Refused(done.refusal)
  return done.result as CostPlayed
}

function ofRecord(context: Context, params: Said): Promise<CostPlayed> {
  return context.with('look', (house) => house.call('cost/simulate', { ...params, outcomes: 'record' }))
}

function print(people: People, played: CostPlayed): void {
  const { policy, alone, oracle, against, check, makespan, outcomes } = played
  const perfect = check.right === 1 && check.wrong === 0
  const rates = perfect
    ? 'a check that never errs'
    : `a check that passes ${part(check.right)} of what is right and ${part(check.wrong)} of what is wrong`
  const source = played.from === 'record' ? 'this record, where what landed counts as solved' : 'the table'
  people.line(`Simulated on ${plural(outcomes.tries, 'outcome')} of ${source}, with ${rates}`)
  const head = ['', 'tasks', 'solved', 'a task', 'a solve', 'let pass wrong', 'on unsolved']
  const others = played.ladder.length > 1 ? alone : []
  people.table([
    head.map((text): Piece => ({ text, style: 'dim' })),
    cells(policy),
    ...others.map((one) => cells({ ...one, name: `${one.name} alone` })),
    cells(oracle),
  ])
  if (against?.costRatio !== undefined)
    people.line(
      `${against.costRatio.toFixed(2)} × the cost of ${against.model} alone, and ${signed(against.solvedMore)} of ${against.tasks} tasks solved`,
    )
  if (makespan !== undefined)
    people.line(
      `${duration(makespan.makespanMs)} with ${makespan.slots} at once, no less than ${duration(makespan.boundMs)}`,
    )
  if (policy.unknown > 0)
    people.line(
      { text: `${plural(policy.unknown, 'task')} left out`, style: 'yellow' },
      ': they came to a model that has not tried them. Those that stay are the easier ones',
    )
  if (outcomes.unpriced > 0)
    people.line({ text: `${outcomes.unpriced} outcomes have no known price`, style: 'yellow' }, ' and count as $0')
}

function cells(one: Row): readonly Piece[] {
  return [
    one.name,
    String(one.tasks),
    `${(one.solvedShare * 100).toFixed(1)} %`,
    dollars(one.perTaskUsd),
    one.perSolveUsd === undefined ? '-' : dollars(one.perSolveUsd),
    `${((one.tasks === 0 ? 0 : one.wrong / one.tasks) * 100).toFixed(1)} %`,
    part(one.unsolvedShare),
  ]
}

const signed = (share: number): string => `${share < 0 ? '−' : '+'}${Math.abs(share * 100).toFixed(1)} %`
