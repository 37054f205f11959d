// Looking for one step finds what reading the whole file finds.
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { Notes } from '../reading/notes.ts'
import { readDocument } from './document.ts'
import { boxOf } from './seek.ts'

const lines = [
  '- [ ] T001 a',
  '  - [x] **T002** b (depends on T001)',
  '* [X] T003 [P] c',
  '```',
  '~~~',
  '````',
  '<!-- - [ ] T001 hidden -->',
  '<!--',
  '-->',
  '# T001',
  'T002 in words',
  '- [ ] T001 again',
  '> ```',
  '',
  '    - [ ] T003 deep',
  '- [ ] T0012 another',
]

it('in any order of lines, with any line end', () => {
  const text = fc
    .tuple(
      fc.array(fc.constantFrom(...lines), { maxLength: 14 }),
      fc.constantFrom('\n', '\r\n'),
      fc.constantFrom('', '\ufeff'),
    )
    .map(([each, end, mark]) => mark + each.join(end))
  fc.assert(
    fc.property(text, fc.constantFrom('T001', 'T002', 'T003', 'T0012'), (said, key) => {
      const bytes = Buffer.from(said)
      const steps = readDocument(bytes, 'tasks.md', new Notes()).steps
      expect(boxOf(bytes, key)).toBe(steps.find((step) => step.key === key)?.box ?? -1)
    }),
    { numRuns: 3000 },
  )
})

it('leaves lone carriage returns and crowds of mentions to the whole file', () => {
  expect(boxOf(Buffer.from('- [ ] T001 a\r- [ ] T002 b'), 'T002')).toBeUndefined()
  expect(boxOf(Buffer.from('T001\n'.repeat(100)), 'T001')).toBeUndefined()
})
