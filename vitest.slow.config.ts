// The tests that take long or need a packed program: attacks on the house, whole programs as peers, and the package as a stranger gets it.
import { mergeConfig } from 'vitest/config'
import usual, { slow } from './vitest.config.ts'

export default mergeConfig(
  { ...usual, test: { ...usual.test, include: [], exclude: [] } },
  { test: { include: [...slow], exclude: ['**/node_modules/**'], testTimeout: 60_000 } },
)
