// A living plan is read as people write it: stages, tasks, and what lies beside them.
import { describe, expect, it } from 'vitest'
import { itemOf, kindsOf, living, path, stamp, stepOf, tick } from '../../../tests/fixtures/plans/living.ts'
import { nastyLiving } from '../../../tests/fixtures/plans/nasty-living.ts'
import { filesOf } from '../../../tests/fixtures/plans/reading.ts'
import { plansMd } from './format.ts'

describe('reading', () => {
  it('gives stages as groups and tasks as steps, in the order of the file', async () => {
    const item = await itemOf(living, 'garden')
    expect(item).toMatchObject({ id: 'garden', title: 'garden', owner: 'Ada', policy: 'document' })
    expect(item.brief).toContain('**Purpose:** What is planned')
    expect(item.groups).toEqual([
      { key: 'S1', title: 'Sensors', ticked: false, place: { file: path, line: 19, column: 9 } },
      { key: 'S2', title: 'Watering', ticked: false, place: { file: path, line: 20, column: 9 } },
      { key: 'S3', title: 'Reports', ticked: false, place: { file: path, line: 21, column: 9 } },
    ])
    expect(item.steps.map(({ key, title, parent }) => [key, title, parent])).toEqual([
      ['S1.1', 'Sensor Driver', 'S1'],
      ['S1.2', 'Calibration Command', 'S1'],
      ['S2.1', 'Valve Box', 'S2'],
      ['S2.2', 'Dry Run Test', 'S2'],
      ['S3.1', 'report.yaml', 'S3'],
      ['S3.2', '“Weekly” Letter', 'S3'],
    ])
  })

  it('tells an agent the body, the goal, and the research that is linked, but no stamps and nothing hidden', async () => {
    const step = await stepOf(living, 'S1.1')
    expect(step?.brief).toContain('Create a `sensors/` package that will own:\n  - Reading the bus.')
    expect(step?.brief).toContain(
      'From research.md#soil-sensors:\n\nCapacitive ones last longer.\n\n### Bus\n\nTwo metres',
    )
    expect(step?.brief).toContain('Part of S1: Sensors\nGoal: Read soil moisture every minute.')
    expect(step?.brief).not.toMatch(/timestamp|Created|12 V/)
    expect(step?.writes).toEqual(['sensors/', 'sensors/calibrate.py'])
    expect((await stepOf(living, 'S1.2'))?.brief).toContain('  ~~~bash\n    garden calibrate --sensor 3')
    const valves = await stepOf(living, 'S2.1')
    expect(valves?.brief).toContain('Use 12 V valves.')
    expect(valves?.brief).not.toContain('nobody')
    expect(valves?.exitCriteria).toEqual(['Box closes in `valves/box.py`.', 'Box opens.'])
    expect((await stepOf(living, 'S2.2'))?.exitCriteria).toEqual(['Round trip: dry soil → valve opens → valve closes.'])
    expect((await stepOf(living, 'S3.1'))?.brief).toContain('From research.md#letters:\n\nShort sentences.')
  })

  it('names the files it read, and the one it writes', async () => {
    const read = await plansMd.read(living, 'garden')
    expect(read).toMatchObject({ tickFile: path, files: [path, 'garden/research.md'], notes: [] })
  })

  it('takes dependencies where they are stated, of tasks and of whole stages', async () => {
    const text = [
      '## Stage 1 – A',
      '- [ ] **S1.1 – One**',
      '- [ ] **S1.2 – Two**',
      '  - **Depends on:** S2.1, Stage 3',
      '## Stage 2 – B',
      '- [ ] **S2.1 – Three**',
      '## Stage 3 – C',
      '- [ ] **S3.1 – Four**',
      '- [ ] **S3.2 – Five**',
    ].join('\n')
    const item = await itemOf(filesOf({ [path]: text }))
    expect(item.policy).toBe('graph')
    expect(item.steps[1]?.after).toEqual([
      { key: 'S2.1', source: 'stated', at: { file: path, line: 4, column: 21 } },
      { key: 'S3.1', source: 'stated', at: { file: path, line: 4, column: 27 } },
      { key: 'S3.2', source: 'stated', at: { file: path, line: 4, column: 27 } },
    ])
  })

  it('makes a group of a task that others are indented under', async () => {
    const text = '## Stage 1 – A\n- [ ] **S1.1 – One**\n  - [x] **S1.1.1 – Part**\n    - words\n- [ ] **S1.2 – Two**\n'
    const item = await itemOf(filesOf({ [path]: text }))
    expect(item.steps[0]?.brief).toBe('Part\n- words\n\nPart of S1.1: One\n\nPart of S1: A')
    expect(item.groups?.map(({ key, parent }) => [key, parent])).toEqual([
      ['S1', undefined],
      ['S1.1', 'S1'],
    ])
    expect(item.steps.map(({ key, parent }) => [key, parent])).toEqual([
      ['S1.1.1', 'S1.1'],
      ['S1.2', 'S1'],
    ])
  })

  it('finds tasks that were moved to the Done log, and none that only stand there too', async () => {
    const log = '## Done\n- [x] **S1.1 – One**\n- [x] **S1.9 – Old**\n'
    const files = filesOf({ [path]: `## Stage 1 – A\n- [x] **S1.1 – One**\n\n${log}` })
    expect((await plansMd.read(files, path)).notes).toEqual([])
    const { steps } = await itemOf(files)
    expect(steps.map(({ key, ticked }) => [key, ticked])).toEqual([
      ['S1.1', true],
      ['S1.9', true],
    ])
  })

  it('reads tabs, all dashes and half of the fields, and nothing that is hidden', async () => {
    const { steps, groups } = await itemOf(filesOf({ [path]: nastyLiving }))
    expect(groups?.map(({ key, title, ticked }) => [key, title, ticked])).toEqual([
      ['S1', 'Mast', true],
      ['S2', 'Wind', false],
      ['S2.2', 'Gusts', false],
    ])
    expect(steps[2]).toMatchObject({
      key: 'S2.1',
      title: 'Anemometer',
      status: 'doing',
      mark: 'In Progress',
      priority: 2,
    })
    expect(steps[2]?.brief).toContain('Anemometer (small)\n+ **Description**: Größe 3 – in `src/wind.ts`\n\t+ first')
    const hidden = '## Stage 1 – A\n<!-- one -->\n<!--\ntwo\n-->\nthree\n- [ ] **S1.1 – One**\n'
    expect((await itemOf(filesOf({ [path]: hidden }))).steps[0]?.brief).toBe('One\n\nPart of S1: A\nthree')
  })

  it('says what is odd, with its place', async () => {
    const head = '- [ ] **Stage 1 – A**\n- [ ] **Stage 2 – Empty**\n\n## Stage 1 – A\n\n'
    expect(await kindsOf(`${head}- [ ] **S1.1 – One**\n- [ ] **S1.1 – Two**\n`)).toEqual([
      ['empty-stage', 'warning', 2],
      ['duplicate', 'error', 7],
    ])
    expect(await kindsOf('## Stage 1 – A\n- [ ] do it\n- [~] **S1.1 – One**\n- [ ] **S2.1 – Two**\n')).toEqual([
      ['no-id', 'warning', 2],
      ['odd-box', 'error', 3],
      ['odd-stage', 'warning', 4],
    ])
    const states = '**Status:** `[x] Not started` / `[ ] In progress` / `[ ] Done`'
    expect(await kindsOf(`## Stage 1 – A\n${states}\n- [x] **S1.1 – One**\n- [ ] **S1.2 – Two**\n`)).toEqual([
      ['odd-state', 'warning', 2],
    ])
    expect(await kindsOf('- [ ] **S1.1 – One**\n  - See `research.md#gone`\n')).toEqual([
      ['dangling-link', 'warning', 2],
    ])
    expect(await kindsOf('- [ ] **S1.1 – One**\n```\n- [ ] **S1.2 – Two**\n')).toEqual([['open-end', 'error', 2]])
  })

  it('warns of a task that is too large for one run', async () => {
    const long = (letters: number) => `- [ ] **S1.1 – One**\n  - ${'words '.repeat(letters / 6)}\n`
    expect(await kindsOf(long(3600))).toEqual([])
    expect(await kindsOf(long(4200))).toEqual([['oversized', 'warning', 1]])
    const boxes = (count: number) => `- [ ] **S1.1 – One**\n${'  - [ ] this\n'.repeat(count)}`
    expect(await kindsOf(boxes(12))).toEqual([])
    expect(await kindsOf(boxes(13))).toEqual([['oversized', 'warning', 1]])
  })
})

it('is quick with the worst of lines', async () => {
  const worst = [
    '- [ ] **S1.1 – '.repeat(70_000),
    `- [ ] **S1.1 – ${'*'.repeat(1_000_000)}`,
    `${'- [ ] **S1.1**\n  - **A:** '}${'S1.1 '.repeat(200_000)}`,
    `## Stage ${'1'.repeat(1_000_000)}`,
    `**Status:** ${'[ ] '.repeat(250_000)}`,
    `- Created: ${'<'.repeat(1_000_000)}`,
    `- [ ] **S1.1 – a**\n${' '.repeat(1_000_000)}x`,
    Array.from({ length: 1300 }, (_, at) => `${' '.repeat(at)}- [ ] **S1.${at} – a**`).join('\n'),
    `- [ ] **S1.1 – a**\n${'  - **Depends on:** S1.1\n'.repeat(40_000)}`,
    '\r'.repeat(1_000_000),
    `- [ ] **S1.1 – a**\n${'## Stage 1\n'.repeat(90_000)}`,
  ]
  for (const text of worst) {
    const files = filesOf({ [path]: text, 'garden/research.md': text, 'garden/issues.md': text })
    const began = performance.now()
    await plansMd.read(files, path)
    await plansMd.write(files, path, [tick('S1.1'), { kind: 'block', key: 'S1.1', text, stamp }])
    expect(performance.now() - began, JSON.stringify(text.slice(0, 40))).toBeLessThan(4000)
  }
})
