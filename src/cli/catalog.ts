// Every command by name, each loaded only when it is asked for.
import type { Command } from './command.ts'

export interface Listed {
  readonly name: string
  readonly caption: string
  load(): Promise<Command>
}

const list = (name: string, caption: string, load: () => Promise<Command>): Listed => ({ name, caption, load })

export const catalog: readonly Listed[] = [
  list('init', 'set Baton up for this repository', async () => (await import('./commands/init.ts')).init),
  list('trust', "allow the repository's configuration", async () => (await import('./commands/trust.ts')).trust),
  list('run', 'carry a plan out', async () => (await import('./commands/run.ts')).run),
  list('status', 'how everything stands', async () => (await import('./commands/status.ts')).status),
  list('why', 'why a step is where it is', async () => (await import('./commands/why.ts')).why),
  list('log', 'what an agent said as it worked', async () => (await import('./commands/log.ts')).log),
  list('show', 'an attempt: diff, checks, evidence', async () => (await import('./commands/show.ts')).show),
  list('gate', 'list and answer open questions', async () => (await import('./commands/gate.ts')).gate),
  list('block', 'declare an obstacle', async () => (await import('./commands/block.ts')).block),
  list('unblock', 'an obstacle is gone', async () => (await import('./commands/block.ts')).unblock),
  list('duplicates list', 'what may be the same work', async () => (await import('./lead/duplicates.ts')).duplicates),
  list('duplicates suspect', 'say that two items are one', async () => (await import('./lead/duplicates.ts')).suspect),
  list('duplicates merge', 'one of the two goes on', async () => (await import('./lead/duplicates.ts')).merge),
  list('duplicates close', 'end the one that is a copy', async () => (await import('./lead/duplicates.ts')).close),
  list('duplicates link', 'both go on, linked', async () => (await import('./lead/duplicates.ts')).link),
  list('duplicates overturn', 'they are two things', async () => (await import('./lead/duplicates.ts')).overturn),
  list('claim', 'take a step to do it yourself', async () => (await import('./outside/claim.ts')).claim),
  list('complete', 'a claimed step is done', async () => (await import('./outside/complete.ts')).complete),
  list('release', 'give a claimed step back', async () => (await import('./outside/claim.ts')).release),
  list('owner', 'hand work to somebody else', async () => (await import('./lead/owner.ts')).owner),
  list(
    'integrate',
    'merge an item to the base branch',
    async () => (await import('./commands/integrate.ts')).integrate,
  ),
  list('revert', 'take an integration back', async () => (await import('./lead/revert.ts')).revert),
  list('cancel', 'end a run or a step', async () => (await import('./commands/pace.ts')).cancel),
  list('retry', 'try a step again', async () => (await import('./commands/step.ts')).retry),
  list('skip', 'count a step as done', async () => (await import('./commands/step.ts')).skip),
  list('pause', 'start nothing more of an item', async () => (await import('./commands/pace.ts')).pause),
  list('resume', 'go on with an item', async () => (await import('./commands/pace.ts')).resume),
  list('plan show', 'a plan as Baton reads it', async () => (await import('./plan/show.ts')).show),
  list('plan lint', 'what is odd about a plan', async () => (await import('./plan/lint.ts')).lint),
  list('plan import', 'read a plan, start nothing', async () => (await import('./plan/sync.ts')).importPlan),
  list('plan sync', 'read open plans again', async () => (await import('./plan/sync.ts')).sync),
  list('plan convert', 'a plan in another format', async () => (await import('./plan/convert.ts')).convert),
  list('plan diff', 'what differs between two plans', async () => (await import('./plan/diff.ts')).diff),
  list('plan tick', 'tick a step in the plan itself', async () => (await import('./plan/change.ts')).tick),
  list('plan untick', 'open it again', async () => (await import('./plan/change.ts')).untick),
  list('plan note', 'a dated note in the plan itself', async () => (await import('./plan/change.ts')).note),
  list('plan block', 'an obstacle in the plan itself', async () => (await import('./plan/change.ts')).blocked),
  list('plan log', "a line of the plan's history", async () => (await import('./plan/change.ts')).log),
  list('serve', 'stay open for browsers and programs', async () => (await import('./server/serve.ts')).serve),
  list('open', 'a link that lets a browser in', async () => (await import('./server/open.ts')).open),
  list('mcp', 'tools for an editor or an agent', async () => (await import('./server/mcp.ts')).mcp),
  list('demo', 'see it work, with scripted agents', async () => (await import('./commands/demo.ts')).demo),
  list('budget', 'what may be spent', async () => (await import('./commands/budget.ts')).budget),
  list('agents free', 'an account can be used again', async () => (await import('./crew/agents.ts')).free),
  list('cost', 'what was spent, and on what', async () => (await import('./cost/show.ts')).cost),
  list('metrics', 'how work flows', async () => (await import('./lead/metrics.ts')).metrics),
  list('export', 'give the portfolio away', async () => (await import('./lead/export.ts')).exportPortfolio),
  list('simulate', 'replay models on outcomes', async () => (await import('./cost/simulate.ts')).simulate),
  list(
    'simulate schedule',
    'play the scheduler on a graph',
    async () => (await import('./commands/simulate.ts')).simulate,
  ),
  list('workflow list', 'workflows and their versions', async () => (await import('./lead/workflow.ts')).list),
  list('workflow show', 'one workflow, version by version', async () => (await import('./lead/workflow.ts')).show),
  list('workflow publish', 'new items follow a version', async () => (await import('./lead/workflow.ts')).publish),
  list('workflow migrate', 'an open item to another version', async () => (await import('./lead/workflow.ts')).migrate),
  list('workflow rollback', 'take a version back', async () => (await import('./lead/workflow.ts')).rollback),
  list('workflow changes', 'who changed workflows, and why', async () => (await import('./lead/workflow.ts')).changes),
  list('audit verify', 'check the whole record', async () => (await import('./commands/audit.ts')).verify),
  list('audit prove', 'prove that an entry is in the record', async () => (await import('./commands/audit.ts')).prove),
  list('audit diff', 'what came about since', async () => (await import('./record/diff.ts')).diff),
  list('audit check', 'check what was given away', async () => (await import('./record/check.ts')).check),
  list('audit checkpoint', 'sign what the record is now', async () => (await import('./commands/audit.ts')).checkpoint),
  list(
    'audit rotate-key',
    'hand signing over to a next key',
    async () => (await import('./commands/audit.ts')).rotateKey,
  ),
  list('audit replay', 'fold the record again', async () => (await import('./commands/audit.ts')).replay),
  list('audit export', 'give the record away', async () => (await import('./commands/audit.ts')).exportRecord),
  list('handoff list', 'what was left for those who follow', async () => (await import('./record/handoff.ts')).list),
  list('handoff show', 'one handoff, and if it is whole', async () => (await import('./record/handoff.ts')).show),
  list('handoff verify', 'hold handoffs to the record', async () => (await import('./record/handoff.ts')).verify),
  list('handoff repair', 'write lost handoffs back', async () => (await import('./record/handoff.ts')).repair),
  list('report', 'an item as a page to keep', async () => (await import('./record/report.ts')).report),
  list('backup', 'copy the home', async () => (await import('./commands/backup.ts')).backup),
  list('restore', 'bring a copy of the home back', async () => (await import('./commands/backup.ts')).restore),
  list('forget', 'remove what an agent said, by name', async () => (await import('./commands/forget.ts')).forget),
  list('agents', 'who could do steps here', async () => (await import('./crew/agents.ts')).agents),
  list('models', 'which models are known', async () => (await import('./crew/models.ts')).models),
  list('models check', 'ask models something trivial', async () => (await import('./crew/models.ts')).check),
  list('doctor', 'what is well and what is not', async () => (await import('./commands/doctor.ts')).doctor),
  list('gc', 'remove folders that are not needed', async () => (await import('./commands/gc.ts')).gc),
]

/** The longest name that the words begin with, and the words after it. */
export function lookUp(argv: readonly string[]): { listed: Listed; rest: readonly string[] } | undefined {
  const two = argv.slice(0, 2).join(' ')
  const listed = catalog.find((one) => one.name === two) ?? catalog.find((one) => one.name === argv[0])
  return listed === undefined ? undefined : { listed, rest: argv.slice(listed.name.split(' ').length) }
}
