// A plan format of the simulation: one line a step, `[ ] KEY` or `[x] KEY`.
import type { PlanFormat } from '../../src/core/ports.ts'

export const tickFile = 'tasks.md'

export function boxesOf(items: readonly { readonly steps: readonly { readonly key: string }[] }[]): string {
  const keys = new Set(items.flatMap((item) => item.steps.map((step) => step.key)))
  return [...keys].map((key) => `[ ] ${key}\n`).join('')
}

export const boxes: PlanFormat = {
  name: 'boxes',
  detect: async () => undefined,
  read: async (_files, path) => ({ format: 'boxes', source: path, tickFile: path, items: [], notes: [] }),
  writes: ['tick', 'untick'],
  write: async (files, _path, changes) => {
    const bytes = await files.read(tickFile)
    if (bytes === null) return []
    const before = Buffer.from(bytes).toString('utf8')
    const text = changes.reduce((now, { kind, key }) => {
      const [from, to] = kind === 'tick' ? ['[ ]', '[x]'] : ['[x]', '[ ]']
      return now.replace(`${from} ${key}\n`, `${to} ${key}\n`)
    }, before)
    return text === before ? [] : [{ path: tickFile, bytes: Buffer.from(text) }]
  },
}
