// Answers about this machine, its repositories, and the ways in.
import { z } from 'zod'
import { nameKinds } from '../name/find.ts'
import { count, head, isolation, note, texts, time } from '../parts/measures.ts'

const doctorLine = z
  .strictObject({ what: z.string(), ok: z.boolean(), detail: z.string(), remedy: z.string().exactOptional() })
  .meta({ id: 'DoctorLine', description: 'One thing that was looked at, and what to do when it is not well.' })

const check = { ok: z.boolean(), why: z.string().describe('A sentence; empty when there is nothing to say.') }
const bytes = z.number().min(0)
const seats = z.strictObject({ name: z.string(), executor: z.string(), seats: z.number(), busy: count })
const health = z.strictObject({
  ok: z.boolean().describe('Every check is well; that of the model only counts when an agent needs one.'),
  version: z.string(),
  home: z.string(),
  head,
  checks: z.strictObject({
    store: z.strictObject(check),
    disk: z.strictObject({ ...check, free: bytes.exactOptional(), of: bytes.exactOptional() }),
    flush: z.strictObject({
      ...check,
      ms: z.number().exactOptional().describe('Median of the last minute, or of a trial when nothing was written.'),
      pending: count.describe('Wishes that are decided and not yet on the disk.'),
    }),
    agents: z.strictObject({ ...check, running: count, agents: z.array(seats) }),
    model: z.strictObject({ ...check, address: z.string(), needed: z.boolean() }),
  }),
  config: z.strictObject({
    ORCH_PORT: z.int().nullable(),
    ORCH_MODEL: z.string(),
    OPENAI_API_BASE: z.string(),
  }),
})

const problem = z.strictObject({
  kind: z.string(),
  what: z.string(),
  remedy: z.string(),
  fatal: z.boolean().describe('No run starts here until it is mended.'),
})
const repository = z.strictObject({
  root: z.string(),
  baseBranch: z.string(),
  baseCommit: z.string().describe('Empty while there is none.'),
  head: z.string().nullable(),
  branch: z.string().nullable(),
  problems: z.array(problem),
})

const tried = z.strictObject({ what: z.string(), held: z.boolean(), detail: z.string() })
const isolationReport = z.strictObject({
  level: isolation,
  works: z.boolean(),
  tried: z.array(tried),
  remedy: z.string().exactOptional(),
})

const configuration = z.strictObject({
  file: z.string(),
  digest: z.string(),
  sentences: texts.describe('What it would do, one sentence each.'),
  scripts: texts.describe(
    'Files of the repository that its commands name: trusting it does not cover what is in them.',
  ),
  notes: z.array(note),
  trusted: z.boolean().describe('Exactly this content is trusted now.'),
})

export const workspaceAnswers = {
  'workspace/look': z.strictObject({
    repository,
    isolation: z.array(isolationReport).describe('Empty when asked quickly, as `clones` and `doctor`.'),
    clones: z.array(z.strictObject({ kind: z.string(), works: z.boolean(), why: z.string() })),
    chosen: z.strictObject({ isolation: z.string(), clones: z.string() }).exactOptional(),
    configuration: configuration.exactOptional(),
    doctor: z.array(doctorLine),
  }),
  'workspace/init': z.strictObject({
    path: z.string(),
    baseBranch: z.string(),
    isolation,
    clones: z.string(),
    seq: head,
  }),
  'workspace/trust': z.strictObject({ path: z.string(), file: z.string(), digest: z.string(), seq: head }),
  'house/doctor': z.strictObject({
    home: z.string(),
    seq: head,
    readOnly: z.string().exactOptional().describe('Why nothing can be written here.'),
    well: z.boolean(),
    lines: z.array(doctorLine),
  }),
  'house/health': health,
  'name/find': z.strictObject({ kind: z.enum(nameKinds), id: z.string() }),
  'server/show': z.strictObject({
    urls: texts.describe('Where it listens, the first one for people.'),
    since: time,
    record: z.string(),
    seq: head,
  }),
  'server/invite': z.strictObject({ url: z.string(), until: time }),
}
