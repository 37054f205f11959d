// What Claude Code says that it used, in our terms: tokens read from its cache count as read.
import { nothingUsed, type Used } from '../../core/nouns/attempt.ts'
import { count, type Fields, fields } from '../acp/unknown.ts'

interface Sum {
  tokensIn: number
  tokensOut: number
  cachedIn: number
  cost: number
}

const nothing = (): Sum => ({ tokensIn: 0, tokensOut: 0, cachedIn: 0, cost: 0 })

export class ClaudeUsage {
  /** Of results: what it reckoned itself. */
  #known = nothing()
  /** Since the last result: messages that are over, and the one that is being written. */
  #messages = nothing()
  #message = nothing()
  #id = ''
  readonly #costsMean: boolean

  /** `costsMean`: what it says of dollars is about its vendor's list, and means nothing for another server. */
  constructor(costsMean: boolean) {
    this.#costsMean = costsMean
  }

  /** Of one message of its model, told again with every part of it. */
  message(id: string, usage: Fields): void {
    const told = sumOf(usage)
    if (id !== this.#id) {
      this.#messages = added(this.#messages, this.#message)
      this.#id = id
      this.#message = told
      return
    }
    const most = (name: keyof Sum): number => Math.max(this.#message[name], told[name])
    this.#message = { ...told, tokensIn: most('tokensIn'), tokensOut: most('tokensOut'), cachedIn: most('cachedIn') }
  }

  /** Of a result: everything since the one before it; of a session that goes on, nothing from before. */
  result(event: Fields): void {
    const models = Object.values(fields(event.model_usage_since_last_result)).map(fields)
    let sum = nothing()
    for (const model of models) sum = added(sum, sumOfModel(model))
    if (models.length === 0) sum = { ...sumOf(fields(event.usage)), cost: 0 }
    this.#known = added(this.#known, sum)
    this.#messages = nothing()
    this.#message = nothing()
    this.#id = ''
  }

  used(ms: number): Used {
    const { tokensIn, tokensOut, cachedIn, cost } = added(added(this.#known, this.#messages), this.#message)
    const own = this.#costsMean ? cost : 0
    const unpriced = own === 0 && tokensIn + tokensOut > 0
    return {
      ...nothingUsed,
      tokensIn,
      tokensOut,
      cachedIn,
      cost: own,
      ms,
      ...(unpriced && { unpriced: true as const }),
    }
  }
}

function added(one: Sum, other: Sum): Sum {
  return {
    tokensIn: one.tokensIn + other.tokensIn,
    tokensOut: one.tokensOut + other.tokensOut,
    cachedIn: one.cachedIn + other.cachedIn,
    cost: one.cost + other.cost,
  }
}

function sumOf(usage: Fields): Sum {
  const cachedIn = count(usage.cache_read_input_tokens) ?? 0
  const made = count(usage.cache_creation_input_tokens) ?? 0
  const tokensIn = (count(usage.input_tokens) ?? 0) + made + cachedIn
  return { tokensIn, tokensOut: count(usage.output_tokens) ?? 0, cachedIn, cost: 0 }
}

function sumOfModel(model: Fields): Sum {
  const cachedIn = count(model.cacheReadInputTokens) ?? 0
  const made = count(model.cacheCreationInputTokens) ?? 0
  const tokensIn = (count(model.inputTokens) ?? 0) + made + cachedIn
  return { tokensIn, tokensOut: count(model.outputTokens) ?? 0, cachedIn, cost: count(model.costUSD) ?? 0 }
}
