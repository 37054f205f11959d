// Reads a whole tasks.md: its phases, its steps with everything said about them, and what it says of dependencies.
import type { Place } from '../../core/nouns/plan.ts'
import { quoted } from '../../core/text/neutral.ts'
import { markBlocks, withoutComments } from '../reading/blocks.ts'
import { type Line, linesAtMost, linesOf, readable, warnOfLongLines } from '../reading/lines.ts'
import type { Notes } from '../reading/notes.ts'
import { type Loose, type Statement, saidInDiagram, saidInList, saidInline } from './dependencies.ts'
import { indentOf, type OddLine, readStepLine, type StepLine } from './step-line.ts'

export interface Phase {
  readonly title: string
  /** The user story it is for. Phases of different stories do not wait for each other. */
  readonly story?: string
}

export interface ReadStep {
  readonly key: string
  readonly number: number
  readonly ticked: boolean
  /** Offset of the byte inside its box. */
  readonly box: number
  readonly parallel: boolean
  readonly story?: string
  readonly words: string
  /** Lines indented under it. */
  readonly more: string[]
  readonly phase: number
  readonly place: Place
  /** What it says of its own dependencies. */
  readonly said: Statement[]
}

export interface Document {
  readonly title?: string
  readonly phases: readonly Phase[]
  readonly steps: readonly ReadStep[]
  /** What lists and graphs say of dependencies. */
  readonly listed: readonly Statement[]
  readonly loose: readonly Loose[]
}

const heading = /^ {0,3}(#{1,6})(?:[ \t]+(.*))?$/
const phaseTitle = /^phase\s{1,4}(?:[0-9]|[A-Z](?![A-Za-z]))/i
const storyTitle = /\b(?:user\s{1,4}story|US)\s{0,4}(\d{1,6})\b/i
const lettersAtMost = 65_536

class Reader {
  title: string | undefined
  readonly phases: Phase[] = []
  readonly steps: ReadStep[] = []
  readonly listed: Statement[] = []
  readonly loose: Loose[] = []
  readonly #file: string
  readonly #notes: Notes
  #group = { title: '', level: 7, phase: false }
  #phase = -1
  #dependenciesLevel = 0
  #step: ReadStep | undefined
  #indent = 0
  #letters = 0
  #blanks = 0

  constructor(file: string, notes: Notes) {
    this.#file = file
    this.#notes = notes
  }

  take(line: Line): void {
    if (line.mode === 'hidden') return
    if (line.mode === 'text') this.#takeText(line, withoutComments(line.text))
    else this.#takeFenced(line)
  }

  #takeText(line: Line, text: string): void {
    const [, marks, title = ''] = heading.exec(text) ?? []
    // The line as it lies on disk: a comment before the box would move it.
    const read = marks === undefined ? readStepLine(line.text) : undefined
    if (marks !== undefined) this.#takeHeading(marks.length, title.replace(/\s#{1,40}\s*$/, '').trim())
    else if (read?.kind === 'step') this.#takeStep(read, line)
    else if (read?.why === 'odd-box' || !this.#continues(text, line.number)) {
      if (read) this.#warnOf(read, line)
      if (this.#dependenciesLevel > 0) this.#takeDependency(text, line.number)
    }
  }

  #takeStep(read: StepLine, line: Line): void {
    this.#phase = this.#phase < 0 ? this.phases.push(phaseOf(this.#group.title)) - 1 : this.#phase
    const { box, indent, kind: _, key, ...rest } = read
    const words = withoutComments(read.words).trim()
    const place = { file: this.#file, line: line.number, column: line.text.indexOf(key) + 1 }
    const start = line.start + Buffer.byteLength(line.text.slice(0, box))
    const said = saidInline(words, line.number)
    this.#step = {
      ...rest,
      words,
      key,
      number: Number(key.slice(1)),
      box: start,
      more: [],
      phase: this.#phase,
      place,
      said,
    }
    this.#indent = indent
    this.#letters = 0
    this.#blanks = 0
    this.steps.push(this.#step)
  }

  #takeFenced(line: Line): void {
    if (line.mode === 'diagram' && this.#dependenciesLevel > 0) {
      this.listed.push(...saidInDiagram(line.text, line.number))
    } else this.#continues(line.text, line.number, true)
  }

  #takeHeading(level: number, title: string): void {
    this.#step = undefined
    if (level === 1 && this.title === undefined && !phaseTitle.test(title))
      this.title = title.replace(/^tasks?\s{0,4}[:–—-]\s{0,4}/i, '')
    const isPhase = phaseTitle.test(title)
    if (isPhase || level <= this.#dependenciesLevel) this.#dependenciesLevel = 0
    if (!isPhase && /\bdependenc(?:y|ies)\b/i.test(title)) {
      this.#dependenciesLevel = this.#dependenciesLevel === 0 ? level : Math.min(level, this.#dependenciesLevel)
    }
    if (!isPhase && this.#group.phase && level > this.#group.level) return
    if (!isPhase && level > 2 && !storyTitle.test(title)) return
    this.#group = { title, level, phase: isPhase }
    this.#phase = -1
  }

  /** Whether this line belongs to the step above: indented deeper, or blank. */
  #continues(text: string, line: number, fenced = false): boolean {
    if (!this.#step) return false
    if (text.trim() === '') {
      this.#blanks += 1
      return true
    }
    if (indentOf(text) <= this.#indent) {
      this.#step = undefined
      this.#blanks = 0
      return false
    }
    this.#letters += text.length
    if (this.#letters <= lettersAtMost) {
      if (this.#blanks > 0 && this.#step.more.length > 0) this.#step.more.push('')
      this.#step.more.push(text.trimEnd())
      if (!fenced) this.#step.said.push(...saidInline(text, line))
    } else if (this.#letters - text.length <= lettersAtMost) {
      const at = { file: this.#file, line, column: 1 }
      this.#notes.warning(
        'long-step',
        at,
        `The text of ${this.#step.key} is longer than 64 KiB; the rest is not read.`,
        'Split the step.',
      )
    }
    this.#blanks = 0
    return true
  }

  #takeDependency(text: string, line: number): void {
    if (!text.includes('T')) return
    const { statements, loose } = saidInList(text, line)
    this.listed.push(...statements)
    this.loose.push(...loose)
  }

  #warnOf(odd: OddLine, line: Line): void {
    const inPhase = this.#group.phase && this.#dependenciesLevel === 0
    const at = { file: this.#file, line: line.number, column: odd.at + 1 }
    const words = `"${quoted(line.text)}"`
    if (odd.why === 'placeholder') {
      this.#notes.warning(
        'placeholder',
        at,
        `This is a placeholder of the template, not a step: ${words}.`,
        'Give it an id such as T001, or delete it.',
      )
    } else if (odd.why === 'odd-box') {
      this.#notes.error(
        'odd-box',
        at,
        `The box of this step is neither [ ] nor [x]: ${words}.`,
        'Write [ ] for open or [x] for done.',
      )
    } else if (odd.why === 'odd-id') {
      this.#notes.warning(
        'odd-id',
        at,
        `This has no id that can be read, so it is not a step: ${words}.`,
        'Write the id as T and at least three digits.',
      )
    } else if (inPhase) {
      const what = odd.why === 'no-id' ? 'This box has no id' : 'This has an id but no box'
      this.#notes.warning(
        odd.why,
        at,
        `${what}, so it is not a step: ${words}.`,
        'Write it as "- [ ] T001 what to do".',
      )
    }
  }
}

function phaseOf(title: string): Phase {
  const story = storyTitle.exec(title)?.[1]
  return story === undefined ? { title } : { title, story: `US${Number(story)}` }
}

/** A phase whose steps all carry one story's mark is that story's phase, whatever its heading says. */
function withStories(phases: readonly Phase[], steps: readonly ReadStep[]): Phase[] {
  const seen = new Map<number, Set<string>>()
  for (const step of steps) {
    const stories = seen.get(step.phase) ?? new Set()
    seen.set(step.phase, stories.add(step.story ?? ''))
  }
  return phases.map((phase, index) => {
    const [only = '', second] = [...(seen.get(index) ?? [])]
    return phase.story !== undefined || only === '' || second !== undefined ? phase : { ...phase, story: only }
  })
}

const nothing: Document = { phases: [], steps: [], listed: [], loose: [] }

/** Everything odd goes to `notes`. The same bytes always give the same steps, so that writing finds what reading found. */
export function readDocument(bytes: Uint8Array, file: string, notes: Notes): Document {
  if (!readable(bytes, file, notes)) return nothing
  const lines = linesOf(bytes)
  if (lines.length > linesAtMost) {
    const at = { file, line: linesAtMost, column: 1 }
    notes.error(
      'too-large',
      at,
      `This file has more than ${linesAtMost} lines.`,
      'Split the plan into several features.',
    )
    return nothing
  }
  warnOfLongLines(lines, file, notes)
  markBlocks(lines, file, notes)
  const reader = new Reader(file, notes)
  for (const line of lines) reader.take(line)
  const { title, steps, listed, loose } = reader
  return { ...(title ? { title } : {}), phases: withStories(reader.phases, steps), steps, listed, loose }
}
