// The ways there are to drive an agent; a preset gives each what it needs.
export { type Act, type Part, partOf, type ScriptedOptions, scriptedExecutor } from './scripted.ts'
export { type ShellOptions, shellExecutor } from './shell.ts'
