// A large audit in pieces over threads: each stored hash is where the next piece may begin.
import { existsSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import type { Store, StoreReader } from '../../core/ports.ts'
import { noHash } from './entry.ts'
import type { Seal } from './sealed.ts'
import type { SavedFrontier } from './tree.ts'
import type { Fault, Walk } from './walk.ts'

/** A power of two, so that a piece's subtrees are subtrees of the whole. */
export const pieceSize = 32_768

/** Entries after `from`, up to and with `to`. */
export interface Piece {
  readonly from: number
  readonly to: number
}

export interface PieceOrder extends Piece {
  readonly last: string
  readonly marks: readonly number[]
}

export interface PieceReport {
  readonly fault?: Fault
  readonly tree: SavedFrontier
  readonly last: string
  readonly kept: readonly { readonly size: number; readonly frontier: SavedFrontier }[]
  readonly seals: readonly Seal[]
}

export function planPieces(head: number, size: number): Piece[] {
  const pieces: Piece[] = []
  for (let from = 0; from < head; from += size) pieces.push({ from, to: Math.min(head, from + size) })
  return pieces
}

/** Beside this module in a checkout, at the top of dist in a build; undefined when a build left it out. */
function threadModule(): URL | undefined {
  const places = ['./segment.ts', './segment.js', '../segment.js'].map((place) => new URL(place, import.meta.url))
  return places.find((place) => existsSync(place))
}

/** Hands pieces to one thread until there are none; a thread that breaks down ends the audit with its error. */
function drive(
  module: URL,
  reader: StoreReader,
  next: () => [number, PieceOrder] | undefined,
  done: (at: number, report: PieceReport) => void,
) {
  const worker = new Worker(module, { workerData: reader, stdout: false, stderr: false })
  return new Promise<void>((resolve, reject) => {
    let now: [number, PieceOrder] | undefined
    let broken: unknown
    const end = () => void worker.terminate()
    const go = () => {
      now = next()
      if (now === undefined) end()
      else worker.postMessage(now[1])
    }
    worker.on('message', (report: PieceReport | { readonly error: string }) => {
      if (now === undefined) return
      if ('error' in report) {
        broken = new Error(report.error)
        end()
        return
      }
      done(now[0], report)
      go()
    })
    worker.on('error', (error) => {
      broken = error
    })
    worker.on('exit', () => {
      if (now === undefined) resolve()
      else reject(broken ?? new Error('A thread of the audit ended early.'))
    })
    go()
  })
}

/** Each piece begins at the stored hash of the entry before it. */
async function orders(store: Store, pieces: readonly Piece[], marks: readonly number[]): Promise<PieceOrder[]> {
  const made: PieceOrder[] = []
  for (const piece of pieces) {
    const before = piece.from === 0 ? noHash : Buffer.from(await store.leaves(piece.from - 1, 1)).toString('hex')
    made.push({ ...piece, last: before, marks: marks.filter((mark) => mark > piece.from && mark <= piece.to) })
  }
  return made
}

/** Puts the pieces' trees together in order, as far as they are sound. */
function joinReports(
  walk: Walk,
  pieces: readonly Piece[],
  reports: readonly (PieceReport | undefined)[],
): Fault | undefined {
  for (const [at, report] of reports.entries()) {
    if (report === undefined) return undefined
    for (const { size, frontier } of report.kept) {
      const tree = walk.tree.copy()
      tree.join(frontier)
      walk.kept.push({ size, frontier: tree.save() })
    }
    walk.tree.join(report.tree)
    walk.seq = (pieces[at]?.from ?? 0) + report.tree.size
    walk.last = report.last
    for (const seal of report.seals) walk.seals.push(seal)
    if (report.fault !== undefined) return report.fault
  }
  return undefined
}

/** `alone`: this build or this store cannot share the work. */
export async function walkPieces(
  store: Store,
  walk: Walk,
  pieces: readonly Piece[],
  threads: number,
): Promise<Fault | undefined | 'alone'> {
  const module = threadModule()
  const { reader } = store
  if (module === undefined || reader === undefined) return 'alone'
  const queue = await orders(store, pieces, walk.marks)
  const reports: (PieceReport | undefined)[] = queue.map(() => undefined)
  let at = 0
  let end = queue.length
  const next = (): [number, PieceOrder] | undefined => {
    const order = at < end ? queue[at] : undefined
    return order === undefined ? undefined : [at++, order]
  }
  const done = (place: number, report: PieceReport) => {
    reports[place] = report
    if (report.fault !== undefined) end = Math.min(end, place + 2)
  }
  const count = Math.min(threads, queue.length)
  await Promise.all(Array.from({ length: count }, () => drive(module, reader, next, done)))
  return joinReports(walk, pieces, reports)
}
