// One thread of a large audit: opens the store for reading and walks the pieces it is given.
import { parentPort, workerData } from 'node:worker_threads'
import type { Store, StoreReader } from '../../core/ports.ts'
import type { PieceOrder, PieceReport } from './pieces.ts'
import { beginWalk, walkStore } from './walk.ts'

async function walkPiece(store: Store, order: PieceOrder): Promise<PieceReport> {
  const walk = beginWalk(order.from, order.last, order.marks)
  const fault = await walkStore(store, walk, order.to)
  const report = { tree: walk.tree.save(), last: walk.last, kept: walk.kept, seals: walk.seals }
  return fault === undefined ? report : { ...report, fault }
}

async function main(): Promise<void> {
  const port = parentPort
  if (port === null) return
  const { module, argument } = workerData as StoreReader
  const { openReader } = (await import(module)) as { openReader(argument: string): Promise<Store> }
  const store = await openReader(argument)
  port.on('message', (order: PieceOrder) => {
    walkPiece(store, order).then(
      (report) => port.postMessage(report),
      (error: unknown) => port.postMessage({ error: error instanceof Error ? error.message : String(error) }),
    )
  })
}

await main()
