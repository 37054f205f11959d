// What an agent says that it used, summed up in our terms; what it does not say is not guessed.
import { nothingUsed, type Used } from '../../core/nouns/attempt.ts'
import { count, type Fields, fields } from './unknown.ts'

const counted = ['inputTokens', 'outputTokens', 'totalTokens', 'thoughtTokens', 'cachedReadTokens'] as const

/** Of a whole session; what a session that goes on had used before is not this attempt's. */
export class Usage {
  #tokens = { tokensIn: 0, tokensOut: 0, cachedIn: 0 }
  readonly #pieces = { inputTokens: 0, outputTokens: 0, totalTokens: 0, thoughtTokens: 0, cachedReadTokens: 0 }
  #cost: number | undefined
  #costBefore = 0
  /** Of models of one's own an agent knows no prices, and takes those of its vendor. */
  knowsPrices = true

  /** Costs told until now belong to what came before. */
  begin(): void {
    this.#costBefore = this.#cost ?? 0
  }

  /** A `usage_update`: how full the context is, and sometimes what the session cost until now. Whether anything is new. */
  update(told: Fields): boolean {
    const { amount, currency } = fields(told.cost)
    const cost = count(amount)
    if (cost === undefined || (currency !== undefined && currency !== 'USD')) return false
    const isNew = this.knowsPrices && cost !== this.#cost
    this.#cost = cost
    return isNew
  }

  /** What one request to a model used, where an agent tells of each; it counts only if the answer tells no sum. */
  piece(told: unknown): void {
    const one = fields(told)
    for (const name of counted) this.#pieces[name] += count(one[name]) ?? 0
  }

  /** A prompt's answer, with the tokens of all turns of this session: under `usage`, or where some had them before there was that. */
  answer(answer: Fields): void {
    const { input_tokens, output_tokens } = fields(fields(fields(answer._meta).quota).token_count)
    const early = { inputTokens: input_tokens, outputTokens: output_tokens }
    const told = [fields(answer.usage), early, this.#pieces].find(({ inputTokens }) => count(inputTokens) !== undefined)
    this.#count(told ?? {})
  }

  #count(told: Fields): void {
    const input = count(told.inputTokens) ?? 0
    const output = count(told.outputTokens) ?? 0
    const thought = count(told.thoughtTokens) ?? 0
    const cachedIn = count(told.cachedReadTokens) ?? 0
    const cached = cachedIn + (count(told.cachedWriteTokens) ?? 0)
    const total = count(told.totalTokens) ?? 0
    // Some count what was cached among the input, some beside it: their sum tells.
    const beside = cached > input || total >= input + output + cached
    this.#tokens = {
      tokensIn: beside ? input + cached : input,
      tokensOut: total >= input + output + thought + (beside ? cached : 0) ? output + thought : output,
      cachedIn,
    }
  }

  used(ms: number): Used {
    const cost = this.knowsPrices ? Math.max(0, (this.#cost ?? 0) - this.#costBefore) : 0
    const unpriced = cost === 0 && this.#tokens.tokensIn + this.#tokens.tokensOut > 0
    return { ...nothingUsed, ...this.#tokens, cost, ms, ...(unpriced ? { unpriced: true as const } : {}) }
  }
}
