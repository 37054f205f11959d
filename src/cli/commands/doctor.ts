// baton doctor: what is well and what is not, and a bundle to send with a report.
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import manifest from '../../../package.json' with { type: 'json' }
import type { Diagnosis } from '../../api/house/doctor.ts'
import type { Command } from '../command.ts'
import { exits } from '../exit.ts'
import { jsonText } from '../print/json.ts'

export const doctor: Command = {
  name: 'doctor',
  caption: 'Looks at this machine, the home and the repository, and says what is not well and what to do about it.',
  usage: '[--bundle [<file>]]',
  example: 'baton doctor\nbaton doctor --bundle report.json',
  options: [
    {
      name: 'bundle',
      caption: 'write what a report needs to a file: no prompts, no transcripts, no values of variables',
    },
  ],
  words: [1, 0],
  json: '{ home, seq, readOnly?, well, lines: { what, ok, detail, remedy? }[], bundle? }',
  run: async (context) => {
    const { diagnosis, summary } = await context.with('look', async (house) => ({
      diagnosis: lookedAt(await house.call('house/doctor', {})),
      summary: await house.call('status/list', {}),
    }))
    const bundle = context.has('bundle')
      ? resolve(context.world.folder, context.word(0) || 'baton-report.json')
      : undefined
    if (bundle !== undefined) {
      const { version, platform, arch } = process
      const items = summary.items.map(({ policy, steps, counts, run }) => ({ policy, steps, counts, run }))
      const machine = { baton: manifest.version, node: version, platform, arch, variables: names(context.world.env) }
      writeFileSync(bundle, `${jsonText({ ...machine, ...diagnosis, items }, 2)}\n`, { mode: 0o600, flag: 'wx' })
    }
    context.give({ ...diagnosis, ...(bundle === undefined ? {} : { bundle }) }, (people) => {
      people.line(`home ${diagnosis.home}, ${diagnosis.seq} entries`)
      if (diagnosis.readOnly !== undefined) people.line('read-only: ', diagnosis.readOnly)
      for (const line of diagnosis.lines) {
        people.line(
          line.ok ? { text: 'ok  ', style: 'green' } : { text: 'bad ', style: 'red' },
          line.what,
          ': ',
          line.detail,
        )
        if (!line.ok && line.remedy !== undefined) people.line('    → ', line.remedy)
      }
      if (bundle !== undefined) people.line('written: ', bundle)
    })
    return exits.ok
  },
}

/** That this command itself only looks is no finding. */
function lookedAt(diagnosis: Diagnosis): Diagnosis {
  const { readOnly, ...rest } = diagnosis
  return readOnly === undefined || readOnly.includes('look only') ? rest : diagnosis
}

/** Only which of our variables are set, never to what. */
function names(env: Readonly<Record<string, string | undefined>>): string[] {
  return Object.keys(env)
    .filter((name) => /^(BATON_|BASE_BRANCH$|NO_COLOR$|CI$|TERM$)/.test(name))
    .sort()
}
