// The shape of every answer, for doors that describe themselves; nothing else loads it.
export { answers } from './answers.ts'
export { answerSchema, type JsonSchema, paramsSchema, type Schemas, schemasOf } from './describe.ts'
