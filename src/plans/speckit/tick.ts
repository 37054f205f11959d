// Ticks and unticks steps in a tasks.md by changing the one byte inside each box.
import type { PlanChange } from '../../core/nouns/plan.ts'
import { Notes } from '../reading/notes.ts'
import { readDocument } from './document.ts'

const [blank, small, large] = [0x20, 0x78, 0x58]

/**
 * Every other byte stays as it is. A box that already says so is left alone, and so is the file if a key is not in it:
 * then the same bytes come back. New ticks are written as the file writes most of its own, else as `[X]`.
 */
export function tick(bytes: Uint8Array, path: string, changes: readonly PlanChange[]): Uint8Array {
  const written = new Uint8Array(bytes)
  const boxes = new Map<string, number>()
  let balance = 0
  for (const step of readDocument(bytes, path, new Notes()).steps) {
    if (!boxes.has(step.key)) boxes.set(step.key, step.box)
    if (step.ticked) balance += bytes[step.box] === small ? 1 : -1
  }
  for (const change of changes) {
    const box = boxes.get(change.key ?? '')
    if (box === undefined) continue
    const ticked = written[box] !== blank
    if (change.kind === 'tick' && !ticked) written[box] = balance > 0 ? small : large
    if (change.kind === 'untick' && ticked) written[box] = blank
  }
  return written
}
