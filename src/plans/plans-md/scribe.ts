// Writes changes into a plans.md by its own rules: nothing is deleted, everything is stamped, and every box and log stays true.
import type { PlanChange, Stamp } from '../../core/nouns/plan.ts'
import type { PlanStatus } from '../../core/nouns/step.ts'
import { Notes } from '../reading/notes.ts'
import type { Entry } from './entry.ts'
import { Issues } from './issues.ts'
import { Pen } from './pen.ts'
import { type Outline, scan } from './scan.ts'
import { filled, nameOf, plain, Touched } from './touched.ts'
import { type StageState, statesIn, written } from './words.ts'

type Of<Kind extends PlanChange['kind']> = Extract<PlanChange, { kind: Kind }>

const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')

const logged = (text: string, stamp: Stamp, of: string): string =>
  [plain(stamp.at, 40), ...(of === '' ? [] : [of]), text, nameOf(stamp)].join(' – ')

export class Scribe {
  readonly #bytes: Uint8Array
  readonly #file: string
  readonly #outline: Outline
  readonly #entries = new Map<string, Entry>()
  readonly #touched = new Map<Entry, Touched>()
  readonly #stages = new Set<number>()
  readonly #logs: string[] = []
  #sought = 0
  #issues: Issues | undefined
  #stamp: Stamp | undefined

  constructor(bytes: Uint8Array, file: string) {
    this.#bytes = bytes
    this.#file = file
    this.#outline = scan(latin1(bytes), file, new Notes())
  }

  /** The first with this key; looked for one by one while there are few, and by an index when there are many. */
  #find(key: string): Entry | undefined {
    const { stages, tasks, moved } = this.#outline
    if (this.#sought < 16) {
      this.#sought += 1
      for (const entries of [stages, tasks, moved]) {
        const found = entries.find((entry) => entry.key === key)
        if (found !== undefined) return found
      }
      return undefined
    }
    if (this.#entries.size === 0)
      for (const entries of [stages, tasks, moved])
        for (const entry of entries) if (!this.#entries.has(entry.key)) this.#entries.set(entry.key, entry)
    return this.#entries.get(key)
  }

  openIssues(bytes: Uint8Array | null): void {
    this.#issues = new Issues(bytes, this.#outline.text, this.#file, this.#outline.feed)
  }

  take(change: PlanChange): void {
    if (change.key === undefined) {
      if (change.kind === 'log') this.#log(plain(change.text), change.stamp, '')
      return
    }
    const entry = this.#find(change.key)
    if (entry === undefined) return
    const one = this.#touch(entry)
    if (change.kind === 'tick') this.#tick(one, change)
    else if (change.kind === 'untick') this.#untick(one, change)
    else if (change.kind === 'status') this.#status(one, change)
    else if (change.kind === 'note') this.#note(one, plain(change.text), change.stamp)
    else if (change.kind === 'block') this.#block(one, change)
    else this.#log(plain(change.text), change.stamp, one.title)
  }

  #touch(entry: Entry): Touched {
    const one = this.#touched.get(entry) ?? new Touched(this.#bytes, this.#outline, entry)
    this.#touched.set(entry, one)
    return one
  }

  #changed(one: Touched, stamp: Stamp | undefined): void {
    this.#stages.add(one.entry.stage)
    if (stamp === undefined) return
    one.stamp(stamp)
    this.#stamp = stamp
  }

  /** A stage is ticked only when it is named itself: that is a person's word. */
  #tick(one: Touched, { stamp, commit, upward = false }: Pick<Of<'tick'>, 'stamp' | 'commit' | 'upward'>): void {
    if (one.ticked) return
    one.ticked = true
    one.say(written.done, false)
    this.#changed(one, stamp)
    if (stamp !== undefined) {
      one.complete('completed', stamp, commit)
      if (one.isStage) one.note('checked off.', stamp)
      const sha = commit === undefined ? '' : ` (commit \`${plain(commit, 64)}\`)`
      this.#logs.push(logged(`done${sha}`, stamp, one.title))
    }
    const above = upward ? this.#outline.tasks[one.entry.parent] : undefined
    if (above && this.#isDone(above)) this.#tick(this.#touch(above), { ...(stamp ? { stamp } : {}), upward })
  }

  #isDone(group: Entry): boolean {
    const at = this.#outline.tasks.indexOf(group)
    return this.#outline.tasks.every((task) => task.parent !== at || (this.#touched.get(task) ?? task).ticked)
  }

  #untick(one: Touched, { stamp, to, upward = false }: Pick<Of<'untick'>, 'stamp' | 'to' | 'upward'>): void {
    if (one.ticked) {
      one.ticked = false
      one.say(to ?? written.open, false)
      this.#changed(one, stamp)
      if (stamp !== undefined) {
        one.complete('reopened', stamp)
        if (one.isStage) one.note('opened again.', stamp)
        this.#logs.push(logged('opened again', stamp, one.title))
      }
    }
    if (!upward || one.isStage) return
    const above = this.#outline.tasks[one.entry.parent] ?? this.#find(`S${one.entry.stage}`)
    if (above) this.#untick(this.#touch(above), { ...(stamp ? { stamp } : {}), upward })
  }

  #status(one: Touched, { status, stamp }: Pick<Of<'status'>, 'status' | 'stamp'>): void {
    if (status === one.status) return
    if (status === 'done') this.#tick(one, { stamp })
    else if (!one.isStage) this.#restate(one, status, stamp)
    else if (status === 'open') this.#untick(one, { stamp })
  }

  #restate(one: Touched, status: PlanStatus, stamp: Stamp): void {
    const before = one.status
    if (one.ticked) this.#untick(one, { stamp })
    one.say(written[status], status !== 'open' || before !== 'done')
    one.note(`${written[before]} → ${written[status]}`, stamp)
    this.#changed(one, stamp)
  }

  #note(one: Touched, text: string, stamp: Stamp): void {
    if (one.note(text, stamp)) this.#changed(one, stamp)
  }

  #block(one: Touched, { text, stamp }: Of<'block'>): void {
    if (this.#issues === undefined) return
    const id = this.#issues.open(one.entry.key, one.title, text, stamp)
    const isLinked = one.isStage || !one.link(`issues.md#${id}`)
    const isNoted = !one.note(`blocked: ${plain(text, 400)} (\`issues.md#${id}\`)`, stamp)
    if (isLinked && isNoted) return
    if (!one.isStage && !one.ticked) one.say(written.blocked, true)
    this.#changed(one, stamp)
  }

  #log(text: string, stamp: Stamp, of: string): void {
    const line = logged(text, stamp, of)
    if (this.#logs.includes(line) || this.#outline.text.includes(latin1(Buffer.from(line)))) return
    this.#logs.push(line)
    this.#stamp = stamp
  }

  /** What has changed; undefined for a file that stays as it is. */
  written(): { readonly plan?: Uint8Array; readonly blockers?: Uint8Array } {
    const pen = new Pen()
    for (const one of this.#touched.values()) one.write(pen)
    for (const stage of this.#stages) this.#writeStates(pen, stage)
    if (this.#logs.length > 0) this.#writeLog(pen)
    if (this.#stamp !== undefined) this.#writeHeader(pen, this.#stamp)
    const blockers = this.#issues?.written()
    return {
      ...(pen.moved ? { plan: pen.over(this.#bytes) } : {}),
      ...(blockers === undefined ? {} : { blockers }),
    }
  }

  /** Of the three boxes of a stage exactly one is ticked: the one that its tasks make true. */
  #writeStates(pen: Pen, stage: number): void {
    const { text, sections } = this.#outline
    const lines = sections.filter((section) => section.stage === stage).flatMap(({ states }) => states)
    if (lines.length === 0) return
    const now = this.#stateOf(stage)
    for (const { from, to } of lines) {
      const boxes = statesIn(text.slice(from, to))
      if (!boxes.some(({ says }) => says === now)) continue
      for (const [at, { at: box, says, ticked }] of boxes.entries()) {
        const should = says === now && boxes.findIndex((one) => one.says === now) === at
        if (should !== ticked) pen.put(from + box, from + box + 1, should ? this.#outline.cross : ' ')
      }
    }
  }

  #stateOf(stage: number): StageState {
    const box = this.#find(`S${stage}`)
    if (box !== undefined && (this.#touched.get(box) ?? box).ticked) return 'done'
    const tasks = this.#outline.tasks.filter((task) => task.stage === stage && task.parent < 0)
    const done = tasks.filter((task) => (this.#touched.get(task) ?? task).ticked).length
    if (done > 0) return done === tasks.length ? 'done' : 'doing'
    const begun = tasks.some((task) => {
      const one = this.#touched.get(task)
      if (one === undefined && !this.#outline.text.slice(task.head, task.end).includes('Status')) return false
      const status = (one ?? new Touched(this.#bytes, this.#outline, task)).status
      return status === 'doing' || status === 'review' || status === 'blocked'
    })
    return begun ? 'doing' : 'open'
  }

  #writeLog(pen: Pen): void {
    const { feed, done, text } = this.#outline
    const lines = this.#logs.map((line) => `${feed}- ${line}`).join('')
    const last = 1_000_000
    if (done) {
      pen.put(done.end, done.end, done.list ? lines : `${feed}${lines}`, last)
      return
    }
    const end = /[\r\n]$/.test(text) || text === '' ? '' : feed
    pen.put(text.length, text.length, `${end}${feed}## Done / Completed Work Log${feed}${lines}${feed}`, last)
  }

  #writeHeader(pen: Pen, stamp: Stamp): void {
    const { feed, header, headerEnd, firstHeading, text } = this.#outline
    const at = plain(stamp.at, 40)
    const missing = new Map([
      ['Last Updated', at],
      ['Last Editor (Agent / CLI)', nameOf(stamp)],
    ])
    const said = new Set<string>()
    for (const { name, value } of header) {
      if (said.has(name)) continue
      said.add(name)
      const before = Buffer.from(text.slice(value.from, value.to), 'latin1').toString()
      const isBy = name.startsWith('last editor') || name === 'last updated by'
      const isAt = name === 'last updated'
      missing.delete(isAt ? 'Last Updated' : isBy ? 'Last Editor (Agent / CLI)' : '')
      const quote = before === '' || before.includes('`') ? '`' : ''
      const after = isAt || isBy ? `${quote}${isAt ? at : nameOf(stamp)}${quote}` : filled(before, stamp)
      const isFree = isAt || isBy || name.startsWith('created')
      if (isFree && after !== before)
        pen.put(value.from, value.to, `${/[ \t]/.test(text[value.from - 1] ?? '') ? '' : ' '}${after}`)
    }
    if (missing.size === 0) return
    const lines = [...missing].map(([name, value]) => `- ${name}: \`${value}\``)
    if (headerEnd >= 0) {
      const gap = header.length === 0 ? `${feed}${feed}` : feed
      pen.put(headerEnd, headerEnd, `${gap}${lines.join(feed)}`)
      return
    }
    const from = firstHeading >= 0 ? firstHeading : text.startsWith('\xef\xbb\xbf') ? 3 : 0
    pen.put(from, from, ['## Metadata', '', ...lines, '', ''].join(feed))
  }
}
