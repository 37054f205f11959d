// The option that puts checkpoints out of reach, and what is said when that fails.
import type { KeptAt } from '../../core/ports/house.ts'
import type { Context, Option } from '../command.ts'

export const checkpointTo: Option = {
  name: 'checkpoint-to',
  value: 'place',
  caption:
    'keep every signed checkpoint there (more than once, if you like): a path, ref:[<repository>:]refs/baton/<name>, or command:["program", "argument"]',
}

/** On standard error: the work itself has not failed. */
export function sayMissed(context: Context, places: readonly KeptAt[]): void {
  for (const { place, why } of places) {
    if (why === undefined || context.json) continue
    context.aside.line({ text: 'checkpoint not kept', style: 'red' }, ` at ${place}: ${why}`)
    context.aside.line('  → the work is not touched by it; it is recorded, and tried again with the next one')
  }
}
