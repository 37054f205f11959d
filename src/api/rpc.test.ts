import fc from 'fast-check'
import { expect, it } from 'vitest'
import { refusalKinds, refuse } from '../core/refusals.ts'
import { mostInBatch, readRpc, rpcError, writeError, writeNotice, writeResult } from './rpc.ts'

const call = (id: unknown, method: unknown = 'sum', params: unknown = {}) => ({ jsonrpc: '2.0', id, method, params })
const read = (value: unknown) => readRpc(JSON.stringify(value))
const code = (text: string) => readRpc(text).calls.map((one) => ('error' in one ? one.error.code : 0))

it('reads calls, notifications and batches', () => {
  expect(read(call(1))).toEqual({ batch: false, calls: [{ id: 1, method: 'sum', params: {} }] })
  expect(read({ jsonrpc: '2.0', method: 'sum' })).toEqual({ batch: false, calls: [{ method: 'sum', params: {} }] })
  expect(read(call(null, 'sum', [1]))).toEqual({ batch: false, calls: [{ id: null, method: 'sum', params: [1] }] })
  expect(read([call('a'), call(2)])).toMatchObject({ batch: true, calls: [{ id: 'a' }, { id: 2 }] })
})

it.each([
  ['{"jsonrpc": "2.0", "method": "foobar, "params": "bar", "baz]', -32700],
  ['', -32700],
  ['[{"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"},{"jsonrpc": "2.0", "method"', -32700],
  ['{"jsonrpc": "2.0", "method": 1, "params": "bar"}', -32600],
  ['{"jsonrpc": "2.0", "method": "a", "params": "bar"}', -32600],
  ['{"jsonrpc": "1.0", "method": "a", "id": 1}', -32600],
  ['{"jsonrpc": "2.0", "result": 1, "id": 1}', -32600],
  ['{"jsonrpc": "2.0", "method": "a", "id": {}}', -32600],
  [`{"jsonrpc": "2.0", "method": "a", "id": "${'x'.repeat(201)}"}`, -32600],
  ['{"jsonrpc": "2.0", "method": "a", "params": {"__proto__": {}}, "id": 1}', -32600],
  ['[{"jsonrpc": "2.0", "method": "a", "params": {"constructor": {}}, "id": 1}]', -32600],
  [`${'['.repeat(65)}${']'.repeat(65)}`, -32600],
  ['['.repeat(500_000), -32700],
  ['[]', -32600],
  ['1', -32600],
  ['null', -32600],
  [JSON.stringify(new Array(mostInBatch + 1).fill(call(1))), -32600],
])('refuses %.70s', (text, wanted) => {
  expect(readRpc(text).batch).toBe(false)
  expect(code(text)).toEqual([wanted])
})

it('refuses each bad call of a batch by itself', () => {
  expect(code('[1,2,3]')).toEqual([-32600, -32600, -32600])
  const mixed = read([call(1), { foo: 'boo' }, call(5)])
  expect(mixed.calls.map((one) => 'error' in one)).toEqual([false, true, false])
})

it('keeps the id of a call that is wrong in another way', () => {
  expect(read({ id: 7, method: 'a' }).calls).toMatchObject([{ id: 7, error: { code: -32600 } }])
})

it('numbers every refusal, and gives it whole', () => {
  const errors = refusalKinds.map((kind) => rpcError(refuse(kind, 'a', 'b', 'c')))
  expect(errors.map((one) => one.code)).toEqual([
    -32602, -32000, -32001, -32002, -32003, -32004, -32005, -32006, -32007,
  ])
  expect(errors[1]).toMatchObject({ message: 'a: b', data: { kind: 'auth', remedy: 'c' } })
})

it('writes frames that read as what they say', () => {
  expect(JSON.parse(writeResult('a"', undefined))).toEqual({ jsonrpc: '2.0', id: 'a"', result: null })
  const error = rpcError(refuse('busy', 'a', 'b', 'c'))
  expect(JSON.parse(writeError(null, error))).toEqual({ jsonrpc: '2.0', id: null, error })
  expect(JSON.parse(writeNotice('a/b', '{"c":1}'))).toEqual({ jsonrpc: '2.0', method: 'a/b', params: { c: 1 } })
})

it('answers whatever comes', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      const { calls } = readRpc(text)
      expect(calls.length).toBeGreaterThan(0)
    }),
  )
})
