// Folds facts of workflows and their versions.
import type { Facts } from '../facts.ts'
import type { State } from '../state.ts'

export function workflowPublished(state: State, data: Facts['workflow.published'], at: number): void {
  const versions = state.workflows.get(data.name) ?? []
  state.workflows.set(data.name, [...versions, { ...data, at }])
}

export function workflowRolledBack(state: State, data: Facts['workflow.rolled-back'], at: number): void {
  const { version, by, why, impact } = data
  const found = state.workflows.get(data.name)?.find((one) => one.version === version)
  if (found !== undefined) found.withdrawn = { at, by, why, impact }
}

export function workflowMigrated(state: State, data: Facts['workflow.migrated']): void {
  const item = state.items.get(data.item)
  if (item !== undefined) item.workflow = data.to
}
