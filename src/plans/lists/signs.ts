// Says which marks of which kind of plan a Markdown file bears, before anything of it is read.

export interface Signs {
  readonly boxes: number
  /** What makes it the plan of a tool with a format of its own. */
  readonly other?: string
  /** How much of it is as in a roadmap: its name or title, headings of phases, columns of priorities. 0 to 3. */
  readonly roadmap: number
}

const readAtMost = 1_048_576
const box = /^[ \t]{0,200}(?:[-*+]|\d{1,9}[.)])[ \t]{1,16}\[[^\]\n]{1,4}\]\*?[ \t]/gm
const speckitStep = /^[ \t]{0,40}[-*+][ \t]{1,8}\[[ xX]\][ \t]{1,8}[*_`[]{0,4}T(?:\d{3,12}|XXX)(?!\w)/m
const stage = /^[ \t]{0,8}[-*+][ \t]{1,8}\[[ xX]\][ \t]{1,8}\*\*Stage[ \t]{1,4}\d/m
const kiroDetail = /^[ \t]{1,12}[-*][ \t]{1,8}_Requirements?:[ \t]{0,4}\d/m
const front =
  /^(?:\xef\xbb\xbf|\ufeff)?---[ \t]{0,8}\r?\n(?:[^\n]{0,400}\n){0,40}?id:[^\n]{1,100}\n(?:[^\n]{0,400}\n){0,40}?status:/
const folders: readonly (readonly [RegExp, string])[] = [
  [/(?:^|\/)\.kiro\//, 'it lies in the folder of Kiro'],
  [/(?:^|\/)openspec\//, 'it lies in the folder of OpenSpec'],
  [/(?:^|\/)backlog\/(?:tasks|drafts|completed|archive)\//, 'it lies in the folder of Backlog.md'],
  [/(?:^|\/)\.taskmaster\//, 'it lies in the folder of Task Master'],
  [/(?:^|\/)specs\/[^/]{1,200}\/checklists\//, 'it is a checklist of spec-kit, which people tick'],
]

export function headOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, readAtMost)).toString('utf8')
}

export function signsIn(bytes: Uint8Array, file: string): Signs {
  const text = headOf(bytes)
  const boxes = countOf(box, text)
  const folder = folders.find(([where]) => where.test(file))
  const other = folder?.[1] ?? toolIn(text)
  const roadmap = roadmapIn(text, file)
  return other === undefined ? { boxes, roadmap } : { boxes, other, roadmap }
}

function toolIn(text: string): string | undefined {
  if (speckitStep.test(text)) return 'its ids (T001) are those of spec-kit'
  if (stage.test(text)) return 'its stages are those of a plans.md'
  if (front.test(text)) return 'its front matter is that of Backlog.md'
  if (countOf(new RegExp(kiroDetail.source, 'gm'), text) >= 2) return 'its requirements are those of Kiro'
  return undefined
}

function countOf(shape: RegExp, text: string): number {
  let count = 0
  for (const _ of text.matchAll(shape)) count += 1
  return count
}

const phaseHeading =
  /^ {0,3}#{1,4}[ \t]{1,8}[^\p{L}\p{N}\n]{0,8}(?:(?:phase|milestone|quarter|sprint|release|iteration|horizon|wave)\b[^\n]{0,8}[\dA-ZIVX]|Q[1-4]\b|H[12]\b[^\n]{0,3}\d|20\d\d\b|v?\d{1,3}\.\d{1,3}\b|(?:now|next|later|short[ -]term|mid[ -]term|medium[ -]term|long[ -]term|backlog|planned|upcoming|in progress|future)[^\p{L}\n]{0,12}$)/gimu
const priorityColumn =
  /^[ \t]{0,3}\|[^\n]{0,400}\b(?:priority|prio|phase|milestone|quarter|target|eta)\b[^\n]{0,400}\|[ \t]{0,8}\r?\n[ \t]{0,3}\|[ \t:|-]{3,400}\|/im

function roadmapIn(text: string, file: string): number {
  const name = file.slice(file.lastIndexOf('/') + 1)
  const named = /road-?_?map/i.test(name)
  const titled = /^ {0,3}#{1,2}[ \t]{1,8}[^\n]{0,200}\broadmap\b/im.test(text.slice(0, 4000))
  const phases = countOf(phaseHeading, text)
  return Math.min(3, (named || titled ? 2 : 0) + (phases >= 2 ? 1 : 0) + (priorityColumn.test(text) ? 1 : 0))
}
