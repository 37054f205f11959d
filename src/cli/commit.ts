// Offers to commit a plan that is not committed: agents see only what is.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { type Refusal, Refused, refuse } from '../core/refusals.ts'
import { confirm, mayAsk } from './ask.ts'
import type { Context } from './command.ts'
import type { Connection } from './world.ts'

/** True when the refusal was about that, and the plan is committed now. The commit is the person's own: their name, their hooks. */
export async function commitOffer(
  context: Context,
  house: Connection,
  plan: string,
  refusal: Refusal,
): Promise<boolean> {
  if (!refusal.remedy.startsWith('git add ') || !mayAsk(context.world)) return false
  context.people.line(`${refusal.what}: ${refusal.why}`)
  const { repository } = await house.call('workspace/look', {})
  const paths = await uncommitted(house, plan, refusal.where)
  if (paths.length === 0) return false
  const yes = await confirm(context.world, `Commit ${paths.join(', ')} now?`, refusal.remedy)
  if (!yes) return false
  const git = promisify(execFile)
  try {
    await git('git', ['add', '--', ...paths], { cwd: repository.root })
    await git('git', ['commit', '-m', `Write down the plan ${plan}`, '--', ...paths], { cwd: repository.root })
  } catch (error) {
    const why = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error)
    throw new Refused(refuse('conflict', `commit of ${plan}`, why, refusal.remedy))
  }
  return true
}

async function uncommitted(house: Connection, plan: string, where: string | undefined): Promise<readonly string[]> {
  try {
    return (await house.call('plan/read', { plan })).uncommitted
  } catch {
    // Nothing of it is committed yet, so it cannot be read: then all of it is what must be.
    return [where ?? plan]
  }
}
