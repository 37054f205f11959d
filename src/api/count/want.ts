// How many agents are wanted in a folder is said; in a workspace its scheduler goes by it.
import { z } from 'zod'
import { wish } from '../../core/wishes.ts'
import { wishes } from '../method.ts'
import { type Done, done } from '../replies.ts'
import { agents, path } from '../words.ts'

export const countWant = wishes({
  name: 'count/want',
  needs: 'run',
  caption: 'Says how many agents are wanted in a folder; in a workspace no more than that are started from then on.',
  params: z.strictObject({ workspace: path, desired: agents }),
  wish: ({ workspace, desired }, caller) => wish('workspace.want', caller.name, { path: workspace, desired }),
  result: (answer): Done => done(answer),
})
