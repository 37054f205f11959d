// The kinds of check there are; a preset gives each what it needs.
import type { Checker } from '../core/ports.ts'
import { commandChecker } from './command.ts'
import { filesChecker } from './files.ts'
import type { CheckerOptions } from './running.ts'

export type { CheckerOptions } from './running.ts'
export { commandChecker, filesChecker }

export const checkers: readonly ((options: CheckerOptions) => Checker)[] = [commandChecker, filesChecker]
