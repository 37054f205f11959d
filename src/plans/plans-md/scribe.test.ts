// A living plan is written by every one of its own rules, and nothing of it is lost.
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  added,
  itemOf,
  later,
  linesOf,
  living,
  path,
  stamp,
  stepOf,
  textOf,
  tick,
  written,
} from '../../../tests/fixtures/plans/living.ts'
import { nastyLiving } from '../../../tests/fixtures/plans/nasty-living.ts'
import { filesOf } from '../../../tests/fixtures/plans/reading.ts'
import type { PlanChange } from '../../core/nouns/plan.ts'
import { plansMd } from './format.ts'

describe('ticking', () => {
  it('ticks, stamps, completes, logs, and keeps the three boxes and the header true', async () => {
    const after = await written(living, tick('S1.1', { commit: 'abc1234' }))
    expect(await added(living, after)).toEqual([
      '- Created: `2026-03-04T05:06:07.000Z`',
      '- Last Updated: `2026-03-04T05:06:07.000Z`',
      '- Last Editor (Agent / CLI): `codex`',
      '**Status:** `[ ] Not started` / `[x] In progress` / `[ ] Done`',
      '- [x] **S1.1 – Sensor Driver**',
      '  - **Created:** `2026-03-04T05:06:07.000Z` by `codex`',
      '  - **Last Updated:** `2026-03-04T05:06:07.000Z` by `codex`',
      '  - **Completed:** `2026-03-04T05:06:07.000Z` by `codex` (commit `abc1234`)',
      '- 2026-03-04T05:06:07.000Z – **S1.1 – Sensor Driver** – done (commit `abc1234`) – codex',
    ])
  })

  it('gives a task without a body what it needs', async () => {
    const after = await written(living, tick('S3.1'))
    const lines = await linesOf(after)
    const at = lines.indexOf('- [x] **S3.1 – report.yaml**')
    expect(lines.slice(at + 1, at + 4)).toEqual([
      '  - **Last Updated:** `2026-03-04T05:06:07.000Z` by `codex`',
      '  - **Completed:** `2026-03-04T05:06:07.000Z` by `codex`',
      '- [ ] **S3.2 – “Weekly” Letter**',
    ])
  })

  it('completes the three boxes with the last task, in the words of the document, and never ticks the stage', async () => {
    const after = await written(living, tick('S2.1'), tick('S2.2'))
    const text = await textOf(after)
    expect(text).toContain('**Status:** `[ ] To do` / `[ ] Doing` / `[x] Complete`')
    expect(text).toContain('- [ ] **Stage 2 – Watering (outdoor)**')
    expect(text).toContain('- [ ] Box opens.')
    const one = filesOf({ [path]: '- [ ] **Stage 1 – A**\n\n## Stage 1 – A\n- [ ] **S1.1 – One**\n' })
    expect(await textOf(await written(one, tick('S1.1')))).toContain('- [ ] **Stage 1 – A**')
  })

  it('goes by the order of three boxes whose words it does not know', async () => {
    const files = filesOf({ [path]: nastyLiving })
    const after = await textOf(await written(files, { kind: 'untick', key: 'S1.2', upward: true, stamp }))
    expect(after).toContain('**Status:** `[ ] Offen` / `[X] Läuft` / `[ ] Fertig`\r\n')
  })

  it('ticks a stage on a person’s word, with a dated note and an entry in the log', async () => {
    const after = await written(living, tick('S1', { stamp: later }))
    expect(await added(living, after)).toEqual([
      '- Created: `2026-03-05T08:00:00.000Z`',
      '- Last Updated: `2026-03-05T08:00:00.000Z`',
      '- Last Editor (Agent / CLI): `ada`',
      '- [x] **Stage 1 – Sensors**',
      '  - 2026-03-05T08:00:00.000Z (ada): checked off.',
      '**Status:** `[ ] Not started` / `[ ] In progress` / `[x] Done`',
      '- 2026-03-05T08:00:00.000Z – **Stage 1 – Sensors** – done – ada',
    ])
  })

  it('ticks the task above with its last part, and opens it again with any', async () => {
    const text = '## Stage 1 – A\n- [ ] **S1.1 – One**\n  - [x] **S1.1.1 – Part**\n  - [ ] **S1.1.2 – Part**\n'
    const files = filesOf({ [path]: text })
    const ticked = await written(files, tick('S1.1.2'))
    expect(await textOf(ticked)).toMatch(/- \[x\] \*\*S1\.1 – One/)
    const opened = await written(ticked, { kind: 'untick', key: 'S1.1.1', upward: true, stamp: later })
    expect(await textOf(opened)).toMatch(/- \[ \] \*\*S1\.1 – One/)
    expect(await textOf(await written(files, tick('S1.1.2', { upward: false })))).toMatch(/- \[ \] \*\*S1\.1 – One/)
  })

  it('takes nothing back when a task is opened again: that is said behind what was said', async () => {
    const ticked = await written(living, tick('S1.1'), tick('S1', { stamp: later }))
    const opened = await written(ticked, { kind: 'untick', key: 'S1.1', upward: true, stamp: later })
    const text = await textOf(opened)
    expect(text).toContain(
      '**Completed:** `2026-03-04T05:06:07.000Z` by `codex`; reopened `2026-03-05T08:00:00.000Z` by `ada`',
    )
    expect(text).toContain(
      '- [ ] **Stage 1 – Sensors**\n  - 2026-03-05T08:00:00.000Z (ada): checked off.\n  - 2026-03-05T08:00:00.000Z (ada): opened again.',
    )
    expect(text).toContain('**Status:** `[x] Not started` / `[ ] In progress` / `[ ] Done`')
    expect(text).toContain('- 2026-03-04T05:06:07.000Z – **S1.1 – Sensor Driver** – done – codex')
    expect(text).toContain('- 2026-03-05T08:00:00.000Z – **S1.1 – Sensor Driver** – opened again – ada')
    const again = await textOf(await written(opened, tick('S1.1', { stamp: later })))
    expect(again).toContain(
      '; reopened `2026-03-05T08:00:00.000Z` by `ada`; completed `2026-03-05T08:00:00.000Z` by `ada`',
    )
  })

  it('changes nothing the second time, whatever the second stamp', async () => {
    const once = await written(living, tick('S1.1'))
    expect(await plansMd.write(once, path, [tick('S1.1'), tick('S1.1', { stamp: later })])).toEqual([])
  })

  it('makes the Done log and the header where there are none', async () => {
    const after = await written(filesOf({ [path]: '# X\n\n## Stage 1 – A\n- [ ] **S1.1 – One**' }), tick('S1.1'))
    expect(await textOf(after)).toBe(
      [
        '# X',
        '',
        '## Metadata',
        '',
        '- Last Updated: `2026-03-04T05:06:07.000Z`',
        '- Last Editor (Agent / CLI): `codex`',
        '',
        '## Stage 1 – A',
        '- [x] **S1.1 – One**',
        '  - **Last Updated:** `2026-03-04T05:06:07.000Z` by `codex`',
        '  - **Completed:** `2026-03-04T05:06:07.000Z` by `codex`',
        '',
        '## Done / Completed Work Log',
        '',
        '- 2026-03-04T05:06:07.000Z – **S1.1 – One** – done – codex',
        '',
      ].join('\n'),
    )
  })
})

describe('other changes', () => {
  it('say a state in a field and in a dated note, and are read back', async () => {
    const doing = await written(living, { kind: 'status', key: 'S2.1', status: 'doing', stamp })
    expect(await added(living, doing)).toEqual([
      '- Created: `2026-03-04T05:06:07.000Z`',
      '- Last Updated: `2026-03-04T05:06:07.000Z`',
      '- Last Editor (Agent / CLI): `codex`',
      '**Status:** `[ ] To do` / `[x] Doing` / `[ ] Complete`',
      '  - **Status:** in-progress',
      '  - **Last Updated:** `2026-03-04T05:06:07.000Z` by `codex`',
      '  - **Notes:**',
      '    - 2026-03-04T05:06:07.000Z (codex): pending → in-progress',
    ])
    expect(await stepOf(doing, 'S2.1')).toMatchObject({ status: 'doing', mark: 'in-progress' })
    expect(await plansMd.write(doing, path, [{ kind: 'status', key: 'S2.1', status: 'doing', stamp: later }])).toEqual(
      [],
    )
    const done = await written(doing, tick('S2.1'))
    expect(await textOf(done)).toContain('  - **Status:** done\n')
    const back = await written(done, { kind: 'untick', key: 'S2.1', to: 'in-progress', stamp: later })
    expect(await stepOf(back, 'S2.1')).toMatchObject({ ticked: false, status: 'doing' })
  })

  it('put notes under the notes that are there, once', async () => {
    const note: PlanChange = { kind: 'note', key: 'S1.2', text: 'raw\nvalues <!-- first', stamp }
    const after = await written(living, note, note)
    const text = await textOf(after)
    expect(text).toContain(
      '    - This may print the raw values at first.\n    - 2026-03-04T05:06:07.000Z (codex): raw values &lt;!-- first\n\n---',
    )
    expect(await plansMd.write(after, path, [note])).toEqual([])
  })

  it('open an issue for what blocks, with the next free number, and link it', async () => {
    const block: PlanChange = { kind: 'block', key: 'S2.1', text: 'The valve leaks!\n## Not a heading', stamp }
    const after = await written(living, block)
    expect(await textOf(after, 'garden/issues.md')).toBe(
      [
        '# Issues',
        '',
        '> Blockers of `plans.md`. Nothing here is deleted: close an issue by its status and a dated note.',
        '',
        '## km-002-the-valve-leaks-not-a-heading',
        '',
        '- **Status:** Open',
        '- **Task:** **S2.1 – Valve Box** (`plans.md`, S2.1)',
        '- **Created:** `2026-03-04T05:06:07.000Z` by `codex`',
        '- **Description:**',
        '  > The valve leaks!',
        '  > ## Not a heading',
        '- **Notes:**',
        '  - 2026-03-04T05:06:07.000Z (codex): opened.',
        '',
      ].join('\n'),
    )
    expect(await textOf(after)).toContain(
      '    - Research: `research.md#valves`\n    - Issues: `issues.md#km-002-the-valve-leaks-not-a-heading`\n',
    )
    expect(await stepOf(after, 'S2.1')).toMatchObject({ status: 'blocked', mark: 'blocked' })
    expect((await stepOf(after, 'S2.1'))?.brief).toContain('From issues.md#km-002')
    expect(await plansMd.write(after, path, [block])).toEqual([])
    const other = await written(after, { kind: 'block', key: 'S1.1', text: 'No bus', stamp: later })
    const [before, now] = [await textOf(after, 'garden/issues.md'), await textOf(other, 'garden/issues.md')]
    expect(now.startsWith(before)).toBe(true)
    expect(now.slice(before.length)).toContain('## km-003-no-bus\n')
  })

  it('log what happened, of a task or of the whole', async () => {
    const log: PlanChange = { kind: 'log', text: 'Run 3 ended', stamp }
    const after = await written(living, log, { ...log, key: 'S1.1', text: 'half way' })
    expect(
      (await textOf(after)).endsWith(
        [
          '- *(Empty – to be populated as work completes)*',
          '- 2026-03-04T05:06:07.000Z – Run 3 ended – codex',
          '- 2026-03-04T05:06:07.000Z – **S1.1 – Sensor Driver** – half way – codex',
          '',
        ].join('\n'),
      ),
    ).toBe(true)
    expect(await plansMd.write(after, path, [log])).toEqual([])
    expect(await plansMd.write(after, path, [{ ...log, key: 'S7.7' }])).toEqual([])
  })

  it('keep every line, every line end and every blank, whatever is written in whatever order', async () => {
    const unix = await textOf(living)
    for (const text of [unix, `\ufeff${unix.replaceAll('\n', '\r\n')}`, unix.replaceAll('\n', '\r')]) {
      const files = filesOf({ [path]: text, 'garden/research.md': await textOf(living, 'garden/research.md') })
      const keys = ['S1.1', 'S1.2', 'S2.1', 'S2.2', 'S3.1', 'S3.2', 'S1', 'S2']
      const change = fc.record({
        kind: fc.constantFrom('tick', 'untick', 'status', 'note', 'block', 'log'),
        key: fc.constantFrom(...keys),
        status: fc.constantFrom('open', 'doing', 'blocked', 'done', 'cancelled'),
        text: fc.oneof(
          fc.constantFrom('```', '<!--', '- [ ] **S1.1 – x**', '## Stage 1'),
          fc.string({ unit: 'binary' }),
        ),
        upward: fc.boolean(),
        stamp: fc.constantFrom(stamp, later),
      }) as fc.Arbitrary<PlanChange>
      await fc.assert(
        fc.asyncProperty(fc.array(change, { maxLength: 12 }), async (changes) => {
          const together = await written(files, ...changes)
          let one = files
          for (const each of changes) one = await written(one, each)
          for (const after of [together, one]) {
            const now = await textOf(after)
            isKept(text, now)
            const feed = text.includes('\r\n') ? '\r\n' : text.includes('\r') ? '\r' : '\n'
            expect(now.split(feed).join('')).not.toMatch(/[\r\n]/)
            expect((await itemOf(after)).steps.map(({ key }) => key)).toEqual(keys.slice(0, 6))
            expect((await plansMd.read(after, path)).notes.filter(({ level }) => level === 'error')).toEqual([])
          }
          expect((await itemOf(together)).steps.map(({ ticked, status }) => [ticked, status])).toEqual(
            (await itemOf(one)).steps.map(({ ticked, status }) => [ticked, status]),
          )
        }),
        { numRuns: 60 },
      )
    }
  })
})

const bare = (text: string): string =>
  text.replace(/\[[ x]\]/g, '[]').replace(/^(\s*[-*] (?:\*\*)?[A-Z][\w ()/]{0,40}:).*/gm, '$1')

function isKept(before: string, after: string): void {
  const lines = bare(after).split(/\r\n|\r|\n/)
  let at = 0
  for (const line of bare(before).split(/\r\n|\r|\n/)) {
    const found = lines.indexOf(line, at)
    expect(found, `${JSON.stringify(line)} is gone`).toBeGreaterThanOrEqual(0)
    at = found + 1
  }
}
