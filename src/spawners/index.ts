// The spawners that Baton has, strongest first.
export { createSpawner, type LocalSpawner, type SpawnerOptions } from './create.ts'
export { type Environment, type EnvironmentOrder, environment } from './env.ts'
