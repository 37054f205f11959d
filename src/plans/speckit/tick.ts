// Ticks and unticks steps in a tasks.md by changing the one byte inside each box.
import type { PlanChange } from '../../core/nouns/plan.ts'
import { Notes } from '../reading/notes.ts'
import { readDocument } from './document.ts'
import { boxOf } from './seek.ts'

const [blank, small, large] = [0x20, 0x78, 0x58]
/** From here on reading the file once is cheaper than looking for each. */
const soughtAtMost = 8

/**
 * Every other byte stays as it is. A box that already says so is left alone, and so is the file if a key is not in it:
 * then the same bytes come back. A new tick is written as the nearest one above it is, else as the nearest below, else as `[X]`.
 */
export function tick(bytes: Uint8Array, path: string, changes: readonly PlanChange[]): Uint8Array {
  const written = Buffer.from(bytes)
  const find = finder(written, path, changes.length)
  for (const change of changes) {
    if (change.kind !== 'tick' && change.kind !== 'untick') continue
    const box = find(change.key)
    if (box < 0) continue
    const ticked = written[box] !== blank
    if (change.kind === 'tick' && !ticked) written[box] = styleAt(written, box)
    if (change.kind === 'untick' && ticked) written[box] = blank
  }
  return written
}

function finder(bytes: Buffer, path: string, many: number): (key: string) => number {
  let whole: Map<string, number> | undefined
  const read = (key: string): number => {
    whole ??= boxesIn(bytes, path)
    return whole.get(key) ?? -1
  }
  return (key) => (many > soughtAtMost ? undefined : boxOf(bytes, key)) ?? read(key)
}

function boxesIn(bytes: Buffer, path: string): Map<string, number> {
  const boxes = new Map<string, number>()
  for (const step of readDocument(bytes, path, new Notes()).steps)
    if (!boxes.has(step.key)) boxes.set(step.key, step.box)
  return boxes
}

function styleAt(bytes: Buffer, box: number): number {
  const [smallAbove, largeAbove] = [bytes.lastIndexOf('[x]', box), bytes.lastIndexOf('[X]', box)]
  if (smallAbove >= 0 || largeAbove >= 0) return smallAbove > largeAbove ? small : large
  const [smallBelow, largeBelow] = [bytes.indexOf('[x]', box), bytes.indexOf('[X]', box)]
  return smallBelow >= 0 && (largeBelow < 0 || smallBelow < largeBelow) ? small : large
}
