// The repositories that there are: real git, and one in memory.
export { createRepository, type GitOptions, type OpenRepository } from './git.ts'
export { type MemoryControls, memoryRepository } from './memory.ts'
