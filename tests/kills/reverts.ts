// Kills Baton as it takes an integration back: at each transaction, each change outside, and around each move of a ref.
import { leftAtMostMs, type Reference, type Tried } from './kill.ts'
import { git, item } from './project.ts'
import { type Fact, handoffs, journal } from './promises.ts'
import type { Room } from './room.ts'
import { at, places, type Try } from './sweeps.ts'

const back = ['revert', item, '--why', 'it does harm', '--json']
const hangsMs = 180_000

/** From here on every try begins with the item on the base branch. */
async function integrated(room: Room): Promise<void> {
  room.begin()
  const wrong = await room.complete()
  if (wrong !== undefined) throw new Error(`The run before a revert does not complete: ${wrong}`)
  const ended = await room.do('integrate', item, '--approve', 'reviewed', '--json')
  if (!journal(room.home).some(({ type }) => type === 'integration.done'))
    throw new Error(`baton integrate ended with ${ended.code}: ${ended.out} ${ended.err}`)
  room.keep()
}

export async function reverts(room: Room, stride: number): Promise<Iterable<Try>> {
  await integrated(room)
  const { append, effect, move } = await places(room, back)
  return [
    ...at('append', append, 1, takenBack),
    ...at('move', move, 1, takenBack),
    ...at('effect', effect, stride, takenBack),
  ]
}

async function takenBack(room: Room, _: Reference, env: Readonly<Record<string, string>>): Promise<Tried> {
  room.begin()
  const before = git(room.repository, 'rev-parse', 'main')
  const ended = await room.start(back, env).within(hangsMs)
  const left = await room.nothingLeft(leftAtMostMs)
  const broken = left === undefined ? [] : [left]
  broken.push(...moves(room, before, journal(room.home)))
  // Asked again in any case: nothing is done twice, and whoever opens the home writes what is owed.
  for (let turn = 0; turn === 0 || (turn < 3 && !isDone(journal(room.home))); turn++) await room.do(...back)
  const facts = journal(room.home)
  return {
    killed: ended.signal === 'SIGKILL' || ended.code === 137,
    broken: [...broken, ...moves(room, before, facts), ...once(room, before, facts), ...handoffs(room, facts)],
  }
}

const isDone = (facts: readonly Fact[]): boolean => facts.some(({ type }) => type === 'integration.reverted')

/** The base branch goes nowhere that no decision and no order lead to. */
function moves(room: Room, before: string, facts: readonly Fact[]): string[] {
  const tip = git(room.repository, 'rev-parse', 'main')
  const ordered = facts.filter(({ type }) => type === 'reversion.ordered').map(({ data }) => data.commit)
  const decided = facts.findIndex(({ type }) => type === 'reversion.decided')
  if (tip === before || (decided >= 0 && ordered.includes(tip))) return []
  return [`main is at ${tip}, and no decision leads there`]
}

function once(room: Room, before: string, facts: readonly Fact[]): string[] {
  const broken: string[] = []
  for (const type of ['reversion.decided', 'integration.reverted']) {
    const many = facts.filter((one) => one.type === type).length
    if (many !== 1) broken.push(`${type} is in the record ${many} times`)
  }
  const commits = git(room.repository, 'rev-list', '--first-parent', `${before}..main`)
  if (commits.split('\n').filter((line) => line !== '').length !== 1) broken.push(`main has gained ${commits}`)
  const tree = (rev: string): string => git(room.repository, 'rev-parse', `${rev}^{tree}`)
  if (tree('main') !== tree(`${before}^1`)) broken.push('main does not hold what it did before the integration')
  return broken
}
