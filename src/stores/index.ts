// The stores there are; the first is the default.
import type { StoreMaker } from '../core/ports.ts'
import { memory } from './memory.ts'
import { sqlite } from './sqlite.ts'

export const stores: readonly StoreMaker[] = [sqlite, memory]
