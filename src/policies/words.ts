// The words and values of which baton.yaml is made, and what each is refused with.
import { z } from 'zod'
import type { Limits } from '../core/spending/budget.ts'

export const text = z
  .string()
  .max(4096)
  .refine((value) => !value.includes('\0'), 'must not hold a NUL')

export const word = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be letters, digits, dot, dash or underscore')

/** An argv: programs are started without a shell, so one string is not enough to say where words end. */
export const command = z
  .array(text, 'must be a list such as ["npm", "test"]: commands are started without a shell')
  .min(1, 'must name a program')
  .max(256)
  .refine((argv) => argv[0] !== '', 'must name a program')

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }
const longestMs = 7 * 24 * 3_600_000

export function durationMs(value: string): number | undefined {
  const [, count, unit = ''] = /^(\d{1,9})(ms|s|m|h)$/.exec(value) ?? []
  const ms = Number(count) * (units[unit] ?? Number.NaN)
  return Number.isSafeInteger(ms) && ms > 0 && ms <= longestMs ? ms : undefined
}

export const timeout = z
  .string('must be a time such as 90s, 10m or 1h')
  .refine((value) => durationMs(value) !== undefined, 'must be a time such as 90s, 10m or 1h, at most seven days')

/** A pattern over paths inside the repository. */
export const pattern = text.refine((value) => {
  const parts = value.replace(/\/$/, '').split('/')
  return (
    value !== '' &&
    !value.startsWith('/') &&
    !value.includes('\\') &&
    !parts.some((part) => ['', '.', '..'].includes(part))
  )
}, 'must be a path or pattern inside the repository, such as "tests/**"')

const dollars = z
  .number('must be dollars, as a number such as 2.5')
  .positive('must be more than 0 dollars')
  .max(1_000_000, 'must be at most a million dollars')

export const limits = z.strictObject({
  cost: dollars.optional(),
  tokens: z
    .int('must be a whole number of tokens')
    .positive('must be more than 0 tokens')
    .max(1e12, 'must be at most 1000000000000 tokens')
    .optional(),
  time: timeout.optional(),
})

export function limitsOf(given: z.infer<typeof limits>): Limits {
  const ms = given.time === undefined ? undefined : durationMs(given.time)
  return {
    ...(given.cost === undefined ? {} : { costUsd: given.cost }),
    ...(given.tokens === undefined ? {} : { tokens: given.tokens }),
    ...(ms === undefined ? {} : { ms }),
  }
}

const perMillion = z
  .number('must be dollars a million tokens, as a number such as 0.25')
  .min(0, 'must not be less than 0')
  .max(1_000_000, 'must be at most a million dollars')

/** Dollars a million tokens. */
export const price = z.strictObject({
  in: perMillion.optional(),
  cached: perMillion.optional(),
  out: perMillion.optional(),
})

export const tier = z.enum(['small', 'medium', 'large'], 'must be small, medium or large')
