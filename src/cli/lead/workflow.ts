// baton workflow: which versions there are, who changed them and why, and how items go over from one to another.
import type { WorkflowChange } from '../../api/workflow/changes.ts'
import type { WorkflowLine } from '../../api/workflow/list.ts'
import type { WorkflowView } from '../../api/workflow/show.ts'
import { Refused, refuse } from '../../core/refusals.ts'
import { utc } from '../../core/text/utc.ts'
import type { KeyMove } from '../../core/workflows/published.ts'
import type { Command, Option } from '../command.ts'
import { idOf } from '../names.ts'
import type { People } from '../print/people.ts'
import { plural, statusPiece } from '../print/words.ts'

const why: Option = { name: 'why', value: 'text', caption: 'the reason, for the change log' }
const impact: Option = { name: 'impact', value: 'text', caption: 'what it changes, and for whom' }

const when = (at: number): string => `${utc(at).join(' ')} UTC`

export const list: Command = {
  name: 'workflow list',
  caption: 'Lists workflows with their versions: which holds, which are coming, and how many open items go by each.',
  usage: '',
  example: 'baton workflow list',
  options: [],
  words: [0, 0],
  json: '{ seq, workflows: { name, current?, versions: { version, standing, effectiveFrom?, steps?, inFlight }[] }[] }',
  run: async (context) => {
    const found = await context.with('look', (house) => house.call('workflow/list', {}))
    context.give(found, (people) => printList(people, found.workflows))
    return undefined
  },
}

function printList(people: People, workflows: readonly WorkflowLine[]): void {
  const rows = workflows.flatMap(({ name, versions }) =>
    versions.map(({ version, standing, effectiveFrom, steps, inFlight }) => [
      version === '' ? name : `${name}@${version}`,
      { text: standing, style: standing === 'current' ? ('green' as const) : ('dim' as const) },
      effectiveFrom === undefined ? '' : `from ${when(effectiveFrom)}`,
      steps === undefined ? '' : plural(steps, 'step'),
      inFlight === 0 ? '' : `${plural(inFlight, 'open item')}`,
    ]),
  )
  people.table(rows)
}

export const show: Command = {
  name: 'workflow show',
  caption: 'Shows one workflow: its versions, who published each and why, and the steps of each.',
  usage: '<name>',
  example: 'baton workflow show release',
  options: [],
  words: [1, 1],
  json: '{ seq, name, current?, versions: { version, standing, effectiveFrom?, published?, withdrawn?, items: string[], steps }[], more }',
  run: async (context) => {
    const asked = { name: context.word(0), limit: context.json ? 100 : 5 }
    const found = await context.with('look', (house) => house.call('workflow/show', asked))
    context.give(found, (people) => printShown(people, found))
    return undefined
  },
}

function printShown(people: People, { name, versions, more }: WorkflowView): void {
  for (const { version, standing, effectiveFrom, published, withdrawn, items, steps } of versions) {
    people.line({ text: `${name}@${version}`, style: 'bold' }, `  ${standing}`)
    if (effectiveFrom !== undefined) people.line(`  holds from ${when(effectiveFrom)}`)
    if (published !== undefined) people.line(`  ${published.by}: ${published.why} (changes: ${published.impact})`)
    if (withdrawn !== undefined)
      people.line(`  taken back by ${withdrawn.by}: ${withdrawn.why} (changes: ${withdrawn.impact})`)
    if (items.length > 0) people.line(`  open items: ${items.join(', ')}`)
    people.table(
      steps.map((step) => [
        String(step.order),
        step.key,
        step.role,
        step.gate === undefined ? '' : `gate ${step.gate}`,
        step.definitionOfDone,
      ]),
      '  ',
    )
  }
  if (more > 0) people.line(`… and ${plural(more, 'older version')}: --json gives up to 100`)
}

export const publish: Command = {
  name: 'workflow publish',
  caption: 'Publishes a version of a workflow from its committed file; new items follow it from its time on.',
  usage: '<file> --why <text> --impact <text> [--from <day>]',
  example: 'baton workflow publish release.yaml --why "we review first" --impact "one more step before shipping"',
  options: [why, impact, { name: 'from', value: 'day', caption: 'from when it holds, e.g. 2026-12-01 (in UTC)' }],
  words: [1, 1],
  json: '{ seq, facts: string[], name, version, steps, effectiveFrom }',
  run: async (context) => {
    const from = context.text('from')
    const asked = {
      plan: context.word(0),
      why: context.need('why', 'the change log says why'),
      impact: context.need('impact', 'the change log says what it changes'),
      ...(from === undefined ? {} : { effectiveFrom: dayOf(from) }),
    }
    const done = await context.with('write', (house) => house.call('workflow/publish', asked))
    context.give(done, (people) => {
      const word = done.facts.length === 0 ? 'was published before, with the same steps;' : 'is published;'
      people.line(`${done.name}@${done.version} ${word} it holds from ${when(done.effectiveFrom)}`)
    })
    return undefined
  },
}

function dayOf(text: string): number {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isFinite(at) && at >= 0) return at
  throw new Refused(refuse('invalid', `--from ${text}`, 'it must be a day', 'write it like 2026-12-01'))
}

export const rollback: Command = {
  name: 'workflow rollback',
  caption: 'Takes the version back that is in force; the one before holds again, and open items stay where they are.',
  usage: '<name> --why <text> --impact <text>',
  example: 'baton workflow rollback release --why "the review blocks hotfixes" --impact "back to four steps"',
  options: [why, impact],
  words: [1, 1],
  json: '{ seq, facts: string[], name, version, current? }',
  run: async (context) => {
    const asked = {
      name: context.word(0),
      why: context.need('why', 'the change log says why'),
      impact: context.need('impact', 'the change log says what it changes'),
    }
    const [done, shown] = await context.with('write', async (house) => [
      await house.call('workflow/rollback', asked),
      await house.call('workflow/show', { name: asked.name, limit: 100 }),
    ])
    context.give(done, (people) => {
      const to = done.current === undefined ? undefined : `${done.name}@${done.current}`
      people.line(
        `${done.name}@${done.version} is taken back; ${to === undefined ? 'no version holds now' : `${to} holds again`}`,
      )
      const { items = [] } = shown.versions.find(({ version }) => version === done.version) ?? {}
      for (const item of items) {
        people.line(`  ${item} is open under ${done.name}@${done.version} and stays there`)
        if (to !== undefined) people.line(`    → baton workflow migrate ${item} --to ${to} --map … --dry-run`)
      }
    })
    return undefined
  },
}

export const migrate: Command = {
  name: 'workflow migrate',
  caption: 'Carries an open item over to another version of its workflow; every step that is not done must be mapped.',
  usage: '<item> --to <name@version> --map <old=new>… --why <text> [--dry-run]',
  example: 'baton workflow migrate release --to release@2 --map build=make ship=ship lint= --why "agreed" --dry-run',
  options: [
    { name: 'to', value: 'version', caption: 'the version that it goes over to, as <name>@<version>' },
    { name: 'map', value: 'old=new', many: true, caption: 'each open step to one of the new version; old= drops it' },
    why,
    { name: 'dry-run', caption: 'only says what would become of each step' },
  ],
  words: [1, 1],
  json: '{ seq, item, from, to, dryRun, moves: { kind: kept|carried|dropped|left|added|renewed, from?, to?, phase }[] }',
  run: async (context) => {
    const dryRun = context.has('dry-run')
    const asked = {
      to: context.need('to', 'the version that the item goes over to'),
      mapping: context.all('map').map(moveOf),
      why: dryRun ? (context.text('why') ?? 'a dry run') : context.need('why', 'the change log says why'),
      dryRun,
    }
    await context.with(dryRun ? 'look' : 'write', async (house) => {
      const item = await idOf(house, context.word(0), 'item')
      const done = await house.call('workflow/migrate', { item, ...asked })
      context.give(done, (people) => {
        people.line(`${item}: ${done.from} → ${done.to}${dryRun ? ' (nothing is changed)' : ''}`)
        people.table(
          done.moves.map(({ kind, from, to, phase }) => [from ?? '', `→ ${to ?? ''}`, kind, statusPiece(phase)]),
          '  ',
        )
      })
    })
    return undefined
  },
}

function moveOf(text: string): KeyMove {
  const at = text.indexOf('=')
  if (at > 0) return { from: text.slice(0, at), to: text.slice(at + 1) }
  throw new Refused(
    refuse('invalid', `--map ${text}`, 'it must name an old and a new step', 'write old=new, or old= to drop it'),
  )
}

export const changes: Command = {
  name: 'workflow changes',
  caption: 'The change log of workflows and of trusted configuration: who, when, why, and what it changes.',
  usage: '[<name>]',
  example: 'baton workflow changes\nbaton workflow changes release',
  options: [],
  words: [1, 0],
  json: '{ seq, changes: { seq, at, by, kind: published|rolled-back|migrated|policy, of, to?, item?, why, impact, mapping? }[], more }',
  run: async (context) => {
    const name = context.words[0]
    const asked = { ...(name === undefined ? {} : { name }), limit: context.json ? 5000 : 200 }
    const found = await context.with('look', (house) => house.call('workflow/changes', asked))
    context.give(found, (people) => {
      if (found.more > 0) people.line(`${plural(found.more, 'older change')}: --json gives up to 5000`)
      if (found.changes.length === 0) people.line('nothing was changed yet')
      for (const one of found.changes) printChange(people, one)
    })
    return undefined
  },
}

function printChange(
  people: People,
  { seq, at, by, kind, of, to, item, why: reason, impact: what, mapping = [] }: WorkflowChange,
): void {
  const subject = item === undefined ? of : `${item} from ${of}`
  people.line({ text: kind, style: 'cyan' }, ` ${subject}${to === undefined ? '' : ` → ${to}`}`)
  people.line({ text: `  ${when(at)} · ${by} · entry ${seq}`, style: 'dim' })
  if (reason !== '') people.line(`  ${reason}`)
  if (what !== '') people.line(`  changes: ${what}`)
  const moved = mapping.map((move) => `${move.from} → ${move.to === '' ? 'nothing' : move.to}`)
  if (moved.length > 0) people.line(`  steps: ${moved.slice(0, 50).join(', ')}`)
}
