// What parameters mean, by their names, for a model that sees nothing but the schema.

const said: Readonly<Record<string, string>> = {
  plan: "The plan's file or folder in the repository, e.g. ROADMAP.md or specs/001-photo-albums.",
  old: 'One plan, by its path.',
  now: 'The other plan, by its path.',
  workspace: 'The absolute path of the repository; without it, the one of the folder you work in.',
  format: "The plan's format by name; without it Baton finds out.",
  item: 'An item, e.g. 001-photo-albums; status_list names them.',
  step: 'A step as <item>/<key>, e.g. 001-photo-albums/T012.',
  attempt: 'An attempt as <step>/<number>, e.g. 001-photo-albums/T012/1.',
  attempts: 'Attempts, each as <step>/<number>.',
  gate: 'A question, e.g. gate-12; list_questions names them.',
  blocker: 'An obstacle, e.g. blocker-3; blocker_list names them.',
  at: 'Asks how it was after this entry of the record; without it, how it is now.',
  from: 'Where to begin; answers say where to go on.',
  after: 'Begin behind this entry of the record.',
  limit: 'At most so many.',
  why: 'The reason, for the record: a sentence.',
  agent: 'An agent by the name that baton.yaml gives it.',
  parallel: 'How many steps may run at once.',
  phase: 'Only the steps under this heading.',
  include: 'Only these steps, by their keys.',
  exclude: 'All but these steps, by their keys.',
  dryRun: 'Only say what would be started, in which order.',
  answer: "One of the question's options, as the person chose.",
  reasons: 'Why, in the words of the person who decided.',
  all: 'Also what is over.',
  atMostMs: 'Milliseconds to wait; clients give a call up after a minute or less.',
}

type Schema = Readonly<Record<string, unknown>>

/** The same schema, with a description for each parameter of the first level that has none and whose name is known. */
export function worded(schema: Schema): Schema {
  if (typeof schema.properties !== 'object' || schema.properties === null) return schema
  const properties = Object.entries(schema.properties as Readonly<Record<string, Schema>>).map(([name, one]) => {
    const words = Object.hasOwn(said, name) ? said[name] : undefined
    return [name, words === undefined || 'description' in one ? one : { description: words, ...one }] as const
  })
  return { ...schema, properties: Object.fromEntries(properties) }
}
