// baton revert: takes the integration of an item back from the base branch, after a person has said why.
import { Refused, refuse } from '../../core/refusals.ts'
import type { Command } from '../command.ts'
import { anyItem } from '../names.ts'
import type { Connection } from '../world.ts'

interface Reverted {
  readonly item: string
  readonly of: string
  readonly commit: string
  readonly ref: string
}

export const revert: Command = {
  name: 'revert',
  caption:
    'Takes the integration of an item back from the base branch, as a decision with a reason. Nothing else moves.',
  usage: '<item> --why <text>',
  example: 'baton revert 001-photo-albums --why "the export loses names"',
  options: [{ name: 'why', value: 'text', caption: 'the reason, for the record' }],
  words: [1, 1],
  json: '{ item, of, commit, ref }',
  run: async (context) => {
    const why = context.text('why')
    const name = context.word(0)
    if (why === undefined)
      throw new Refused(
        refuse('invalid', `revert of ${name}`, 'no reason was given', `baton revert ${name} --why "<reason>"`),
      )
    const done = await context.with('work', async (house) => {
      const item = await anyItem(house, name)
      const { seq, commit } = await house.call('item/revert', { item, why })
      return outcome(house, item, seq, commit)
    })
    context.give(done, (people) => {
      people.line(
        `${done.item}: ${done.of.slice(0, 10)} is taken back from ${done.ref} by ${done.commit.slice(0, 10)}.`,
      )
      people.line('  → baton run <plan> does it again, on a branch of its own')
    })
    return undefined
  },
}

/** What the record says has become of it. */
async function outcome(house: Connection, item: string, after: number, of: string): Promise<Reverted> {
  for await (const { type, data } of house.stream('journal/follow', { after, stream: item })) {
    const said = data as { commit?: string; ref?: string; why?: string }
    if (type === 'integration.reverted') return { item, of, commit: said.commit ?? '', ref: said.ref ?? '' }
    if (type === 'reversion.refused') {
      const remedy = `mend it and give it again: baton revert ${item} --why "<reason>"`
      throw new Refused(refuse('conflict', `revert of ${item}`, said.why ?? 'refused', remedy))
    }
  }
  throw new Refused(
    refuse('busy', `revert of ${item}`, 'it has not come to an end', `it goes on by itself: baton status ${item}`),
  )
}
