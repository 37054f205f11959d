// What differs between two trees: as facts for us, and as a patch for people.
import type { Change } from '../../core/ports.ts'
import type { Opened } from './open.ts'

export interface Side {
  readonly mode: string
  readonly oid: string
}

export interface Difference {
  readonly path: string
  readonly from?: Side
  readonly to?: Side
}

export async function rawDiff(run: Opened['run'], from: string, to: string): Promise<readonly Difference[]> {
  const { out } = await run({
    reach: 'objects',
    args: ['diff-tree', '-r', '-z', '--raw', '--no-renames', '--no-abbrev', from, to],
  })
  const fields = out.toString('utf8').split('\0')
  const differences: Difference[] = []
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [oldMode = '', newMode = '', oldOid = '', newOid = ''] = (fields[at] ?? '').slice(1).split(' ')
    const side = (mode: string, oid: string) => (mode === '000000' ? undefined : { mode, oid })
    const [before, after] = [side(oldMode, oldOid), side(newMode, newOid)]
    differences.push({
      path: fields[at + 1] ?? '',
      ...(before ? { from: before } : {}),
      ...(after ? { to: after } : {}),
    })
  }
  return differences
}

export function asChange(difference: Difference): Change {
  const { path, from, to } = difference
  if (!to) return { path, kind: 'deleted' }
  return { path, kind: from ? 'modified' : 'added', mode: to.mode, oid: to.oid }
}

export async function patchText(run: Opened['run'], from: string, to: string, limit: number): Promise<string> {
  const most = Math.max(0, Math.min(Math.floor(limit), 64 * 1024 * 1024))
  const args = [
    'diff-tree',
    '-p',
    '-r',
    '-M',
    '--no-ext-diff',
    '--no-textconv',
    '--no-color',
    '--ignore-submodules=all',
    from,
    to,
  ]
  const answer = await run({ reach: 'objects', args, limit: most, cut: true })
  const text = answer.out.toString('utf8')
  if (!answer.cut) return text
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  return `${whole}… cut at ${most} bytes\n`
}
