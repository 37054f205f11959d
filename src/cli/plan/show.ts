// baton plan show: a plan as Baton reads it, as a tree or as a graph.
import type { PlanShown } from '../../api/plan/show.ts'
import type { ShownItem, ShownStep } from '../../api/plan/shown.ts'
import { clip } from '../../core/text/neutral.ts'
import type { Command } from '../command.ts'
import { exits } from '../exit.ts'
import { type People, type Piece, paint } from '../print/people.ts'
import { duration } from '../print/words.ts'
import { mermaid } from './mermaid.ts'
import { sayNotes } from './notes.ts'
import { askedFormat, asOption } from './options.ts'

export const show: Command = {
  name: 'plan show',
  caption: 'A plan as it lies in the working tree: tree, dependencies, what can start now, and how long it would take.',
  usage: '<plan> [--as <format>] [--slots <n>] [--graph | --mermaid]',
  example: 'baton plan show specs/001-photo-albums\nbaton plan show .taskmaster/tasks/tasks.json --slots 8 --mermaid',
  options: [
    asOption,
    { name: 'slots', value: 'n', caption: 'how many agents the estimate counts with (default 4)' },
    { name: 'graph', caption: 'one line for each step with what it waits for' },
    { name: 'mermaid', caption: 'the graph for a Markdown page' },
  ],
  words: [1, 1],
  json: [
    '{ workspace, format, source, tickFile, errors, uncommitted: string[], notes: { level, kind, file, line, column?, text, remedy? }[],',
    '  items: { id, title, policy, branch, priority, owner?, labels, left, ready: string[], critical: string[],',
    '    estimate?: { slots, makespan, bound, unit: "ms"|"steps" }, groups: { key, title, parent?, ticked, place? }[],',
    '    steps: { key, title, brief, order, group, parent?, state, ticked, status?, mark?, after: { key, source, at? }[], parallel, writes, … }[] }[] }',
  ].join('\n'),
  run: async (context) => {
    const slots = context.whole('slots', 1, 1024)
    const asked = { plan: context.word(0), ...askedFormat(context), ...(slots === undefined ? {} : { slots }) }
    const shown = await context.with('look', (house) => house.call('plan/show', asked))
    context.give(shown, (people) => print(people, shown, context.has('mermaid'), context.has('graph')))
    return shown.errors > 0 ? exits.validation : exits.ok
  },
}

function print(people: People, shown: PlanShown, drawn: boolean, graph: boolean): void {
  if (drawn) {
    people.block(mermaid(shown.items))
    return
  }
  people.line(
    paint('dim', `${shown.source} read as ${shown.format}`),
    shown.tickFile === '' ? paint('dim', '; it holds no progress') : '',
  )
  for (const item of shown.items) {
    people.line('')
    if (graph) printGraph(people, item)
    else printTree(people, item)
    printWhen(people, item)
  }
  if (shown.items.length > 0) people.line('')
  sayNotes(people, shown.notes)
  if (shown.uncommitted.length > 0)
    people.line(
      paint('yellow', `not committed yet, so a run would not see it: ${shown.uncommitted.slice(0, 5).join(', ')}`),
    )
}

function title(item: ShownItem): Piece[] {
  const more = [`${item.policy} order`, `${item.left} of ${item.steps.length} left`, `branch ${item.branch}`]
  const owner = item.owner === undefined ? [] : [item.owner]
  return [paint('bold', item.id), `  ${item.title}`, paint('dim', `  (${[...more, ...owner].join(', ')})`)]
}

const boxes: Readonly<Record<string, string>> = {
  done: '[x]',
  skipped: '[x]',
  cancelled: '[-]',
  running: '[>]',
  doing: '[>]',
}

function printTree(people: People, item: ShownItem): void {
  people.line(...title(item))
  const parents = new Map(item.groups.map((group) => [group.key, group]))
  const places = new Map(item.steps.map((step) => [step.key, step.order]))
  const said = new Set<string>()
  let heading = ''
  for (const step of item.steps) {
    const above: string[] = []
    for (let key = step.parent; key !== undefined && above.length < 20; key = parents.get(key)?.parent)
      above.unshift(key)
    if (above.length === 0 && step.group !== heading) people.line('  ', paint('cyan', step.group || '(no heading)'))
    if (above.length === 0) heading = step.group
    for (const [depth, key] of above.entries()) {
      const group = parents.get(key)
      if (group === undefined || said.has(key)) continue
      said.add(key)
      people.line('  '.repeat(depth + 1), group.ticked ? '[x] ' : '    ', paint('cyan', `${key} ${group.title}`))
    }
    people.line('  '.repeat(Math.max(1, above.length) + 1), ...lineOf(step, places))
  }
}

function lineOf(step: ShownStep, places: ReadonlyMap<string, number>): Piece[] {
  const box = boxes[step.state] ?? '[ ]'
  const marks = [
    ...(step.parallel ? ['[P]'] : []),
    ...(step.owner === undefined ? [] : [`@${step.owner}`]),
    ...(step.priority === undefined ? [] : [`P${step.priority}`]),
    ...(boxes[step.state] === undefined && step.state !== 'open' && step.state !== 'waiting' ? [step.state] : []),
  ]
  const waits = runs(stated(step), places)
  const key = step.title.startsWith(step.key) ? '' : `${step.key} `
  return [
    `${box} ${key}${step.title}`,
    marks.length === 0 ? '' : paint('dim', ` ${marks.join(' ')}`),
    waits.length === 0 ? '' : paint('dim', `  ← ${waits.slice(0, 8).join(', ')}${waits.length > 8 ? ', …' : ''}`),
  ]
}

const stated = (step: ShownStep): string[] =>
  step.after.filter((edge) => edge.source === 'stated').map((edge) => edge.key)

/** Three or more that stand one after the other are said by their first and last. */
function runs(keys: readonly string[], places: ReadonlyMap<string, number>): string[] {
  const said: string[] = []
  for (let from = 0; from < keys.length; ) {
    let to = from
    while (to + 1 < keys.length && places.get(keys[to + 1] ?? '') === (places.get(keys[to] ?? '') ?? 0) + 1) to += 1
    if (to - from < 2) to = from
    said.push(to === from ? `${keys[from]}` : `${keys[from]}…${keys[to]}`)
    from = to + 1
  }
  return said
}

function printGraph(people: People, item: ShownItem): void {
  people.line(...title(item))
  const places = new Map(item.steps.map((step) => [step.key, step.order]))
  people.table(
    item.steps.map((step) => {
      const waits = runs(
        step.after.map((edge) => edge.key),
        places,
      )
      return [
        `${boxes[step.state] ?? '[ ]'} ${step.key}`,
        clip(step.title, 48),
        waits.length === 0 ? '' : `← ${waits.join(', ')}`,
      ]
    }),
    '  ',
  )
}

function printWhen(people: People, item: ShownItem): void {
  if (item.estimate === undefined || item.left === 0) return
  const { slots, makespan, bound, unit } = item.estimate
  const time = (value: number): string =>
    unit === 'ms' ? duration(value) : `${Math.ceil(value)} ${value === 1 ? 'step' : 'steps'}`
  const few = (keys: readonly string[], between: string): string =>
    keys.length > 12 ? [...keys.slice(0, 11), '…', keys.at(-1)].join(between) : keys.join(between)
  people.line('')
  people.line('  can start now   ', few(item.ready, ', ') || 'nothing')
  people.line('  critical path   ', few(item.critical, ' → '), paint('dim', ` (${item.critical.length})`))
  const guess = unit === 'steps' ? ', each step counted as one' : ''
  people.line(`  with ${slots} at once  about ${time(makespan)}; never less than ${time(bound)}`, paint('dim', guess))
}
