// An agent prints everything that it can read, in every spelling, while keys lie in the environment of the house and of whoever started it:
// none of them is in the record, in what was said, in a prompt, in an error, in a blob or in a log.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { policy, workflow } from '../acceptance/plans.ts'
import { stage } from '../acceptance/stage.ts'

// Put together here, so that no scanner takes this file for a leak.
const letters = (count: number, from: number): string =>
  'aB3dE6gH9jK2mN5pQ8sT1vW4xY7zC0fR'.repeat(9).slice(from, from + count)
const keys: Readonly<Record<string, string>> = {
  OPENAI_API_KEY: `sk-proj-${letters(64, 0)}`,
  ANTHROPIC_API_KEY: `sk-ant-api03-${letters(80, 3)}AA`,
  GEMINI_API_KEY: `AIza${letters(35, 5)}`,
  GH_TOKEN: `ghp_${letters(36, 7)}`,
  AWS_SECRET_ACCESS_KEY: `${letters(18, 9)}/+${letters(20, 1)}`,
  SLACK_BOT_TOKEN: `xoxb-123456789012-${letters(24, 11)}`,
  HF_TOKEN: `hf_${letters(34, 13)}`,
  COMPANY_PASSWORD: `no shape "at all" & 50% ${letters(20, 15)}`,
}

const before = { ...process.env }
Object.assign(process.env, keys)
afterAll(() => {
  for (const name of Object.keys(keys)) delete process.env[name]
  Object.assign(process.env, before)
})

/** The pieces of a key that would be enough to know it by: its middle, in every spelling, without line ends. */
function spelt(secret: string): readonly string[] {
  const bytes = Buffer.from(secret)
  const base64 = [0, 1, 2].flatMap((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset, 'x'), bytes, Buffer.alloc(3, 'x')]).toString('base64')
    const middle = text.slice(4, 4 + Math.floor((bytes.length * 4) / 3) - 4).slice(0, 24)
    return [middle, middle.replaceAll('+', '-').replaceAll('/', '_')]
  })
  const hex = bytes.toString('hex')
  const json = JSON.stringify(secret).slice(1, -1)
  return [
    secret.slice(2),
    json.slice(2),
    encodeURIComponent(secret).slice(6),
    hex.slice(4),
    hex.slice(4).toUpperCase(),
    ...base64,
  ]
}

const needles = Object.entries(keys).flatMap(([name, key]) => spelt(key).map((text) => [name, text] as const))

function filesUnder(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile())
}

/** Which keys lie in a text, however its lines are broken. */
function seen(text: string): readonly string[] {
  const whole = text.replaceAll(/\\n|\s/g, '')
  return [
    ...new Set(
      needles
        .filter(([, one]) => text.includes(one) || whole.includes(one.replaceAll(/\s/g, '')))
        .map(([name]) => name),
    ),
  ]
}

/** What a process may find: its own environment, that of every process that it sees, and a file that a person left open. */
const everything = (file: string): string =>
  [
    `all() { env; cat "${file}" 2>/dev/null; for f in /proc/[0-9]*/environ; do tr "\\0" "\\n" < "$f" 2>/dev/null | grep -a -E "KEY|TOKEN|PASSWORD"; done | sort -u; }`,
    'all',
    'all | base64',
    'all | base64 -w 0; echo',
    'all | od -An -v -tx1 | tr -d " \\n"; echo',
    'all | od -An -v -tx1 | tr -d " \\n" | fold -w 60; echo',
    `all | node -e 'const t = require("fs").readFileSync(0, "utf8"); console.log(JSON.stringify(t)); console.log(encodeURIComponent(t)); console.log(Buffer.from("x" + t).toString("base64url"))'`,
    'all >&2',
  ].join('\n')

describe.each(['none', 'basic'] as const)('at isolation %s', (isolation) => {
  it('no key is anywhere', async (ctx) => {
    const made = stage()
    const plan = workflow('wf', [
      { key: 'tells', order: 1 },
      { key: 'checked', order: 2 },
    ])
    const left = join(made.out, 'keys.env')
    writeFileSync(
      left,
      Object.entries(keys)
        .map(([name, key]) => `${name}=${key}\n`)
        .join(''),
    )
    // It tells all as it works, and again as the last thing before it fails; then the check tells it all.
    made.commit({
      'wf.yaml': plan,
      'agent.sh': `${everything(left)}\nmkdir -p out; echo done > "out/$BATON_KEY.txt"; if [ "$BATON_KEY" = checked ]; then exit 0; fi; exit 3\n`,
      'check.sh': `${everything(left)}\nexit 1\n`,
      'baton.yaml': policy({
        checks: 'checks:\n  - {name: leaky, command: ["sh", "check.sh"], timeout: 60s}\n',
        more: 'tries: 2\n',
      }),
    })
    if (isolation === 'basic') {
      const report = (await made.must('doctor')).lines as readonly { what: string; ok: boolean }[]
      const basic = report.find((line) => line.what.includes('basic'))
      if (basic?.ok !== true) return ctx.skip('the sandbox does not work on this machine')
    }
    await made.ready(isolation)
    // In processes of their own: what was in their environment when they began stands in /proc.
    const ran = await made.start('run', 'wf.yaml').ended
    const second = await made.baton('skip', 'wf/tells', '--reason', 'it always fails')
    const more = await made.start('run', 'wf.yaml').ended
    const shown: string[] = []
    for (const words of [
      ['status', 'wf'],
      ['why', 'wf/tells'],
      ['log', 'wf/tells/1'],
      ['show', 'wf/tells/1'],
      ['show', 'wf/checked/1'],
      ['doctor'],
      ['cost'],
    ])
      for (const json of [[], ['--json']]) {
        const { out, err } = await made.baton(...words, ...json)
        shown.push(out, err)
      }
    const files = filesUnder(made.home)
    const said = files
      .filter((file) => file.includes('transcripts'))
      .map((file) => readFileSync(file, 'utf8'))
      .join('\n')
    // The control: it did speak, and at `none` it did find them.
    expect(said.length).toBeGreaterThan(500)
    if (isolation === 'none') expect(said.split('[removed: ').length).toBeGreaterThan(50)
    else expect(said).not.toContain('PASSWORD=[removed')
    for (const text of [ran, second, more].flatMap(({ out, err }) => [out, err]).concat(shown))
      expect(seen(text)).toEqual([])
    for (const file of files) expect([file, seen(readFileSync(file, 'latin1'))]).toEqual([file, []])
    for (const entry of await made.facts()) expect(seen(JSON.stringify(entry))).toEqual([])
  }, 120_000)
})

it('would be seen, were it there', () => {
  for (const [name, key] of Object.entries(keys))
    for (const text of [
      key,
      JSON.stringify(key),
      encodeURIComponent(`?k=${key}`),
      Buffer.from(`xy${key}z`).toString('base64'),
      Buffer.from(key).toString('hex'),
    ])
      expect(seen(`say ${text.slice(0, 40)}\n${text.slice(40)} here`)).toContain(name)
})
