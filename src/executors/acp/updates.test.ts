// Shows how updates of the protocol become ours, whatever an agent leaves out or gets wrong.
import { expect, it } from 'vitest'
import { updatesOf } from './updates.ts'

const of = (update: unknown) => updatesOf('gemini', update)

it('puts kinds, states, inputs and places of tools into our words, and leaves out what is not said', () => {
  const call = { sessionUpdate: 'tool_call', toolCallId: 'a', title: 'Reads', kind: 'read', status: 'in_progress' }
  expect(of({ ...call, rawInput: { path: 'x' }, locations: [{ path: '/w/x', line: 3 }, {}, null] })).toEqual([
    {
      kind: 'tool',
      id: 'a',
      tool: 'read',
      name: 'fs.read',
      title: 'Reads',
      status: 'running',
      input: '{"path":"x"}',
      paths: ['/w/x'],
    },
  ])
  expect(of({ sessionUpdate: 'tool_call_update', toolCallId: 'a', status: null, content: null })).toEqual([
    { kind: 'tool', id: 'a' },
  ])
  expect(of({ sessionUpdate: 'tool_call', title: 'nameless' })).toEqual([])
})

it.each([
  ['execute', undefined, 'gemini.run'],
  ['fetch', undefined, 'web.fetch'],
  ['delete', undefined, 'fs.delete'],
  ['other', 'Save Memory!', 'gemini.save_memory'],
  ['other', '...', 'gemini.other'],
])('names tools of kind %s alike', (kind, name, expected) => {
  expect(of({ sessionUpdate: 'tool_call', toolCallId: 'a', title: '', kind, name })).toMatchObject([{ name: expected }])
})

it('shows texts, diffs and what is no text, and the raw output when nothing is shown', () => {
  const update = { sessionUpdate: 'tool_call_update', toolCallId: 'a' }
  const content = [
    { type: 'content', content: { type: 'text', text: 'said' } },
    { type: 'diff', path: 'a.txt', oldText: 'one', newText: 'two' },
    { type: 'content', content: { type: 'image', data: 'AAAA' } },
    { type: 'terminal', terminalId: 't' },
    'odd',
  ]
  expect(of({ ...update, content })).toMatchObject([{ output: 'said\na.txt\n-one\n+two\n[image]' }])
  expect(of({ ...update, rawOutput: { code: 0 } })).toMatchObject([{ output: '{"code":0}' }])
})

it('bounds what is long: messages in pieces, outputs by their ends', () => {
  const text = 'x'.repeat(40_000)
  const message = of({ sessionUpdate: 'agent_message_chunk', content: { type: 'text', text } })
  expect(message.map((one) => (one.kind === 'message' ? one.text.length : 0))).toEqual([16_384, 16_384, 7232])
  const [tool] = of({ sessionUpdate: 'tool_call_update', toolCallId: 'a', rawOutput: `begin${text}end` })
  expect(tool).toMatchObject({ output: expect.stringMatching(/^begin.*letters are left out here.*end$/s) })
  expect(JSON.stringify(tool).length).toBeLessThan(17_000)
})

it('keeps what it does not know as it came, and says nothing of our own words', () => {
  expect(of({ sessionUpdate: 'dream', of: 'sheep' })).toEqual([
    { kind: 'other', name: 'dream', raw: '{"sessionUpdate":"dream","of":"sheep"}' },
  ])
  expect(of({ sessionUpdate: 'user_message_chunk', content: { type: 'text', text: 'do it' } })).toEqual([])
  for (const odd of [null, 7, [], {}, { sessionUpdate: 4 }])
    expect(of(odd)).toMatchObject([{ kind: 'other', name: 'nameless' }])
})

it('tells plans, modes and notices', () => {
  const entries = [
    { content: 'a', status: 'completed' },
    { content: 'b', status: 'in_progress' },
    { content: 'c', status: '?' },
    null,
  ]
  expect(of({ sessionUpdate: 'plan', entries })).toEqual([
    {
      kind: 'plan',
      entries: [
        { text: 'a', status: 'done' },
        { text: 'b', status: 'doing' },
        { text: 'c', status: 'pending' },
        { text: '', status: 'pending' },
      ],
    },
  ])
  expect(of({ sessionUpdate: 'current_mode_update', currentModeId: 'plan' })).toEqual([
    { kind: 'setting', name: 'mode', value: 'plan' },
  ])
  expect(of({ sessionUpdate: 'notice', severity: 'warning', title: 'Old', description: 'Update' })).toEqual([
    { kind: 'notice', text: 'Old: Update\n' },
  ])
})
