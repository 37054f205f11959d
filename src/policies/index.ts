// What a repository says of how it wants to be worked on, and what that means.
export { describePolicy } from './describe.ts'
export { type PolicyRead, readPolicy } from './policy.ts'
