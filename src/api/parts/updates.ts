// Answers about what an agent did while it worked: one shape whatever protocol it speaks.
import { z } from 'zod'

const text = z.string()

export const update = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.enum(['message', 'thought']), text }),
    z.strictObject({
      kind: z.literal('tool'),
      id: text.describe('A later update with the same id adds to this one.'),
      name: text.exactOptional(),
      title: text.exactOptional(),
      tool: z
        .enum(['read', 'edit', 'delete', 'move', 'search', 'execute', 'think', 'fetch', 'switch_mode', 'other'])
        .exactOptional(),
      status: z.enum(['pending', 'running', 'done', 'failed']).exactOptional(),
      input: text.exactOptional(),
      output: text.exactOptional(),
      paths: z.array(text).exactOptional(),
    }),
    z.strictObject({
      kind: z.literal('plan'),
      entries: z.array(z.strictObject({ text, status: z.enum(['pending', 'doing', 'done']) })),
    }),
    z.strictObject({ kind: z.literal('setting'), name: text, value: text }),
    z.strictObject({ kind: z.literal('notice'), text }),
    z.strictObject({ kind: z.literal('other'), name: text, raw: text }),
  ])
  .meta({ id: 'Update', description: 'What an agent did, said or thought while it worked.' })
