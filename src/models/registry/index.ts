// The registry of models: what a person and a repository say of them.
export { naming } from './naming.ts'
export { nothingRead, type RegistryRead, readRegistry } from './read.ts'
export { type Together, together } from './together.ts'
