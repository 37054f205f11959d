// An assignment as the engine gives it, for tests of executors.
import { builtInRoles, type Role } from '../../src/core/nouns/role.ts'
import type { Assignment } from '../../src/core/ports.ts'

let attempts = 0

export function assignment(more: Partial<Assignment> & Pick<Assignment, 'agent' | 'folder'>): Assignment {
  attempts += 1
  return {
    attempt: `001-x/T012/${process.pid}${attempts}`,
    fence: 7,
    item: '001-x',
    step: {
      key: 'T012',
      title: 'Do it',
      brief: 'Do it well',
      order: 1,
      group: 'Phase 1',
      after: [],
      parallel: false,
      writes: [],
      locks: [],
      role: 'coder',
      ticked: false,
    },
    base: 'a'.repeat(40),
    prompt: 'Please.',
    stable: 0,
    feedback: '',
    isolation: 'none',
    timeoutMs: 60_000,
    silenceMs: 0,
    limits: {},
    role: builtInRoles[1] as Role,
    readsOnly: false,
    tools: [],
    ...more,
  }
}
