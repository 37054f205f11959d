// What a refusal of a model server means, by its status, its words and its headers, in the closed reasons.

import { type Fields, fieldsOf, parsed, textOf } from '../reading.ts'
import type { Failure } from '../trouble.ts'

/** An error that came inside an answer that had begun well. */
export function faultInside(payload: unknown, name: string): Failure | undefined {
  const told = fieldsOf(payload)
  const error = told?.error ?? (name === 'error' || told?.object === 'error' ? told : undefined)
  if (error === undefined || error === null) return undefined
  const fields: Fields = fieldsOf(error) ?? { message: error }
  const status = [fields.code, fields.status].find((one) => typeof one === 'number' && one >= 400 && one < 600)
  return judged(typeof status === 'number' ? status : 0, fields)
}

export function faultOf(status: number, body: string): Failure {
  const found = fieldsOf(parsed(body)?.value)
  const fields = fieldsOf(found?.error) ?? found ?? {}
  return judged(status, { ...fields, message: textOf(fields.message) ?? textOf(found?.error) ?? '' })
}

function judged(status: number, fields: Fields): Failure {
  const said = textOf(fields.message) ?? JSON.stringify(fields)
  const why = `it says${status === 0 ? '' : ` ${status}`}: ${said.slice(0, 500)}`
  if (status === 401 || status === 403) return { reason: 'auth', why, again: false }
  if (status === 429) return { reason: 'rate-limited', why, again: true }
  if (status >= 500) return { reason: 'overloaded', why, again: true }
  return { reason: 'defect', why, again: false }
}
