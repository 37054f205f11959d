// What somebody outside a simulated house makes of a step: a commit that grew from where it was claimed, mostly.
import { stepOf } from '../../src/core/state.ts'
import { tickFile } from './boxes.ts'
import type { Claim } from './outsiders.ts'
import { bad } from './parts.ts'
import { pool } from './plot.ts'
import type { World } from './world.ts'

export interface Work {
  readonly commit: string
  /** The commit that it grew from; of none when it is nowhere. */
  readonly from: string | undefined
}

const by = { authorName: 'Somebody', authorEmail: 'somebody@localhost', message: 'By hand' }

export async function handIn(world: World, claim: Claim): Promise<Work> {
  const { outer, repository, clock } = world
  if (!world.healed && outer.is(0.04)) return { commit: outer.is(0.5) ? 'f'.repeat(40) : 'no-such', from: undefined }
  const from = await fork(world, claim)
  if (!world.healed && outer.is(0.05)) return { commit: from, from }
  const tree = await repository.writeTree(from, await changes(world, claim, from))
  return { commit: await repository.commit({ ...by, tree, parents: [from], at: clock.monotonic() }), from }
}

/** Where it was claimed; or where the branch is now, or the base branch, or where its item once began. */
async function fork({ outer, repository, witness, healed }: World, { base, branch, step }: Claim): Promise<string> {
  if (healed || outer.is(0.7)) return base
  const item = witness.state.items.get(step.slice(0, step.indexOf('/')))
  const places = [await repository.tip(`refs/heads/${branch}`), await repository.tip('refs/heads/main'), item?.base]
  return outer.pick(places) ?? base
}

type NewChange = Parameters<World['repository']['writeTree']>[1][number]

async function changes(world: World, { attempt, step }: Claim, from: string): Promise<NewChange[]> {
  const { outer, repository, witness, healed } = world
  const [item = '', key = ''] = step.split('/')
  const texts = new Map([[`out/${item}-${key}.txt`, `${attempt} by hand ${outer.word(3)}\n`]])
  for (const path of stepOf(witness.state, step)?.spec.writes ?? [])
    if (!path.endsWith('/') && outer.is(0.6)) texts.set(path, `${attempt}\n`)
  if (!healed && outer.is(0.1)) texts.set(outer.pick(pool), `${attempt} undeclared\n`)
  if (!healed && outer.is(0.1)) texts.set('out/bad.txt', bad)
  if (outer.is(0.15)) texts.set(tickFile, 'I tick everything myself.\n')
  const made: NewChange[] = []
  for (const [path, text] of texts) {
    const kind = (await repository.readFile(from, path)) === null ? 'added' : 'modified'
    made.push({ path, kind, mode: '100644', content: Buffer.from(text) })
  }
  return made
}
