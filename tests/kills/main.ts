// Kills Baton at every place there is and sees what is left: npm run kills [-- --all --only <section> --jobs <n> --from <seed> --keep].
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Reference, story, undisturbed } from './kill.ts'
import { unpack } from './program.ts'
import { Room } from './room.ts'
import { type Context, type Section, sections } from './sections.ts'
import type { Try } from './sweeps.ts'

const out = (text: string): boolean => process.stdout.write(`${text}\n`)
const counts = { passed: 0, failed: 0, skipped: 0 }

const { values } = parseArgs({
  options: {
    all: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
    jobs: { type: 'string', default: '3' },
    from: { type: 'string', default: '1' },
    program: { type: 'string' },
  },
})

interface Place {
  readonly room: Room
  readonly reference: Reference
}

async function attempt(place: Place, section: Section, one: Try): Promise<boolean> {
  const name = `${section.name}: ${one.name}`
  try {
    const { killed, broken } = await one.run(place.room, place.reference)
    if (broken.length === 0) {
      counts.passed += 1
      return killed
    }
    counts.failed += 1
    out(`FAILED ${name}\n  ${broken.join('\n  ')}\n${story(place.room)}`)
  } catch (error) {
    counts.failed += 1
    out(`FAILED ${name}\n  ${error instanceof Error ? error.stack : error}\n${story(place.room)}`)
  }
  await place.room.endAll()
  return false
}

async function play(section: Section, folder: string, program: string): Promise<void> {
  const why = section.absent?.()
  if (why !== undefined) {
    counts.skipped += 1
    out(`skipped ${section.name}: ${why}`)
    return
  }
  const began = performance.now()
  const jobs = section.alone === true ? 1 : Math.max(1, Number(values.jobs))
  const places = await Promise.all(
    Array.from({ length: jobs }, async (_, at): Promise<Place> => {
      const { level, size, seconds, also = '' } = section
      const project = { size, seconds, also }
      const where = join(folder, `${section.name.replaceAll(' ', '-')}-${at}`)
      const room = await Room.make(where, program, level, project)
      return { room, reference: await undisturbed(room) }
    }),
  )
  const context: Context = { all: values.all, from: Number(values.from), room: (places[0] as Place).room }
  const tries = (await section.tries(context))[Symbol.iterator]()
  const before = { ...counts }
  let reached = 0
  await Promise.all(
    places.map(async (place) => {
      for (let next = tries.next(); next.done !== true; next = tries.next())
        if (await attempt(place, section, next.value)) reached += 1
    }),
  )
  if (reached === 0) {
    counts.failed += 1
    out(`FAILED ${section.name}: none of its places was ever reached, so it proves nothing`)
  }
  const lingered = Math.max(0, ...places.flatMap(({ room }) => room.lingered))
  for (const { room } of places) await room.close()
  const seconds = ((performance.now() - began) / 1000).toFixed(0)
  const said = `${counts.passed - before.passed} passed, ${counts.failed - before.failed} failed, ${reached} reached`
  out(`${section.name}: ${said}, everything dead after at most ${lingered.toFixed(0)} ms, ${seconds} s`)
}

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'baton-kills-')))
try {
  const program = values.program ?? unpack(join(folder, 'packed'))
  const chosen = sections.filter(
    ({ name }) => values.only.length === 0 || values.only.some((one) => name.includes(one)),
  )
  for (const section of chosen) await play(section, folder, program)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
out(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`)
process.exitCode = counts.failed === 0 ? 0 : 1
