// baton log: what an agent said as it worked.
import type { Command, Context } from '../command.ts'
import { exits } from '../exit.ts'
import { anyAttempt } from '../names.ts'
import { jsonText } from '../print/json.ts'

const pollMs = 100

export const log: Command = {
  name: 'log',
  caption: 'Prints what an agent said as it worked: of an attempt, or of the newest attempt at a step.',
  usage: '<step|attempt> [--follow]',
  example: 'baton log T012\nbaton log 001-photo-albums/T012/2 --follow',
  options: [{ name: 'follow', caption: 'go on until the attempt has ended; leaving does not stop it' }],
  words: [1, 1],
  json: 'one line each: { attempt, at, from, text }',
  run: async (context) => {
    let left = false
    const free = context.world.interrupts(() => {
      left = true
    })
    try {
      await context.with('look', async (house) => {
        const attempt = await anyAttempt(house, context.word(0))
        let said = false
        for (let from = 0; !left; ) {
          const page = await house.call('attempt/log', { attempt, from })
          for (const part of page.parts) tell(context, attempt, part)
          said ||= page.parts.length > 0
          from = page.next
          if (page.done || (page.parts.length === 0 && !context.has('follow'))) {
            if (!said)
              context.hint(
                `Nothing that was said in ${attempt} is here: baton show ${attempt} says whether it was removed.`,
              )
            return
          }
          if (page.parts.length === 0) await new Promise((resolve) => setTimeout(resolve, pollMs))
        }
      })
    } finally {
      free()
    }
    return left ? exits.cancelled : exits.ok
  },
}

function tell(context: Context, attempt: string, part: { at: number; from: string; text: string }): void {
  if (context.json) context.world.stdout.write(`${jsonText({ attempt, ...part })}\n`)
  else context.people.block(part.text, part.from === 'out' || part.from === 'agent' ? '' : `${part.from} │ `)
}
