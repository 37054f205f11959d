// Calls that a model wrote as words are read, whatever stands around them, and what is broken is never taken for a call.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { readWorded, strayCalls } from './worded.ts'

const known = ['read', 'write']
const call = (name: string, given: unknown): string => JSON.stringify({ say: 'so', tool: name, arguments: given })

it('reads one object, in a fence, after words, or with the names that others use', () => {
  const wanted = { kind: 'call', call: { name: 'read', arguments: '{"path":"a{}\\"b"}' } }
  expect(readWorded(call('read', { path: 'a{}"b' }), known)).toMatchObject(wanted)
  expect(
    readWorded(`I will look.\n\`\`\`json\n${call('read', { path: 'a{}"b' })}\n\`\`\`\nDone.`, known),
  ).toMatchObject(wanted)
  expect(readWorded('{"name":"read","parameters":{"path":"a{}\\"b"}}', known)).toMatchObject(wanted)
  expect(readWorded('{"function":{"name":"read","arguments":"{\\"path\\":1}"}}', known)).toMatchObject({
    call: { arguments: '{"path":1}' },
  })
})

it('takes the summary of who is done', () => {
  expect(readWorded(call('done', { summary: 'all good' }), known)).toEqual({ kind: 'done', say: 'all good' })
  expect(readWorded(call('done', {}), known)).toEqual({ kind: 'done', say: 'so' })
})

it('says what is wrong with what it cannot read', () => {
  expect(readWorded('I am done.', known)).toMatchObject({ kind: 'broken', why: expect.stringContaining('no JSON') })
  expect(readWorded('{"tool":"read","arguments":{"pa', known)).toMatchObject({
    why: expect.stringContaining('not whole'),
  })
  expect(readWorded(call('rm', {}), known)).toMatchObject({
    why: expect.stringMatching(/no tool "rm".*read, write, done/),
  })
  expect(readWorded('{"a":1}', known)).toMatchObject({ why: expect.stringContaining('names no tool') })
})

it('finds the calls that a server did not see, and takes no example for one', () => {
  const inner = '{"name":"read","arguments":{"path":"a"}}'
  const wanted = [{ name: 'read', arguments: '{"path":"a"}' }]
  expect(strayCalls(`Well. <tool_call>\n${inner}\n</tool_call>`, known)).toEqual(wanted)
  expect(strayCalls(`[TOOL_REQUEST]${inner}[END_TOOL_REQUEST]`, known)).toEqual(wanted)
  expect(strayCalls(inner, known)).toEqual(wanted)
  expect(strayCalls(`Use it like this: ${inner}`, known)).toEqual([])
  expect(strayCalls('<tool_call>{"name":"rm","arguments":{}}</tool_call>', known)).toEqual([])
})

it('neither throws nor hangs on anything', () => {
  const began = performance.now()
  readWorded('{'.repeat(1_000_000), known)
  readWorded('{"'.repeat(500_000), known)
  strayCalls('<tool_call>'.repeat(100_000), known)
  expect(performance.now() - began).toBeLessThan(3_000)
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      expect(readWorded(text, known).kind).toMatch(/call|done|broken/)
      strayCalls(text, known)
    }),
  )
})
