// The command check: runs a command of trusted configuration on a result, and judges by its exit code.
import type { CheckSpec, Verdict } from '../core/nouns/check.ts'
import { type Checker, type CheckOrder, SandboxMissing, type SpawnOrder } from '../core/ports.ts'
import { quoted } from '../core/text/neutral.ts'
import { type CheckerOptions, markerOf, type Ran, run } from './running.ts'

const usualTimeoutMs = 10 * 60_000

type CommandSpec = CheckSpec & { readonly kind: 'command' }

/** Which step is judged; what judges several at once is told of none as if it were the only one. */
function keys({ batch, step }: CheckOrder): Readonly<Record<string, string>> {
  return batch === undefined ? { BATON_KEY: step.key } : { BATON_KEYS: batch.join(' ') }
}

function spawnOrder(
  order: CheckOrder,
  argv: [string, ...string[]],
  environment: Readonly<Record<string, string>>,
): SpawnOrder {
  return {
    argv,
    folder: order.folder,
    env: { ...environment, ...keys(order), BATON_COMMIT: order.commit },
    isolation: order.isolation,
    network: 'none',
    readOnly: [],
    marker: markerOf(order),
    stdin: new Uint8Array(),
  }
}

function judge(ran: Ran, shown: string, timeoutMs: number): { passed: boolean; why: string } {
  if (ran.late)
    return { passed: false, why: `${shown} did not end within ${Math.round(timeoutMs / 1000)} s and was stopped.` }
  if (ran.ended?.code === 0) return { passed: true, why: `${shown} ended with exit code 0.` }
  const missing = ran.ended?.code === 127 || /^bwrap: execvp .*No such file/m.test(ran.evidence)
  const remedy = missing ? ' A program was not found: install it, or correct the check in baton.yaml.' : ''
  if (ran.ended?.signal) return { passed: false, why: `${shown} was ended by ${ran.ended.signal}.` }
  return { passed: false, why: `${shown} ended with exit code ${ran.ended?.code ?? 'unknown'}.${remedy}` }
}

async function check(options: CheckerOptions, order: CheckOrder, spec: CommandSpec): Promise<Verdict> {
  const [program, ...rest] = spec.argv
  const give = (passed: boolean, why: string, evidence = '', ms = 0): Verdict => ({
    check: spec.name,
    passed,
    why,
    evidence,
    ms,
  })
  if (program === undefined || program === '')
    return give(false, 'This check has no command. Give it one in baton.yaml.')
  const timeoutMs = spec.timeoutMs ?? usualTimeoutMs
  const shown = quoted(spec.argv.join(' '))
  try {
    const ran = await run(options, spawnOrder(order, [program, ...rest], options.environment), timeoutMs)
    const { passed, why } = judge(ran, shown, timeoutMs)
    return give(passed, why, ran.evidence, ran.ms)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    if (error instanceof SandboxMissing || !/\b(?:ENOENT|EACCES)\b/.test(message)) throw error
    return give(
      false,
      `The program ${quoted(program)} could not be started (${quoted(message)}). Install it, or correct the check in baton.yaml.`,
    )
  }
}

/**
 * Throws only when the machine cannot check at all (no sandbox, no spawner); a bad result, a missing program and a check
 * that takes too long are verdicts.
 */
export function commandChecker(options: CheckerOptions): Checker {
  return {
    kind: 'command',
    run: (order) => {
      if (order.spec.kind === 'command') return check(options, order, order.spec)
      return Promise.reject(new Error(`A command check was given a check of kind ${order.spec.kind}.`))
    },
  }
}
