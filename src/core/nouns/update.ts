// What an agent does while it works, in one shape whatever protocol it speaks.

/** The kinds of tools of the agent client protocol. */
export type ToolKind =
  | 'read'
  | 'edit'
  | 'delete'
  | 'move'
  | 'search'
  | 'execute'
  | 'think'
  | 'fetch'
  | 'switch_mode'
  | 'other'

export type ToolStatus = 'pending' | 'running' | 'done' | 'failed'

/** Texts are bounded by whoever makes the update (16 KiB, a summary beyond). */
export type Update =
  /** Pieces of one text, in order. */
  | { readonly kind: 'message' | 'thought'; readonly text: string }
  /** An upsert: what a later one with the same id does not name stays as it was. */
  | {
      readonly kind: 'tool'
      readonly id: string
      /** As all agents' tools are named: `codex.run`, `fs.read`. */
      readonly name?: string
      readonly title?: string
      readonly tool?: ToolKind
      readonly status?: ToolStatus
      readonly input?: string
      readonly output?: string
      readonly paths?: readonly string[]
    }
  /** Replaces the plan before it. */
  | {
      readonly kind: 'plan'
      readonly entries: readonly { readonly text: string; readonly status: 'pending' | 'doing' | 'done' }[]
    }
  /** A mode or option of the session, as it is now. */
  | { readonly kind: 'setting'; readonly name: string; readonly value: string }
  | { readonly kind: 'notice'; readonly text: string }
  /** Something that this version does not know, as it came. */
  | { readonly kind: 'other'; readonly name: string; readonly raw: string }

export const updateLettersAtMost = 16_384

/** One line or text for a person; empty when there is nothing to read. */
export function told(update: Update): string {
  switch (update.kind) {
    case 'message':
    case 'thought':
    case 'notice':
      return update.text
    case 'tool':
      return toolLine(update)
    case 'plan':
      return `${update.entries.map(({ text, status }) => `${marks[status]} ${text}`).join('\n')}\n`
    case 'setting':
      return `${update.name}: ${update.value}\n`
    case 'other':
      return ''
  }
}

const marks = { pending: '[ ]', doing: '[~]', done: '[x]' } as const

function toolLine({ name, title, status, input, output }: Extract<Update, { kind: 'tool' }>): string {
  const what = title ?? name ?? ''
  const head = [what, status === 'done' || status === 'failed' ? status : ''].filter((word) => word !== '').join(': ')
  const body = [input, output].filter((text) => text !== undefined && text !== '')
  return [head, ...body].filter((line) => line !== '').join('\n') + (head === '' && body.length === 0 ? '' : '\n')
}
