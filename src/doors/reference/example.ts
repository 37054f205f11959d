// An example for a JSON schema: what must be given, with names as they would really look.
import type { Json } from './described.ts'

/** By the parameter's name, where a word of its kind says more than any word would. */
const usual: Readonly<Record<string, readonly unknown[]>> = {
  agent: ['coder'],
  answer: ['approve'],
  attempt: ['001-photo-albums/T012/1'],
  attempts: [['001-photo-albums/T012/1']],
  blocker: ['blocker-7'],
  duplicate: ['duplicate-9'],
  digest: ['0123456789abcdef'.repeat(4)],
  folder: ['../baton-backup'],
  gate: ['gate-12'],
  graph: [
    {
      tasks: [
        { id: 'a', duration: 60 },
        { id: 'b', duration: 30, after: ['a'] },
      ],
    },
  ],
  item: ['001-photo-albums'],
  key: ['T012'],
  name: ['T012'],
  kinds: [['step']],
  notes: ['The test server is down.'],
  now: ['specs/001-photo-albums'],
  old: ['specs/001-photo-albums.old'],
  on: ['001-photo-albums/T012'],
  plan: ['specs/001-photo-albums'],
  seq: [42],
  slots: [4],
  step: ['001-photo-albums/T012'],
  to: ['markdown'],
  why: ['It waits for the new design.'],
}

/** Where not every choice of fields is taken, one that is. */
const chosen: Readonly<Record<string, Json>> = {
  'workflow/migrate': { item: '001-photo-albums', to: 'photo-albums@2', why: 'It waits for the new design.' },
  'attempt/ask': { attempt: '001-photo-albums/T012/1', asks: 'Shall an empty album be shown?' },
}

export function exampleFor(method: string, params: Json): unknown {
  return chosen[method] ?? exampleOf(params)
}

/** Only what must be given; everything else may be left away. */
export function exampleOf(schema: Json, name = ''): unknown {
  const known = usual[name]?.[0]
  if (known !== undefined) return known
  if (schema.const !== undefined) return schema.const
  const choices = schema.enum ?? schema.anyOf ?? schema.oneOf
  if (Array.isArray(choices)) return schema.enum === undefined ? exampleOf(choices[0] as Json, name) : choices[0]
  switch (schema.type) {
    case 'object':
      return objectOf(schema)
    case 'array':
      return [exampleOf((schema.items ?? {}) as Json, name)]
    case 'integer':
    case 'number':
      return typeof schema.minimum === 'number' ? schema.minimum : 0
    case 'boolean':
      return false
    default:
      return 'words'
  }
}

function objectOf({ properties, required }: Json): Json {
  const fields = (properties ?? {}) as Readonly<Record<string, Json>>
  const needed = (Array.isArray(required) ? required : []) as readonly string[]
  return Object.fromEntries(needed.map((key) => [key, exampleOf(fields[key] ?? {}, key)]))
}
