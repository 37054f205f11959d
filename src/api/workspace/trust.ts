// The configuration of a repository takes effect, exactly as it was shown: by its digest, and by nothing else.
import { z } from 'zod'
import type { House } from '../../core/ports/house.ts'
import { refuse } from '../../core/refusals.ts'
import { wish } from '../../core/wishes.ts'
import { type Caller, deeds } from '../method.ts'
import { must, stop } from '../replies.ts'
import { digest, path, sentence } from '../words.ts'

export interface Trusted {
  readonly path: string
  readonly file: string
  readonly digest: string
  readonly seq: number
}

export const workspaceTrust = deeds({
  name: 'workspace/trust',
  needs: 'admin',
  caption: "A repository's configuration takes effect, exactly the content whose digest was shown.",
  params: z.strictObject({ path: path.optional(), digest, why: sentence.optional(), impact: sentence.optional() }),
  act: async (house: House, params, caller: Caller): Promise<Trusted> => {
    const { root, baseBranch } = await house.repository(params.path ?? caller.folder).look()
    const found = await house.configuration(root)
    if (found === undefined)
      return stop(refuse('not-found', 'baton.yaml', `${root} has none`, 'write one, or run baton init'))
    const errors = found.notes.filter((note) => note.level === 'error')
    if (errors.length > 0) {
      const said = errors.slice(0, 5).map((note) => `${note.file}:${note.line} ${note.text}`)
      return stop(refuse('invalid', found.file, said.join('; '), errors[0]?.remedy ?? 'mend it and try again'))
    }
    if (found.digest !== params.digest) {
      const why = `it has changed since it was shown (now ${found.digest.slice(0, 12)})`
      return stop(refuse('conflict', found.file, why, 'read it again: baton trust'))
    }
    if (!house.state.workspaces.has(root)) {
      await must(house, wish('workspace.open', caller.name, { path: root, baseBranch }))
    }
    const { why, impact } = params
    const said = { ...(why === undefined ? {} : { why }), ...(impact === undefined ? {} : { impact }) }
    const trusted = { path: root, digest: found.digest, policy: found.policy, ...said }
    const { seq } = await must(house, wish('workspace.trust', caller.name, trusted))
    return { path: root, file: found.file, digest: found.digest, seq }
  },
})
