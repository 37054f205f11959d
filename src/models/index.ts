// What is known of model servers, as a list.
export { type Addressed, readAddress, refusedHost } from './address.ts'
export { modelPlace } from './place.ts'
