// Arguments of a tool are read as models write them, and nothing that is none gets through.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Fields, parsed, readFields, schemaOf } from './fields.ts'

const fields: Fields = {
  path: { kind: 'text', about: 'Which file.' },
  from: { kind: 'count', about: 'The first line.', otherwise: 1 },
  all: { kind: 'flag', about: 'Every place.', otherwise: false },
  steps: { kind: 'list', about: 'Lines.', otherwise: '' },
}

it('understands the names and types that other agents use', () => {
  const value = {
    file_path: 'a',
    offset: '12',
    replace_all: 'true',
    todos: [{ content: 'x', status: 'completed' }, 'y'],
  }
  expect(readFields(fields, value)).toEqual({
    ok: true,
    given: { path: 'a', from: 12, all: true, steps: ['[x] x', 'y'] },
  })
  expect(readFields(fields, { path: 'a' })).toMatchObject({ given: { from: 1, all: false } })
})

it('says what is missing or of the wrong type', () => {
  expect(readFields(fields, {})).toEqual({ ok: false, why: '"path" is missing: Which file.' })
  expect(readFields(fields, { path: ['a'] })).toMatchObject({ ok: false, why: expect.stringContaining('a string') })
  expect(readFields(fields, { path: 'a', from: 'x' })).toMatchObject({ ok: false })
})

it('takes objects only, also when they were written twice', () => {
  expect(parsed('"{\\"path\\":\\"a\\"}"')).toEqual({ path: 'a' })
  expect(parsed('')).toEqual({})
  for (const text of ['{"path":', '[1]', '1', 'null', '"x"']) expect(parsed(text)).toBeUndefined()
})

it('throws at nothing', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      const value = parsed(text)
      if (value !== undefined) readFields(fields, value)
    }),
  )
})

it('asks for exactly what it reads', () => {
  expect(schemaOf(fields)).toMatchObject({ required: ['path'], additionalProperties: false })
})
