// Measures how fast plans of ten thousand steps are read, and how fast one step of them is ticked.
import type { Files, PlanFormat } from '../src/core/ports.ts'
import { planFormats } from '../src/plans/index.ts'
import { type Figure, median, report } from './figure.ts'

const steps = 10_000
const rounds = 9
const stamp = { at: '2026-01-02T03:04:05.000Z', by: 'bench' }

/** A plan of many steps, and a step in the middle of it. */
export interface Many {
  readonly format: string
  /** How the figure calls it, when that is not the format. */
  readonly shown?: string
  readonly path: string
  readonly key: string
  readonly files: Readonly<Record<string, string>>
  /** The bar for reading it, when it is not that of one file. */
  readonly readMs?: number
}

/** Phases of a hundred steps, half of them parallel, with paths and dependencies as people write them. */
export function manySteps(count: number): string {
  const lines = ['# Tasks: Many', '']
  for (let number = 1; number <= count; number += 1) {
    if (number % 100 === 1) lines.push('', `## Phase ${Math.ceil(number / 100)}: Part ${Math.ceil(number / 100)}`, '')
    const id = (n: number): string => `T${String(n).padStart(3, '0')}`
    const said = number % 10 === 0 ? ` (depends on ${id(number - 1)}, ${id(number - 2)})` : ''
    lines.push(
      `- [ ] ${id(number)} ${number % 2 ? '[P] ' : ''}Implement part ${number} in \`src/parts/part-${number}.ts\`${said}`,
    )
  }
  return `${lines.join('\n')}\n`
}

function speckit(): Many {
  const path = 'specs/001-many/tasks.md'
  return { format: 'speckit', path, key: 'T5000', files: { [path]: manySteps(steps) } }
}

/** Stages of a hundred tasks, each with two fields. */
function plansMd(): Many {
  const lines = [
    '# Many – Plans',
    '',
    '## Metadata',
    '',
    '- Last Updated: `2025-12-11`',
    '',
    '## High-Level Roadmap',
    '',
  ]
  const stages = Array.from({ length: steps / 100 }, (_, at) => at + 1)
  for (const stage of stages) lines.push(`- [ ] **Stage ${stage} – Part ${stage}**`)
  for (const stage of stages) {
    const states = '**Status:** `[ ] Not started` / `[ ] In progress` / `[ ] Done`'
    lines.push('', `## Stage ${stage} – Part ${stage}`, '', `**Goal:** Build part ${stage}.`, '', states, '')
    for (let task = 1; task <= 100; task += 1) {
      const words = `  - **Description:** Implement \`src/parts-${stage}/part-${task}.ts\``
      lines.push(`- [ ] **S${stage}.${task} – Task ${task}**`, words, '  - **Last Updated:** `2025-12-11` by `ada`', '')
    }
  }
  return { format: 'plans-md', path: 'plans.md', key: 'S50.50', files: { 'plans.md': lines.join('\n') } }
}

/** A file for each task, with what the tool writes into it; every tenth waits for the one before. */
function backlog(): Many {
  const files: Record<string, string> = { 'backlog/config.yml': 'project_name: "Many"\ntask_prefix: "many"\n' }
  for (let number = 1; number <= steps; number += 1) {
    const top = [`id: MANY-${number}`, `title: 'Part ${number}: the work'`, 'status: To Do', 'assignee: []']
    const more = ["created_date: '2026-01-02 08:00'", 'labels:', '  - web', '  - part', 'ordinal: 1000']
    const after = number % 10 === 0 ? ['dependencies:', `  - MANY-${number - 1}`] : ['dependencies: []']
    const words = `Implement part ${number} in \`src/parts/part-${number}.ts\`, and say what came of it in its notes.`
    const criteria = ['<!-- AC:BEGIN -->', '- [ ] #1 It is there', '- [ ] #2 It is tested', '<!-- AC:END -->']
    const body = ['', '## Description', '', words, '', '## Acceptance Criteria', ...criteria, '']
    files[`backlog/tasks/many-${number} - Part-${number}.md`] = ['---', ...top, ...more, ...after, '---', ...body].join(
      '\n',
    )
  }
  return { format: 'backlog', path: 'backlog', key: 'MANY-5000', files, readMs: 500 }
}

/** A list without ids, so that every step is named for its words; every tenth waits for the one before by those. */
function checklist(): Many {
  const lines = ['# Many', '']
  for (let number = 1; number <= steps; number += 1) {
    if (number % 100 === 1) lines.push('', `## Part ${Math.ceil(number / 100)}`, '')
    const words = (n: number): string => `Implement part ${n} in src/parts/part-${n}.ts`
    lines.push(`- [ ] ${words(number)} @ada (P2)${number % 10 === 0 ? ` (after "${words(number - 1)}")` : ''}`)
  }
  const key = 'implement-part-5001-in-src-parts-part-5001-ts'
  return { format: 'checklist', path: 'TODO.md', key, files: { 'TODO.md': lines.join('\n') } }
}

/** Tasks in groups of ten, each with a detail and a requirement that judges it. */
function kiro(): Many {
  const lines = ['# Implementation Plan', '']
  for (let group = 1; group <= steps / 10; group += 1) {
    lines.push(`- [ ] ${group}. Part ${group}`)
    for (let task = 1; task <= 10; task += 1) {
      const file = `    - Create \`src/parts-${group}/part-${task}.ts\``
      const judged = `    - _Requirements: ${(group % 50) + 1}.${(task % 5) + 1}_`
      lines.push(`  - [ ] ${group}.${task} Implement piece ${task}`, file, judged)
    }
  }
  const requirements = Array.from({ length: 50 }, (_, at) =>
    [
      `### Requirement ${at + 1}`,
      '',
      ...[1, 2, 3, 4, 5].map((each) => `${each}. WHEN ${at} THEN the system SHALL ${each}`),
    ].join('\n'),
  )
  const folder = '.kiro/specs/many'
  const files = { [`${folder}/tasks.md`]: lines.join('\n'), [`${folder}/requirements.md`]: requirements.join('\n\n') }
  return { format: 'kiro', path: folder, key: '501.1', files }
}

/** Sections of ten tasks. */
function openspec(): Many {
  const lines: string[] = []
  for (let section = 1; section <= steps / 10; section += 1) {
    lines.push('', `## ${section}. Part ${section}`, '')
    for (let task = 1; task <= 10; task += 1)
      lines.push(`- [ ] ${section}.${task} Implement piece ${task} in \`src/parts-${section}/part-${task}.ts\``)
  }
  const folder = 'openspec/changes/many'
  const files = { [`${folder}/tasks.md`]: lines.join('\n'), [`${folder}/proposal.md`]: '# Many' }
  return { format: 'openspec', path: folder, key: '501.1', files }
}

/** One table with a phase for each hundred rows. */
function table(): Many {
  const lines = ['# Roadmap', '', '| id | title | phase | status | depends |', '|---|---|---|---|---|']
  for (let number = 1; number <= steps; number += 1) {
    const words = `Implement part ${number} in \`src/parts/part-${number}.ts\``
    const after = number % 10 === 0 ? `R-${number - 1}` : '-'
    lines.push(`| R-${number} | ${words} | ${Math.ceil(number / 100)} | Planned | ${after} |`)
  }
  return {
    format: 'roadmap',
    shown: 'roadmap table',
    path: 'ROADMAP.md',
    key: 'R-5001',
    files: { 'ROADMAP.md': lines.join('\n') },
  }
}

function entries(): Many {
  const list = Array.from({ length: steps }, (_, at) => ({
    id: `part-${at + 1}`,
    title: `Part ${at + 1}`,
    phase: Math.ceil((at + 1) / 100),
    priority: (at % 5) + 1,
    prompt: `Implement part ${at + 1} in src/parts/part-${at + 1}.ts`,
  }))
  const files = { 'roadmap.json': JSON.stringify(list, null, 2) }
  return { format: 'roadmap', shown: 'roadmap in JSON', path: 'roadmap.json', key: 'part-5001', files }
}

const all: readonly (() => Many)[] = [speckit, plansMd, backlog, checklist, kiro, openspec, table, entries]

async function timed(work: () => Promise<unknown>): Promise<{ readonly first: number; readonly value: number }> {
  const times: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const began = performance.now()
    await work()
    times.push(performance.now() - began)
  }
  return { first: times[0] ?? 0, value: median(times.slice(1)) }
}

export async function measureOne({
  format: name,
  shown = name,
  path,
  key,
  files: texts,
  readMs = 150,
}: Many): Promise<Figure[]> {
  const bytes = new Map(Object.entries(texts).map(([file, text]) => [file, Buffer.from(text)]))
  const files: Files = {
    list: async (under) => [...bytes.keys()].filter((file) => under === '' || file.startsWith(`${under}/`)),
    read: async (file) => bytes.get(file) ?? null,
  }
  const format = planFormats.find((one) => one.name === name) as PlanFormat
  const count = (await format.read(files, path)).items.reduce((sum, item) => sum + item.steps.length, 0)
  if (count !== steps) throw new Error(`${name} gave ${count} steps instead of ${steps}.`)
  const ticks = [{ kind: 'tick', key, upward: true, stamp }] as const
  if ((await format.write(files, path, ticks)).length !== 1) throw new Error(`${name} did not tick ${key}.`)
  const kibibytes = [...bytes.values()].reduce((sum, one) => sum + one.length, 0) / 1024
  const size = `${kibibytes.toFixed(0)} KiB${bytes.size === 1 ? '' : ` in ${bytes.size} files`}`
  const reading = await timed(() => format.read(files, path))
  const writing = await timed(() => format.write(files, path, ticks))
  const figure = (what: string, { first, value }: typeof reading, most: number): Figure => {
    const note = `${size}; the first time ${first.toFixed(0)} ms`
    return { name: `${what} (${shown})`, value, unit: 'ms', bar: `at most ${most} ms`, met: value <= most, note }
  }
  return [figure(`read a plan of ${steps} steps`, reading, readMs), figure('tick one step of them', writing, 5)]
}

export async function measure(): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const many of all) figures.push(...(await measureOne(many())))
  return figures
}

if (import.meta.main) await report(measure)
