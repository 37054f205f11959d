// What model servers are known to say when they refuse, what each means, and what a person can do about it.
import type { FailureReason } from '../../core/nouns/attempt.ts'

export interface Saying {
  readonly says: RegExp
  readonly means: FailureReason
  /** What to do, where it is not plain from the reason. */
  readonly hint?: string
}

const more = 'load the model with a larger context, or send less'

/** Looked through in this order: what trying again cannot mend comes first. */
export const sayings: readonly Saying[] = [
  {
    says: /context_length_exceeded|context_window_exceeded|ContextOverflow|request_too_large/i,
    means: 'context-overflow',
  },
  { says: /maximum (?:context|prompt|model) length/i, means: 'context-overflow' },
  { says: /context size has been exceeded|exceeds the available context size/i, means: 'context-overflow', hint: more },
  { says: /(?:trying to )?keep the first \d+ tokens/i, means: 'context-overflow', hint: more },
  { says: /context (?:size|window|length|limit)[^.\n]{0,30}exceed/i, means: 'context-overflow' },
  { says: /exceeds? (?:the |this |your )?(?:available |model'?s? |maximum )*context/i, means: 'context-overflow' },
  {
    says: /(?:prompt|input) (?:is )?too (?:long|large)|longer than the (?:maximum )?(?:model|context) length/i,
    means: 'context-overflow',
  },
  {
    says: /max_tokens[^.\n]{0,60}(?:too large|exceeds?)[^.\n]{0,60}context/i,
    means: 'context-overflow',
  },
  {
    says: /insufficient_quota|quota_exceeded|billing_hard_limit|insufficient_credits|exceeded your current quota/i,
    means: 'quota',
  },
  { says: /insufficient (?:balance|credits?|funds)|credit balance is too low|payment required/i, means: 'quota' },
  {
    says: /invalid_api_key|incorrect api key|invalid api key|authentication_error|malformed lm studio api token/i,
    means: 'auth',
  },
  {
    says: /no models? (?:is |are )?(?:currently )?loaded/i,
    means: 'network',
    hint: 'load one (lms load <model>), or let LM Studio load models when they are asked for',
  },
  {
    says: /model_not_found|model ["'`]?[^"'`\n]{1,200}["'`]? (?:does not exist|not found)|invalid model (?:identifier|name)|not a valid model/i,
    means: 'network',
    hint: 'look at what the server offers (baton models), load or pull it, or change its id in model_registry.yaml',
  },
  {
    says: /enable-auto-tool-choice|tool-call-parser/i,
    means: 'defect',
    hint: 'start vLLM with --enable-auto-tool-choice --tool-call-parser <name>, or set tools: json for this model',
  },
  {
    says: /does not support tools|tools? (?:use )?(?:is|are) not supported/i,
    means: 'defect',
    hint: 'set tools: json for this model',
  },
  { says: /rate_limit|rate[- ]limit|too many (?:requests|tokens)/i, means: 'rate-limited' },
  {
    says: /overloaded|server is busy|loading model|model is loading|at capacity|temporarily unavailable/i,
    means: 'overloaded',
  },
  {
    says: /model (?:has )?(?:crashed|unloaded)|runner process has terminated|llama runner|out of memory|CUDA error/i,
    means: 'crashed',
    hint: 'look at the log of the model server; a smaller model or context may fit its memory',
  },
]

export const ofStatus: Readonly<Record<number, FailureReason>> = {
  401: 'auth',
  402: 'quota',
  403: 'auth',
  404: 'network',
  405: 'network',
  407: 'network',
  408: 'network',
  409: 'overloaded',
  410: 'network',
  413: 'context-overflow',
  425: 'overloaded',
  429: 'rate-limited',
}

/** A request that a server was too busy for, or did not get in time, may be sent again as it is. */
export const again: ReadonlySet<number> = new Set([408, 409, 425, 429])

export const hints: Readonly<Partial<Record<number, string>>> = {
  401: 'look at the key: baton models check',
  403: 'look at the key and at what it may do',
  404: 'the address may lack /v1 at its end, or the server does not know this way of asking',
  405: 'the address may lack /v1 at its end',
}
