// How tests run: beside their sources and under tests/, each file in its own process.
import { defineConfig } from 'vitest/config'

/** Run by `npm run slow`, `npm run attacks` and `npm run package`, so that `npm test` stays short. */
export const slow: readonly string[] = [
  'tests/attacks/**/*.test.ts',
  'tests/package/**/*.test.ts',
  'tests/**/*.slow.test.ts',
]

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', 'apps/**', ...slow],
    pool: 'forks',
    maxWorkers: '100%',
    testTimeout: 20_000,
    hookTimeout: 20_000,
    teardownTimeout: 5_000,
  },
})
