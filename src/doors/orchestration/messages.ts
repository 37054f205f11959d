// What is said at /orchestration: frames {event, data} in both directions, as document 003 has them.
import { z } from 'zod'
import { parseFrame } from '../../api/envelope.ts'
import { path } from '../../api/words.ts'
import type { Counted, Sums } from '../../core/counts.ts'

/** Characters of one frame: several times the longest path. */
export const longestFrame = 64 * 1024

const workspace = z.object({ workspaceId: path })
const projects = z.object({ projectNumbers: z.array(z.int().min(0)).max(1000) })

export type Asked =
  | { readonly event: 'subscribe' | 'unsubscribe'; readonly workspaceId: string }
  | { readonly event: 'subscribeProjects'; readonly projectNumbers: readonly number[] }

/** What a client asks for, or a sentence that says why it cannot be told. */
export function readAsked(text: string): Asked | string {
  const frame = parseFrame(text, longestFrame)
  if (frame === undefined) return 'it is no JSON object, or too long: send {"event": "subscribe", "data": {…}}'
  const { event, data } = frame
  if (event === 'subscribe' || event === 'unsubscribe') {
    const given = workspace.safeParse(data)
    return given.success ? { event, ...given.data } : `${event} needs workspaceId, the absolute path of a folder`
  }
  if (event === 'subscribeProjects') {
    const given = projects.safeParse(data)
    return given.success
      ? { event, projectNumbers: given.data.projectNumbers }
      : 'subscribeProjects needs projectNumbers, a list of whole numbers'
  }
  return 'there is no such event: send subscribe, unsubscribe or subscribeProjects'
}

export function frame(event: string, data: unknown): Buffer {
  return Buffer.from(JSON.stringify({ event, data }))
}

export const ofGlobal = ({ running, desired }: Sums): Buffer => frame('orchestration.global', { running, desired })

/** `workspaceId` is spelled as the subscriber spelled it, so that it finds its own again. */
export function ofWorkspace(workspaceId: string, { path: workspace_id, running, desired }: Counted): Buffer {
  return frame('orchestration.workspace', { workspaceId, workspace_id, running, desired })
}
