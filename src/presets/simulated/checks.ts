// Checks whose verdict is a function of the result: nothing is started.
import type { CheckSpec, Verdict } from '../../core/nouns/check.ts'
import type { Checker, CheckOrder } from '../../core/ports.ts'
import type { MemoryFolders } from './clones.ts'

/** What a judge may look at: the order, and the files of the result. */
export interface Judged {
  readonly order: CheckOrder
  read(path: string): Promise<string | undefined>
}

/** Undefined when the result is good, else why it is not. */
export type Judge = (judged: Judged) => Promise<string | undefined>

export function judgedChecks(folders: MemoryFolders, judge: Judge): readonly Checker[] {
  const kinds: readonly CheckSpec['kind'][] = ['command', 'files']
  return kinds.map((kind) => ({
    kind,
    run: async (order): Promise<Verdict> => {
      const bad = await judge({ order, read: (path) => folders.read(order.folder, path) })
      const why = bad ?? 'it is as it should be'
      return { check: order.spec.name, passed: bad === undefined, why, evidence: bad ?? '', ms: 0 }
    },
  }))
}

/** Files that must exist do; commands pass. */
export const fair: Judge = async ({ order, read }) => {
  if (order.spec.kind !== 'files') return undefined
  for (const path of order.spec.exist) if ((await read(path)) === undefined) return `${path} is missing`
  return undefined
}
