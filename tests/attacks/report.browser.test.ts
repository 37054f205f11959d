// A report of an item whose every text was written by somebody hostile, opened in a real browser: it shows text, and does nothing.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'
import { expect, it } from 'vitest'
import { type Fact, fact } from '../../src/core/facts.ts'
import { page } from '../../src/core/telling/page.ts'
import { beginStory, take } from '../../src/core/telling/story.ts'

const browser = process.env.CHROMIUM ?? '/usr/bin/chromium'
const evil = [
  '</style></title></pre></textarea><script>document.title="owned"</script>',
  '"\'`><img src=https://evil.test/x onerror=document.title="owned">',
  '<svg/onload=document.title="owned"><iframe srcdoc="<script>top.document.title=1</script>">',
  '<meta http-equiv=refresh content="0;url=https://evil.test/"><base href=https://evil.test/>',
  '<link rel=stylesheet href=https://evil.test/x.css>@import url(https://evil.test/y);--></style',
  'gpj.\u202eexe\u2066 \u0000\u001b[2J\u009b31m\u200b\u{e0041} $&$`$1<!-- ]]>',
].join('')

const used = { tokensIn: 1, tokensOut: 1, cachedIn: 0, cost: 0, ms: 1 }
const verdict = { check: evil, passed: false, why: evil, evidence: evil, ms: 1 }
const review = { by: evil, at: 1, answer: evil, reasons: [evil] }

function facts(): readonly Fact[] {
  const spec = { brief: evil, group: '', after: [], parallel: false, writes: [], locks: [], role: '', ticked: false }
  const opened = {
    id: 'i',
    workspace: evil,
    title: evil,
    brief: evil,
    owner: evil,
    priority: 1,
    policy: 'document',
  } as const
  const from = { workflow: evil, branch: evil, base: '', source: evil, format: evil, tickFile: '' }
  const started = { step: `i/${evil}`, number: 1, agent: evil, executor: evil, base: '', because: evil }
  const outcome = { kind: 'failed', reason: 'crashed', why: evil } as const
  return [
    fact('item.opened', 'i', { ...opened, ...from }),
    fact('steps.added', 'i', { item: 'i', steps: [{ ...spec, key: evil, title: evil, order: 1 }] }),
    fact('attempt.started', 'i', { attempt: 'i/a/1', ...started }),
    fact('attempt.ended', 'i', { attempt: 'i/a/1', outcome, used, summary: evil, transcript: evil }),
    fact('attempt.checked', 'i', {
      attempt: 'i/a/1',
      tip: evil,
      commit: evil,
      tree: '',
      passed: false,
      verdicts: [verdict],
    }),
    fact('gate.opened', 'i', {
      gate: evil,
      kind: 'approval',
      item: 'i',
      step: evil,
      asks: evil,
      options: [],
      usual: '',
    }),
    fact('gate.answered', 'i', { gate: evil, review }),
    fact('handoff.written', 'i', {
      item: 'i',
      commit: '',
      files: [{ of: 1, event: 'attempt-failed', path: evil, digest: evil }],
    }),
    fact('transcript.forgotten', 'i', { attempt: 'i/a/1', why: evil, by: evil }),
    fact('integration.done', 'i', { item: 'i', ref: evil, commit: evil, by: evil }),
    fact('reversion.decided', 'i', { item: 'i', commit: evil, why: evil, by: evil }),
    fact('integration.reverted', 'i', { item: 'i', ref: evil, commit: evil, of: evil, by: evil }),
    fact('step.reworked', 'i', { step: `i/${evil}`, why: evil, by: evil }),
    fact('blocker.raised', 'i', { blocker: evil, item: 'i', step: evil, kind: evil, owner: evil, notes: evil }),
    fact('blocker.cleared', 'i', { blocker: evil, by: evil, notes: evil }),
    fact('ownership.transferred', 'i', { item: 'i', from: evil, to: evil, why: evil, by: evil }),
    fact('item.closed', 'i', { id: 'i', why: evil }),
  ]
}

function hostileReport(): string {
  const story = beginStory('i')
  for (const [at, { type, data }] of facts().entries())
    take(story, { seq: at + 1, stream: 'i', at, by: evil, because: evil, type, version: 1, data, prev: '' })
  return page(story, new Map([['i/a/1', { words: evil }]]), 17)
}

it('writes no tag that is not its own, and no character that hides or turns the others', () => {
  const tags = new Set(
    [...hostileReport().matchAll(/<(\/?[a-z!][a-z0-9]*)/giu)].map(([, name = '']) => name.replace('/', '')),
  )
  for (const name of ['script', 'img', 'svg', 'iframe', 'link', 'base', 'a', 'form']) expect(tags).not.toContain(name)
  expect(hostileReport().match(/<\/style/gu)).toHaveLength(1)
  expect(hostileReport().match(/<meta /gu)).toHaveLength(4)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
  expect(hostileReport()).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2066-\u2069]/u)
})

it('runs nothing and asks for nothing in a real browser, and shows every text as text', async (ctx) => {
  if (!existsSync(browser)) ctx.skip(`there is no Chromium at ${browser}`)
  const folder = mkdtempSync(join(tmpdir(), 'baton-report-'))
  const opened = await chromium.launch({
    executablePath: browser,
    args: ['--no-sandbox', '--disable-gpu', '--host-resolver-rules=MAP * 127.0.0.1'],
  })
  try {
    const file = join(folder, 'report.html')
    writeFileSync(file, hostileReport())
    const tab = await opened.newPage()
    const asked: string[] = []
    tab.on('request', (one) => asked.push(one.url()))
    tab.on('dialog', () => asked.push('a dialog'))
    await tab.goto(pathToFileURL(file).href, { waitUntil: 'load' })
    expect(asked).toEqual([pathToFileURL(file).href])
    expect(await tab.title()).toBe('i: a report from the record')
    expect(await tab.locator('h1').innerText()).toContain('</style></title></pre></textarea><script>')
    expect(await tab.locator('script, img, svg, iframe, link, base, a, form, object, embed').count()).toBe(0)
    expect(await tab.locator('h2').allInnerTexts()).toContain('What is gone')
    expect(await tab.locator('footer').innerText()).toContain('17 entries')
    await expect(tab.evaluate('1')).resolves.toBe(1)
    // On paper it is dark on bright, whatever the screen is, and nothing sticks out of the sheet or breaks within a number or a time.
    await tab.setViewportSize({ width: 680, height: 960 })
    await tab.emulateMedia({ media: 'print', colorScheme: 'dark' })
    expect(
      await tab.evaluate('getComputedStyle(document.body).color + getComputedStyle(document.body).backgroundColor'),
    ).toBe('rgb(0, 0, 0)rgb(255, 255, 255)')
    expect(await tab.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
    expect(
      await tab.evaluate(
        `[...document.querySelectorAll('td.n, td.w')].filter((cell) => { const all = document.createRange(); all.selectNodeContents(cell); return all.getClientRects().length > 1 || cell.scrollWidth > cell.clientWidth + 1 }).map((cell) => cell.textContent.slice(0, 40))`,
      ),
    ).toEqual([])
    expect(
      await tab.evaluate('Math.min(...[...document.querySelectorAll("th.p")].map((one) => one.offsetWidth))'),
    ).toBeGreaterThan(60)
    await tab.emulateMedia({ media: 'screen', colorScheme: 'dark' })
    expect(await tab.evaluate('getComputedStyle(document.body).color')).not.toBe('rgb(0, 0, 0)')
    const blocked = await tab.evaluate(
      `new Promise((done) => { const one = document.createElement('script'); one.textContent = 'document.title = "owned"'; document.body.append(one); done(document.title) })`,
    )
    expect(blocked).toBe('i: a report from the record')
  } finally {
    await opened.close()
    rmSync(folder, { recursive: true, force: true })
  }
}, 30_000)
