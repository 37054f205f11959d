// baton models: which models are known and whether their servers offer them; and what comes of asking each something trivial.
import type { ModelCheck } from '../../api/model/check.ts'
import type { ModelLine, ModelList } from '../../api/model/list.ts'
import type { Command } from '../command.ts'
import { exits } from '../exit.ts'
import { type People, type Piece, paint } from '../print/people.ts'
import { bytes, duration } from '../print/words.ts'

export const models: Command = {
  name: 'models',
  caption:
    'Lists the models of your model_registry.yaml and of what you trusted here, and asks their servers whether they offer them.',
  usage: '',
  example: 'baton models\nbaton models --json',
  options: [],
  words: [0, 0],
  json: '{ mode, models: { name, id, from, provider, endpoint, dialect, keyName?, account, tier, local, size?, context?, price?, tools, roles, ok, why, loaded? }[], notes }',
  run: async (context) => {
    const list = await context.with('look', (house) => house.call('model/list', {}))
    context.give(list, (people) => print(people, list))
    return undefined
  },
}

export const check: Command = {
  name: 'models check',
  caption:
    'Sends models a trivial prompt and prints latency, tokens a second and size of the answer. Ends with 8 when one does not answer.',
  usage: '[<model>]',
  example: 'baton models check\nbaton models check qwen --json',
  options: [],
  words: [1, 0],
  json: '{ ok, models: { name, ok, why, reason?, ms, firstMs?, tokensOut?, tokensPerSecond?, bytes?, guessed? }[] }',
  run: async (context) => {
    const model = context.word(0)
    const found = await context.with('look', (house) => house.call('model/check', model === '' ? {} : { model }))
    context.give(found, (people) => printChecked(people, found))
    return found.ok ? exits.ok : exits.provider
  },
}

function print(people: People, { mode, models: all, notes }: ModelList): void {
  if (mode === 'offline') people.line(paint('yellow', 'offline: only models on machines of your own are asked'))
  people.table(all.map(row))
  for (const { level, file, line, text, remedy } of notes) {
    people.line(paint(level === 'error' ? 'red' : 'yellow', level), ` ${file}:${line} `, text)
    if (remedy !== undefined) people.line('  → ', remedy)
  }
}

function row(model: ModelLine): Piece[] {
  const { name, ok, id, endpoint, local, tier, context, price, roles, why } = model
  const money = price === undefined ? 'price unknown' : `$${price.input ?? '?'} in, $${price.output ?? '?'} out`
  return [
    ok ? paint('green', 'ok') : paint('red', 'no'),
    name,
    id === '' ? 'whatever is offered' : id,
    endpoint === '' ? 'the usual place' : endpoint,
    local ? 'local' : 'elsewhere',
    tier,
    context === undefined ? '' : `${context} tokens`,
    local && price === undefined ? '' : money,
    roles.length === 0 ? '' : `for ${roles.join(', ')}`,
    why,
  ]
}

function printChecked(people: People, { models: all }: ModelCheck): void {
  people.table(
    all.map(({ name, ok, why, ms, firstMs, tokensOut, tokensPerSecond, bytes: size, guessed }): Piece[] => [
      ok ? paint('green', 'ok') : paint('red', 'no'),
      name,
      firstMs === undefined ? duration(ms) : `first part after ${duration(firstMs)}, all after ${duration(ms)}`,
      tokensPerSecond === undefined ? '' : `${guessed === true ? 'about ' : ''}${tokensPerSecond} tokens a second`,
      size === undefined ? '' : `${guessed === true ? 'about ' : ''}${tokensOut ?? 0} tokens, ${bytes(size)}`,
      why,
    ]),
  )
}
