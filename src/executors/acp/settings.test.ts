// Shows which offered values are chosen, and that nothing is chosen that was not offered.
import { expect, it } from 'vitest'
import { choose, offeredBy } from './settings.ts'

const select = (id: string, category: string, currentValue: string, options: unknown) => ({
  id,
  category,
  type: 'select',
  currentValue,
  options,
})
const values = (...all: string[]) => all.map((value) => ({ value, name: value }))
const offered = offeredBy({
  sessionId: 's',
  configOptions: [
    select('effort', 'thought_level', 'low', values('low', 'high')),
    select('permissions', 'mode', 'auto', [{ group: 'g', name: 'G', options: values('auto', 'ask') }]),
    { id: 'yolo', type: 'boolean', currentValue: false },
    { type: 'select', options: values('nameless') },
    null,
  ],
  modes: {
    currentModeId: 'https://x.invalid/m#agent',
    availableModes: [{ id: 'https://x.invalid/m#agent', name: 'Agent' }, { id: 'https://x.invalid/m#plan' }, 4],
  },
})

it.each([
  ['effort', ['high'], { kind: 'option', id: 'effort', value: 'high' }],
  ['thought_level', ['max', 'high'], { kind: 'option', id: 'effort', value: 'high' }],
  ['mode', ['ask'], { kind: 'option', id: 'permissions', value: 'ask' }],
  ['mode', ['auto'], { kind: 'already' }],
  ['mode', ['plan'], { kind: 'mode', id: 'https://x.invalid/m#plan' }],
  ['mode', ['agent'], { kind: 'already' }],
  ['yolo', ['true'], { kind: 'option', id: 'yolo', value: true }],
  ['yolo', ['false'], { kind: 'already' }],
  ['yolo', ['perhaps'], undefined],
  ['effort', ['enormous'], undefined],
  ['mode', ['lan'], undefined],
  ['model', ['gpt'], undefined],
])('%s to %j', (option, wanted, chosen) => {
  expect(choose(offered, { option, values: wanted })).toEqual(chosen)
})

it('sets what is not offered only where a program is known to take it', () => {
  const wanted = { option: 'effort', values: ['enormous'] }
  expect(choose(offered, { ...wanted, unoffered: true })).toEqual({ kind: 'option', id: 'effort', value: 'enormous' })
  expect(choose(offered, { ...wanted, option: 'nothing', unoffered: true })).toBeUndefined()
})

it.each([undefined, null, {}, { configOptions: 'x', modes: 3 }])('offers nothing: %j', (answer) => {
  expect(choose(offeredBy(answer), { option: 'mode', values: ['plan'] })).toBeUndefined()
})
