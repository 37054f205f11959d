// The ways there are to drive an agent; a preset gives each what it needs.
export { acpExecutor } from './acp/executor.ts'
export type { AcpOptions } from './acp/options.ts'
export { claudeExecutor } from './claude/executor.ts'
export { codexExecutor } from './codex/executor.ts'
export { exploreExecutor, type ModelOptions, modelExecutor } from './model/executor.ts'
export { type Act, type Part, partOf, type ScriptedOptions, scriptedExecutor } from './scripted.ts'
export { type ShellOptions, shellExecutor } from './shell.ts'
