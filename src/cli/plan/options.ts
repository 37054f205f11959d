// What every command on plans takes.
import type { Context, Option } from '../command.ts'

export const asOption: Option = {
  name: 'as',
  value: 'format',
  caption: 'read the plan as this format instead of finding out',
}

export function askedFormat(context: Context): { format?: string } {
  const format = context.text('as')
  return format === undefined ? {} : { format }
}
