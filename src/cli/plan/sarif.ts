// What is odd about plans in SARIF 2.1.0, which code reviews show beside the line.
import type { PlanShown } from '../../api/plan/show.ts'
import type { PlanNote } from '../../core/nouns/plan.ts'

const schema = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json'

export function sarif(plans: readonly PlanShown[]): unknown {
  const notes = plans.flatMap((plan) => plan.notes)
  const kinds = [...new Set(notes.map((note) => note.kind))].sort()
  const driver = {
    name: 'baton',
    informationUri: 'https://www.npmjs.com/package/@baton-run/baton',
    rules: kinds.map((id) => ({ id })),
  }
  return {
    $schema: schema,
    version: '2.1.0',
    runs: [{ tool: { driver }, columnKind: 'utf16CodeUnits', results: notes.map((note) => resultOf(note, kinds)) }],
  }
}

function resultOf(note: PlanNote, kinds: readonly string[]): unknown {
  const region = { startLine: note.line, ...(note.column === undefined ? {} : { startColumn: note.column }) }
  const artifactLocation = { uri: note.file.split('/').map(encodeURIComponent).join('/') }
  return {
    ruleId: note.kind,
    ruleIndex: kinds.indexOf(note.kind),
    level: note.level,
    message: { text: note.remedy === undefined ? note.text : `${note.text} ${note.remedy}` },
    locations: [{ physicalLocation: { artifactLocation, region } }],
  }
}
