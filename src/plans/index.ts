// The plan formats there are, in the order in which they are asked.
import type { PlanFormat } from '../core/ports.ts'
import { backlog } from './backlog/format.ts'
import { beads } from './beads/format.ts'
import { checklist } from './checklist/format.ts'
import { githubIssues } from './github/format.ts'
import { kiro } from './kiro/format.ts'
import { openspec } from './openspec/format.ts'
import { json } from './own/format.ts'
import { plansMd } from './plans-md/format.ts'
import { roadmap } from './roadmap/format.ts'
import { speckit } from './speckit/format.ts'
import { taskmaster } from './taskmaster/format.ts'
import { vibeKanban } from './vibe-kanban/format.ts'
import { workflow } from './workflow.ts'

export { type Chosen, chooseFormat, type NotChosen } from './detect.ts'

export const planFormats: readonly PlanFormat[] = [
  speckit,
  kiro,
  openspec,
  plansMd,
  roadmap,
  checklist,
  taskmaster,
  beads,
  backlog,
  vibeKanban,
  githubIssues,
  json,
  workflow,
]
