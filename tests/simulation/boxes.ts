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
  write: (bytes, _path, changes) => {
    let text = Buffer.from(bytes).toString('utf8')
    for (const { kind, key } of changes) {
      const [from, to] = kind === 'tick' ? ['[ ]', '[x]'] : ['[x]', '[ ]']
      text = text.replace(`${from} ${key}\n`, `${to} ${key}\n`)
    }
    return Buffer.from(text)
  },
}
