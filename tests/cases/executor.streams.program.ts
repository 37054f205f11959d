// A program that speaks as Codex or Claude Code does, and does what the play says: node executor.streams.program.ts <program> <play> …
const [, , program = '', play = ''] = process.argv

const say = (event: unknown): boolean => process.stdout.write(`${JSON.stringify(event)}\n`)
const drained = (): Promise<void> => new Promise((done) => void process.stdout.once('drain', done))

export const piece = 'x'.repeat(100)
export const pieces = 30_000

const codex = {
  begin: () => {
    say({ type: 'thread.started', thread_id: 'thread-1' })
    return say({ type: 'turn.started' })
  },
  text: (text: string) => say({ type: 'item.completed', item: { id: 'i', type: 'agent_message', text } }),
  done: () => say({ type: 'turn.completed', usage: { input_tokens: 3, output_tokens: 2 } }),
  fail: () => say({ type: 'turn.failed', error: { message: 'It broke in an unheard-of way.' } }),
}

const claude = {
  begin: () => say({ type: 'system', subtype: 'init', session_id: 'session-1' }),
  text: (text: string) => {
    const event = { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } }
    return say({ type: 'stream_event', event, parent_tool_use_id: null })
  },
  done: () => say({ type: 'result', subtype: 'success', is_error: false, result: 'Done.', session_id: 'session-1' }),
  fail: () => say({ type: 'result', subtype: 'error_during_execution', is_error: true, errors: ['It broke.'] }),
}

async function perform(): Promise<void> {
  const voice = program === 'codex' ? codex : claude
  voice.begin()
  if (play === 'speak') voice.text('héllo')
  if (play === 'fail') voice.fail()
  if (play === 'hang') {
    voice.text('up')
    setInterval(() => undefined, 1000)
    return
  }
  if (play === 'flood') for (let count = 0; count < pieces; count += 1) if (!voice.text(piece)) await drained()
  if (play !== 'fail') voice.done()
  process.exitCode = play === 'fail' ? 1 : 0
}

if (play !== '') await perform()
