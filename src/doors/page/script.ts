// What the page does: lets itself in by the code behind the #, shows every item, and reads on as things happen.

export const script = `'use strict'
const main = document.getElementById('main')
const line = document.getElementById('line')
const heard = []

function made(tag, text, name) {
  const one = document.createElement(tag)
  if (text !== undefined) one.textContent = text
  if (name) one.className = name
  return one
}

async function letIn() {
  const code = location.hash.slice(1)
  if (code === '') return
  history.replaceState(null, '', location.pathname)
  await fetch('/session', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ code }) })
}

function itemOf(item) {
  const section = made('section')
  const head = made('h2', item.title || item.id)
  head.append(made('small', item.run ? item.id + ' · run ' + (item.run.outcome || item.run.phase) : item.id))
  const done = (item.counts.done || 0) + (item.counts.skipped || 0)
  const bar = made('progress')
  bar.max = Math.max(1, item.steps)
  bar.value = done
  bar.setAttribute('aria-label', done + ' of ' + item.steps + ' steps')
  const list = made('dl')
  for (const [word, count] of [['steps', done + ' of ' + item.steps], ...Object.entries(item.counts)]) {
    const pair = made('div')
    pair.append(made('dt', word), made('dd', String(count)))
    list.append(pair)
  }
  section.append(head, bar, list)
  for (const gate of item.gates) {
    const asks = made('p', gate.asks + ' ', 'gate')
    asks.append(made('code', 'baton gate ' + gate.id + ' ' + gate.options.join('|')))
    section.append(asks)
  }
  return section
}

function about(entry) {
  const { attempt, step, gate, item } = entry.data
  return [attempt, step, gate, item].find((one) => typeof one === 'string') || entry.stream
}

function show(summary) {
  const parts = summary.items.map(itemOf)
  if (parts.length === 0) {
    const none = made('section')
    none.append(made('p', 'Nothing is under way. '), made('code', 'baton run <plan>'))
    parts.push(none)
  }
  const news = made('section')
  const list = made('ol')
  for (const entry of heard.slice(-30).reverse()) {
    const one = made('li')
    one.append(made('span', new Date(entry.at).toLocaleTimeString() + ' ' + entry.seq + ' '), entry.type + ' ' + about(entry))
    list.append(one)
  }
  news.append(made('h2', 'What happened last'), list)
  main.replaceChildren(...parts, news)
}

async function look() {
  const answer = await fetch('/api/status/list')
  if (answer.status === 401) throw new Error('This browser is not let in yet: give "baton open" in a terminal and follow its link.')
  if (!answer.ok) throw new Error((await answer.json()).message)
  show(await answer.json())
}

let due = false
function soon() {
  if (due) return
  due = true
  setTimeout(() => { due = false; look().catch(say) }, 250)
}

function say(error) {
  line.textContent = error.message
  line.className = 'bad'
}

function follow(head) {
  const source = new EventSource('/events?after=' + Math.max(0, head - 30))
  source.addEventListener('facts', (event) => {
    heard.push(...JSON.parse(event.data))
    if (heard.length > 200) heard.splice(0, heard.length - 100)
    soon()
  })
  source.addEventListener('reload', () => { heard.length = 0; soon() })
  source.onopen = () => { line.textContent = 'Live'; line.className = '' }
  source.onerror = () => { line.textContent = 'The connection is gone; trying again…' }
}

async function begin() {
  await letIn()
  await look()
  const { head } = await (await fetch('/api/journal/read?limit=1')).json()
  follow(head)
}

document.getElementById('leave').addEventListener('click', async () => {
  await fetch('/session', { method: 'DELETE' })
  location.reload()
})

begin().catch(say)
`
