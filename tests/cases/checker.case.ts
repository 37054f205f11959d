// What every kind of check must do: judge by what is there, with evidence, and never throw for a result that is merely bad.
import { describe, expect, it } from 'vitest'
import type { CheckSpec } from '../../src/core/nouns/check.ts'
import type { Checker, CheckOrder } from '../../src/core/ports.ts'

export interface CheckerBench {
  readonly checker: Checker
  readonly good: CheckSpec
  readonly bad: CheckSpec
  /** A check that says nothing that can be done. */
  readonly senseless: CheckSpec
  order(spec: CheckSpec): CheckOrder
}

export function checkerCase(name: string, open: () => Promise<CheckerBench>): void {
  describe(name, () => {
    it('passes what is good', async () => {
      const { checker, good, order } = await open()
      expect(good.kind).toBe(checker.kind)
      const verdict = await checker.run(order(good))
      expect(verdict).toMatchObject({ check: good.name, passed: true, why: expect.stringMatching(/\.$/) })
      expect(verdict.ms).toBeGreaterThanOrEqual(0)
    })

    it('fails what is bad, and what makes no sense, with a sentence', async () => {
      const { checker, bad, senseless, order } = await open()
      for (const spec of [bad, senseless]) {
        const verdict = await checker.run(order(spec))
        expect(verdict).toMatchObject({ check: spec.name, passed: false, why: expect.stringMatching(/\.$/) })
        expect(verdict.evidence.length).toBeLessThan(200_000)
      }
    })

    it('says the same twice, and at once', async () => {
      const { checker, good, bad, order } = await open()
      const verdicts = await Promise.all([good, bad].map((spec) => checker.run(order(spec))))
      expect(verdicts.map(({ passed }) => passed)).toEqual([true, false])
      expect((await checker.run(order(good))).passed).toBe(true)
    })

    it('refuses a check of another kind as a defect', async () => {
      const { checker, good, order } = await open()
      const other: CheckSpec =
        good.kind === 'files'
          ? { kind: 'command', name: 'x', argv: ['/bin/true'] }
          : { kind: 'files', name: 'x', exist: ['a'] }
      await expect(checker.run(order(other))).rejects.toThrow(other.kind)
    })
  })
}
