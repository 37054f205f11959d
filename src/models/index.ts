// What is known of model servers, as a list.
export { type Addressed, readAddress, refusedHost } from './address.ts'
export { createModels } from './client.ts'
export type { ModelsOptions, Patience } from './options.ts'
export { modelPlace } from './place.ts'
