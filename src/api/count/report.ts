// Somebody outside says how many agents of its own run in a folder; it is believed for a minute.
import { z } from 'zod'
import { wish } from '../../core/wishes.ts'
import { wishes } from '../method.ts'
import { type Done, done } from '../replies.ts'
import { agents, path } from '../words.ts'

export const countReport = wishes({
  name: 'count/report',
  needs: 'run',
  caption:
    "Says how many agents that are not Baton's run in a folder; believed for a minute, and added to Baton's own.",
  params: z.strictObject({ workspace: path, running: agents }),
  wish: ({ workspace, running }, caller) => wish('count.report', caller.name, { path: workspace, running }),
  result: (answer): Done => done(answer),
})
