// What one connection may have under way at once, and how much may wait for it.

export interface RpcLimits {
  /** Calls that are being carried out; the next ones wait, unread if need be. */
  readonly mostCalls: number
  readonly mostSubscriptions: number
  /** Bytes of answers that were asked for and not taken; more, and the connection is cut. */
  readonly mostWaiting: number
  /** Asked so often whether the other side is still there. */
  readonly pingMs: number
  /** After each frame of a stream without an end, so that many of them do not wake at every fact. */
  readonly restMs: number
}

export const rpcLimits: RpcLimits = {
  mostCalls: 64,
  mostSubscriptions: 32,
  mostWaiting: 64 * 1024 * 1024,
  pingMs: 15_000,
  restMs: 100,
}
