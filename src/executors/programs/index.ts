// The agents' programs: which are known, where they are found, and whether they can be started.
export { available, missingProgram } from './available.ts'
export { type FindOptions, type FoundProgram, unpacked } from './find.ts'
export { findProgram, programOf, programs } from './known.ts'
export type { AcpWays, Furnishing, Program, Seat, Server, Setting } from './program.ts'
