// What every method answers, as a schema under its name; of a stream, what each of its values is.
import { z } from 'zod'

export const answers: Readonly<Record<string, z.ZodType>> = { 'state/read': z.unknown() }
