// The commands of docs/orchestration-api.md, run as they stand, give what stands below them.
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it, onTestFinished } from 'vitest'
import { keys, serve } from './orchestration.stage.ts'

const guide = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'orchestration-api.md'), 'utf8')
const commands = [...guide.matchAll(/```sh\n(curl [^`]+)```\n\n```json\n([^`]+)```/gu)]

it('gives what the guide shows', async () => {
  const root = mkdtempSync(join(tmpdir(), 'baton-guide-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  const { urls } = await serve(join(root, 'home'))
  expect(commands).toHaveLength(5)
  expect(guide.match(/^curl /gmu)).toHaveLength(5)
  for (const [, command = '', answer = ''] of commands) {
    const here = command.replace('http://localhost:3000', urls[1] ?? '').replace('my-editor-key', keys.editor)
    const { stdout } = await promisify(execFile)('sh', ['-c', here], { timeout: 20_000 })
    expect(JSON.parse(stdout), command).toEqual(JSON.parse(answer))
  }
})
