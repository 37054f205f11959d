// JSON-RPC 2.0 as this house speaks it: frames read and written, and a number for every refusal.
import { type Refusal, type RefusalKind, refuse } from '../core/refusals.ts'
import { quoted } from '../core/text/neutral.ts'
import { parseGuarded } from './envelope.ts'

export type RpcId = string | number | null

export interface RpcError {
  readonly code: number
  readonly message: string
  /** Why, and what to do about it. */
  readonly data?: Refusal
}
/** Without an id it is a notification: it is carried out, and not answered. */
export interface RpcCall {
  readonly id?: RpcId
  readonly method: string
  readonly params: unknown
}
export interface RpcWrong {
  readonly id: RpcId
  readonly error: RpcError
}
/** Of a batch the answers go together, in one frame. */
export interface RpcFrame {
  readonly batch: boolean
  readonly calls: readonly (RpcCall | RpcWrong)[]
}

export const rpcCodes = { parse: -32700, request: -32600, method: -32601, params: -32602 } as const
/** Of one frame from a client. */
export const largestRpcFrame = 1024 * 1024
export const mostInBatch = 50
const longestId = 200

const codes: Readonly<Record<RefusalKind, number>> = {
  invalid: rpcCodes.params,
  auth: -32000,
  policy: -32001,
  'not-found': -32002,
  conflict: -32003,
  cancelled: -32004,
  provider: -32005,
  busy: -32006,
  defect: -32007,
}

export function rpcError(refusal: Refusal, code = codes[refusal.kind]): RpcError {
  return { code, message: `${refusal.what}: ${refusal.why}`, data: refusal }
}

export function noSuchMethod(name: string): RpcError {
  return rpcError(
    refuse('not-found', `method ${quoted(name)}`, 'there is none', 'GET /reference lists them'),
    rpcCodes.method,
  )
}

const remedy = 'send {"jsonrpc":"2.0","id":1,"method":"…","params":{}} as one text frame'

export function wrongFrame(code: number, why: string): RpcFrame {
  return { batch: false, calls: [wrong(code, why)] }
}

function wrong(code: number, why: string, id: RpcId = null): RpcWrong {
  return { id, error: rpcError(refuse('invalid', 'frame', why, remedy), code) }
}

export function readRpc(text: string): RpcFrame {
  const value = parseGuarded(text, largestRpcFrame)
  if (value === undefined)
    return isJson(text)
      ? wrongFrame(rpcCodes.request, 'it is nested too deeply, too long, or has a key such as __proto__')
      : wrongFrame(rpcCodes.parse, 'it is not JSON')
  if (!Array.isArray(value)) return { batch: false, calls: [readOne(value)] }
  if (value.length === 0) return wrongFrame(rpcCodes.request, 'the batch is empty')
  if (value.length > mostInBatch)
    return wrongFrame(rpcCodes.request, `the batch holds ${value.length} calls, at most ${mostInBatch} are taken`)
  return { batch: true, calls: value.map(readOne) }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function readOne(value: unknown): RpcCall | RpcWrong {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return wrong(rpcCodes.request, 'a call is an object')
  const { jsonrpc, id, method, params } = value as Readonly<Record<string, unknown>>
  if (id !== undefined && !isId(id))
    return wrong(rpcCodes.request, `an id is a number, null, or at most ${longestId} letters`)
  const bad = (why: string): RpcWrong => wrong(rpcCodes.request, why, id ?? null)
  if (jsonrpc !== '2.0') return bad('its "jsonrpc" is not "2.0"')
  if (typeof method !== 'string' || method.length > 100) return bad('it names no method')
  if (params !== undefined && (typeof params !== 'object' || params === null))
    return bad('its params are neither an object nor an array')
  return { ...(id === undefined ? {} : { id }), method, params: params ?? {} }
}

function isId(value: unknown): value is RpcId {
  return value === null || typeof value === 'number' || (typeof value === 'string' && value.length <= longestId)
}

export function writeResult(id: RpcId, result: unknown): string {
  return `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${JSON.stringify(result ?? null)}}`
}

export function writeError(id: RpcId, error: RpcError): string {
  return JSON.stringify({ jsonrpc: '2.0', id, error })
}

/** `params` is the JSON text of an object. */
export function writeNotice(method: string, params: string): string {
  return `{"jsonrpc":"2.0","method":${JSON.stringify(method)},"params":${params}}`
}
