// Says whether a text is JSON of a schema, and what is wrong with it; the validator is loaded when the first schema comes.
import { ModelFailed } from '../../core/ports.ts'
import { parsed } from '../reading.ts'

export interface Shape {
  readonly name: string
  readonly schema: Readonly<Record<string, unknown>>
}

export type Checked = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly why: string }
type Check = (text: string) => Checked

const known = new WeakMap<object, Check>()
const shownAtMost = 5
const lettersAtMost = 400

export async function checkerOf({ name, schema }: Shape): Promise<Check> {
  const found = known.get(schema)
  if (found !== undefined) return found
  const { Ajv2020 } = await import('ajv/dist/2020.js')
  const { $schema: _, ...rest } = schema
  let valid: ReturnType<InstanceType<typeof Ajv2020>['compile']>
  try {
    valid = new Ajv2020({ strict: false, allErrors: false, validateFormats: false, logger: false }).compile(rest)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new ModelFailed('defect', `the schema ${name} cannot be used: ${why}`)
  }
  const check = (text: string): Checked =>
    checked(text, (value) => (valid(value) ? undefined : faults(valid.errors ?? [])))
  known.set(schema, check)
  return check
}

function checked(text: string, faultsOf: (value: unknown) => string | undefined): Checked {
  const found = parsed(bare(text))
  if (found === undefined) return { ok: false, why: 'it is no JSON' }
  try {
    const why = faultsOf(found.value)
    return why === undefined ? { ok: true, value: found.value } : { ok: false, why }
  } catch (error) {
    if (error instanceof RangeError) return { ok: false, why: 'it is nested too deeply' }
    throw error
  }
}

/** Without thoughts that were not told apart, and without the fence that models like to put around JSON. */
function bare(text: string): string {
  const thought = text.lastIndexOf('</think>')
  const said = (thought < 0 ? text : text.slice(thought + '</think>'.length)).trim()
  if (!said.startsWith('```') || !said.endsWith('```')) return said
  const line = said.indexOf('\n')
  return line < 0 ? said : said.slice(line + 1, -3).trim()
}

function faults(errors: readonly { readonly instancePath: string; readonly message?: string }[]): string {
  const said = errors.slice(0, shownAtMost).map(({ instancePath, message }) => {
    const place = instancePath === '' ? 'it' : instancePath.slice(0, 200)
    return `${place} ${message ?? 'is not as it should be'}`
  })
  return said.join('; ').slice(0, lettersAtMost)
}
