// The files check: what must exist in a result is there, in the folder itself and not where a link leads out of it.
import type { CheckSpec, Verdict } from '../core/nouns/check.ts'
import type { Checker, CheckOrder } from '../core/ports.ts'
import { quoted } from '../core/text/neutral.ts'
import { type CheckerOptions, markerOf, run } from './running.ts'

type FilesSpec = CheckSpec & { readonly kind: 'files' }

const timeoutMs = 60_000
const pathsAtMost = 1000

/** Runs where the folder can be seen; paths come as arguments, never as text. One line an answer, in the order asked. */
const look = `
top=$(pwd -P) || exit 3
for path do
  bare=\${path%/}
  case $bare in */*) above=\${bare%/*};; *) above=.;; esac
  real=$(cd -P -- "./$above" 2>/dev/null && pwd -P) || { echo gone; continue; }
  case $real/ in "$top"/*) ;; *) echo out; continue;; esac
  if [ -L "./$bare" ]; then
    case $(readlink "./$bare") in /*|*..*) echo out; continue;; esac
  fi
  if [ ! -e "./$bare" ]; then echo gone
  elif [ "$path" != "$bare" ] && [ ! -d "./$bare" ]; then echo file
  else echo there
  fi
done
`

const told: Readonly<Record<string, string>> = {
  gone: 'is not there',
  out: 'leads out of the folder by a link',
  file: 'is a file, not a folder',
}

function isOdd(path: string): boolean {
  const parts = path.replace(/\/$/, '').split('/')
  return (
    path === '' ||
    path.length > 4096 ||
    /[\0\n]/.test(path) ||
    parts.some((part) => ['', '.', '..', '.git'].includes(part.toLowerCase()))
  )
}

async function check(options: CheckerOptions, order: CheckOrder, spec: FilesSpec): Promise<Verdict> {
  const give = (passed: boolean, why: string, evidence = '', ms = 0): Verdict => ({
    check: spec.name,
    passed,
    why,
    evidence,
    ms,
  })
  const odd = spec.exist.find(isOdd)
  if (odd !== undefined)
    return give(false, `"${quoted(odd)}" is not a path inside the repository. Correct the check in baton.yaml.`)
  if (spec.exist.length === 0 || spec.exist.length > pathsAtMost) {
    return give(false, `This check names ${spec.exist.length} paths; name 1 to ${pathsAtMost} in baton.yaml.`)
  }
  const ran = await run(
    options,
    {
      argv: ['/bin/sh', '-c', look, 'files', ...spec.exist],
      folder: order.folder,
      env: options.environment,
      isolation: order.isolation,
      network: 'none',
      readOnly: [],
      marker: markerOf(order),
      stdin: new Uint8Array(),
      outputCap: pathsAtMost * 8,
    },
    timeoutMs,
  )
  const answers = ran.evidence.split('\n').slice(0, spec.exist.length)
  if (ran.late || ran.ended?.code !== 0 || ran.evidence.split('\n').length <= spec.exist.length) {
    return give(false, 'The folder could not be looked through.', ran.evidence, ran.ms)
  }
  const wrong = spec.exist.flatMap((path, index) => {
    const answer = answers[index] ?? ''
    return answer === 'there' ? [] : [`${quoted(path, 200)} ${told[answer] ?? 'could not be looked at'}`]
  })
  if (wrong.length === 0) return give(true, `All ${spec.exist.length} paths are there.`, '', ran.ms)
  return give(
    false,
    `${wrong.length} of ${spec.exist.length} paths are not as they must be: ${wrong[0]}.`,
    wrong.join('\n'),
    ran.ms,
  )
}

/** Looks through the spawner, because an overlay's folder is seen nowhere else. Throws only when nothing can be started. */
export function filesChecker(options: CheckerOptions): Checker {
  return {
    kind: 'files',
    run: (order) => {
      if (order.spec.kind === 'files') return check(options, order, order.spec)
      return Promise.reject(new Error(`A files check was given a check of kind ${order.spec.kind}.`))
    },
  }
}
