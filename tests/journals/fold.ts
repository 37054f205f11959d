// Folds a recorded journal as a house does: through the store, the chain and the upcasts.
import { evolve } from '../../src/core/evolve/index.ts'
import type { Row } from '../../src/core/ports.ts'
import { emptyState, type State } from '../../src/core/state.ts'
import { leafHash, readEntry } from '../../src/engine/journal/entry.ts'
import { openJournal } from '../../src/engine/journal/open.ts'
import { type Audit, verify } from '../../src/engine/journal/verify.ts'
import { factTypes } from '../../src/engine/open.ts'
import { MemoryStore } from '../../src/stores/memory.ts'
import { digestOf, meaning } from './meaning.ts'

export interface Folded {
  readonly state: State
  readonly audit: Audit
  readonly types: readonly string[]
}

export async function fold(texts: readonly string[]): Promise<Folded> {
  const store = new MemoryStore()
  const rows = texts.map((text, at): Row => {
    return { seq: at + 1, stream: readEntry(text).stream, text, hash: leafHash(text) }
  })
  await store.append(rows, 0)
  const state = emptyState()
  const types = new Set<string>()
  const journal = await openJournal(store, {
    types: factTypes,
    from: () => undefined,
    each: (entry) => {
      types.add(entry.type)
      evolve(state, entry)
    },
  })
  const audit = await verify(store)
  await journal.close()
  return { state, audit, types: [...types].sort() }
}

/** What the journal meant after every tenth entry: what a closed item leaves out at the end is held on the way. */
export function digestsOnTheWay(texts: readonly string[]): string[] {
  const digests: string[] = []
  const state = emptyState()
  for (const [at, text] of texts.entries()) {
    evolve(state, readEntry(text))
    if (at % 10 === 9) digests.push(digestOf(meaning(state)))
  }
  return digests
}
