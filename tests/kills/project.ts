// The demo's project, with agents that report to an observer and leave a grandchild behind that wants to stay.
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { demoFeature, demoFiles } from '../../src/presets/demo/files.ts'

export const plan = demoFeature
export const item = '001-tea-book'
export const branch = `refs/heads/baton/${item}`

/** Steps of the small plan: one alone, one that fails its check at first, and two that conflict. */
const few = ['T001', 'T004', 'T005', 'T009', 'T010', 'T011']

export interface ProjectOrder {
  readonly size: 'one' | 'small' | 'whole'
  readonly port: number
  /** How long each agent works. */
  readonly seconds: number
  /** What the agent does besides, in bash; `@room@` is the folder of its room. */
  readonly also?: string
  readonly timeout?: string
}

function keysOf(size: ProjectOrder['size']): readonly string[] {
  if (size === 'one') return ['T001']
  return size === 'small' ? few : Array.from({ length: 13 }, (_, at) => `T${String(at + 1).padStart(3, '0')}`)
}

function tasks(text: string, size: ProjectOrder['size']): string {
  const keys = keysOf(size)
  const lines = text.split('\n').flatMap((line) => {
    const key = /^- \[ \] (T\d+)/.exec(line)?.[1]
    if (key !== undefined) return keys.includes(key) ? [line] : []
    const edge = /^- (T\d+) blocks (.*)$/.exec(line)
    if (edge === null) return [line]
    const after = (edge[2] ?? '').split(', ').filter((one) => keys.includes(one))
    return keys.includes(edge[1] ?? '') && after.length > 0 ? [`- ${edge[1]} blocks ${after.join(', ')}`] : []
  })
  return lines.join('\n')
}

function agent(text: string, order: ProjectOrder): string {
  const reports = [
    '#!/bin/bash',
    `exec 9<>/dev/tcp/127.0.0.1/${order.port} || exit 1`,
    `printf '%s %s start\\n' "$BATON_ATTEMPT" "$$" >&9`,
    'read -r -u 9 _ || exit 1',
    `(setsid sh -c "trap '' TERM HUP INT; sleep 1000" > /dev/null 2>&1 < /dev/null &)`,
    order.also ?? '',
  ]
  const script = text.replace('#!/bin/sh', reports.join('\n')).replace('sleep 0.5', `sleep ${order.seconds}`)
  return `${script}printf '%s %s end\\n' "$BATON_ATTEMPT" "$$" >&9\n`
}

export function projectFiles(order: ProjectOrder): Readonly<Record<string, string>> {
  const files: Record<string, string> = { ...demoFiles }
  const written = (path: string): string => files[path] ?? ''
  files[`${plan}/tasks.md`] = tasks(written(`${plan}/tasks.md`), order.size)
  files['scripts/agent.sh'] = agent(written('scripts/agent.sh'), order)
  const command = written('baton.yaml').replace('["sh", "scripts/agent.sh"]', '["bash", "scripts/agent.sh"]')
  const patient = command.replace('timeout: 1m', `timeout: ${order.timeout ?? '1m'}`)
  files['baton.yaml'] = patient.replace('network: none', 'network: all').replace('tries: 3', 'tries: 6')
  return files
}

export function makeProject(folder: string, order: ProjectOrder): void {
  for (const [path, text] of Object.entries(projectFiles(order))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  git(folder, 'init', '--quiet', '--template=', '--initial-branch=main')
  git(folder, 'add', '--all')
  git(folder, '-c', 'user.name=Test', '-c', 'user.email=test@baton.invalid', 'commit', '--quiet', '--message=Begin')
}

export function git(folder: string, ...args: readonly string[]): string {
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: folder,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_SYSTEM: '/dev/null',
    GIT_OPTIONAL_LOCKS: '0',
  }
  return execFileSync('git', args, { cwd: folder, env, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }).trim()
}
