// What a step costs beyond its agent and its checks, how soon a ready step runs, and how well slots are kept busy.
import { execFileSync } from 'node:child_process'
import { type Figure, median, report } from './figure.ts'
import { type Ran, runRig, type Stamp } from './rig.ts'

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

function stampsOf(ran: Ran, type: string): Map<string, Stamp> {
  return new Map(ran.stamps.filter((one) => one.type === type).map((one) => [one.attempt, one]))
}

/** From the moment the claim is put to the disk until the agent's process is reported running, less the flush itself. */
function readyToRunning(ran: Ran): number[] {
  const started = stampsOf(ran, 'attempt.started')
  return [...stampsOf(ran, 'attempt.began')].flatMap(([attempt, began]) => {
    const start = started.get(attempt)
    return start === undefined ? [] : [began.asked - start.durable]
  })
}

/** One step after another: all that passes between two claims, less the agent's own time and the checks'. */
function overheads(ran: Ran): number[] {
  const started = [...stampsOf(ran, 'attempt.started').values()]
  const began = stampsOf(ran, 'attempt.began')
  const ended = stampsOf(ran, 'attempt.ended')
  const spent = new Map(ran.facts.flatMap((fact) => (fact.type === 'attempt.checked' ? [timeOfChecks(fact.data)] : [])))
  return started.slice(0, -1).map((start, index) => {
    const next = started[index + 1]?.asked ?? start.asked
    const agent =
      usedOf(ran, start.attempt) || (ended.get(start.attempt)?.asked ?? 0) - (began.get(start.attempt)?.asked ?? 0)
    return next - start.asked - agent - (spent.get(start.attempt) ?? 0)
  })
}

function timeOfChecks(data: unknown): [string, number] {
  const { attempt, verdicts } = data as { attempt: string; verdicts: readonly { ms: number }[] }
  return [attempt, verdicts.reduce((sum, one) => sum + one.ms, 0)]
}

function usedOf(ran: Ran, attempt: string): number {
  const fact = ran.facts.find(
    (one) => one.type === 'attempt.ended' && (one.data as { attempt: string }).attempt === attempt,
  )
  return (fact?.data as { used: { ms: number } } | undefined)?.used.ms ?? 0
}

const writes = 'mkdir -p out; echo "$BATON_KEY" > "$BATON_WRITES"'

async function overhead(): Promise<Figure[]> {
  const steps = 30
  const ran = await runRig({ files: 50_000, steps, parallel: false, slots: 1, clones: 'overlay', agent: writes })
  const moved = median(overheads(ran).slice(3))
  const [cpu, tree] = [ran.cpuMs / steps, ran.steadyMs]
  return [
    {
      name: 'overhead of a step, 50,000 files, moved base',
      value: moved,
      unit: 'ms',
      bar: '≤ 200 ms',
      met: moved <= 200,
    },
    {
      name: 'CPU of the main process a step, 50,000 files',
      value: cpu,
      unit: 'ms',
      bar: '≤ 40 ms',
      met: cpu <= 40,
      note: 'the first pristine included',
    },
    {
      name: 'CPU of all processes a step but agents and checks, 50,000 files',
      value: tree,
      unit: 'ms',
      bar: '≤ 40 ms',
      met: tree <= 40,
      note: 'main, spawner, keepers, git and mounts, from the fourth step on',
    },
  ]
}

/** Steps that only read, one after another: nothing lands, so no base ever moves, and nothing is collected or checked. */
async function unmoved(): Promise<Figure[]> {
  const sizes = { files: 50_000, steps: 30, parallel: false, slots: 1 }
  const ran = await runRig({ ...sizes, clones: 'overlay', readsOnly: true, agent: 'true' })
  const [wall, cpu] = [median(overheads(ran).slice(3)), ran.steadyMs]
  const what = 'a step that only reads, 50,000 files, base not moved'
  const note = 'main process, spawner and all tools, from the fourth step on; without the agent'
  return [
    { name: `overhead of ${what}`, value: wall, unit: 'ms', bar: '≤ 60 ms', met: wall <= 60 },
    { name: `CPU of ${what}`, value: cpu, unit: 'ms', bar: '≤ 40 ms', met: cpu <= 40, note },
  ]
}

async function hop(): Promise<Figure[]> {
  const ran = await runRig({
    files: 1000,
    steps: 100,
    parallel: false,
    slots: 1,
    clones: 'overlay',
    readsOnly: true,
    agent: 'true',
  })
  const times = readyToRunning(ran).slice(3)
  const [p50, p99] = [percentile(times, 0.5), percentile(times, 0.99)]
  return [
    { name: 'ready to process running, p50', value: p50, unit: 'ms beyond the flush', bar: '≤ 5 ms', met: p50 <= 5 },
    { name: 'ready to process running, p99', value: p99, unit: 'ms beyond the flush', bar: '≤ 25 ms', met: p99 <= 25 },
  ]
}

interface Busy {
  readonly name: string
  readonly seconds: number
  readonly clones: 'folder' | 'overlay'
  readonly files: number
  /** Without landing: the steps only read. */
  readonly readsOnly: boolean
  readonly bar: number
}

async function busy({ name, seconds, bar, readsOnly, ...rest }: Busy): Promise<Figure> {
  const [steps, slots] = [200, 8]
  const agent = readsOnly ? `sleep ${seconds}` : `${writes}; sleep ${seconds}`
  const ran = await runRig({ ...rest, steps, parallel: true, slots, agent, readsOnly })
  const ideal = (steps * seconds * 1000) / slots
  const value = ideal / ran.ms
  const spent = ran.treeMs / steps
  const note = `${Math.round(ran.ms)} ms, ideal ${ideal} ms; ${spent.toFixed(1)} ms of CPU a step besides agents and checks`
  const figure = { name, value, unit: 'of ideal', bar: `≥ ${bar.toFixed(2)}`, met: value >= bar }
  if (!readsOnly) return { ...figure, note }
  const limit = ideal / bareMs(steps, slots, agent)
  return { ...figure, limit, ratio: value / limit, note: `${note}; the limit is xargs -P ${slots}` }
}

/** The same agents from a list, without a claim, a folder, a namespace or a record. */
function bareMs(steps: number, slots: number, agent: string): number {
  const began = performance.now()
  execFileSync('/bin/sh', ['-c', `seq ${steps} | xargs -P ${slots} -I{} /bin/sh -c '${agent}'`])
  return performance.now() - began
}

const short: Busy = {
  name: '200 tasks of 0.1 s over 8 slots, folder, no landing',
  seconds: 0.1,
  clones: 'folder',
  files: 10,
  readsOnly: true,
  bar: 0.94,
}
const whole: Busy = {
  name: '200 tasks of 2 s over 8 slots, clone, check and landing',
  seconds: 2,
  clones: 'overlay',
  files: 5000,
  readsOnly: false,
  bar: 0.9,
}

export async function measure(): Promise<Figure[]> {
  return [...(await overhead()), ...(await unmoved()), ...(await hop()), await busy(short), await busy(whole)]
}

if (import.meta.main) await report(measure)
