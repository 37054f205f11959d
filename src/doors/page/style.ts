// How the page looks, by day and by night.

export const style = `:root { color-scheme: light dark; --ink: light-dark(#1b1f1d, #e6ebe8); --soft: light-dark(#5d6762, #9aa59f); --line: light-dark(#dfe4e1, #2c3430); --paper: light-dark(#fbfcfb, #131715); --go: light-dark(#0a7d5a, #46c79a); --ask: light-dark(#a15c00, #e5a653); --bad: light-dark(#b3261e, #f2877f) }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 60rem; padding: 2rem 1.25rem; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, sans-serif }
header { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; align-items: baseline; border-bottom: 1px solid var(--line); padding-bottom: 1rem }
h1 { font-size: 1.4rem; margin: 0; letter-spacing: -.01em }
header p { margin: 0; color: var(--soft); flex: 1 }
a { color: var(--go) }
button { font: inherit; color: var(--go); background: none; border: 0; padding: 0; text-decoration: underline; cursor: pointer }
section { padding: 1.25rem 0; border-bottom: 1px solid var(--line) }
h2 { font-size: 1.05rem; margin: 0 0 .35rem }
h2 small { color: var(--soft); font-weight: 400; margin-left: .5rem }
progress { width: 100%; height: .5rem; accent-color: var(--go) }
dl { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: .35rem 0 0; color: var(--soft) }
dl div { display: flex; gap: .35rem }
dt::after { content: ':' }
dd { margin: 0; color: var(--ink); font-variant-numeric: tabular-nums }
.gate { margin: .6rem 0 0; padding: .5rem .75rem; border-left: 3px solid var(--ask) }
.bad { color: var(--bad) }
ol { list-style: none; margin: .5rem 0 0; padding: 0; font: 13px/1.6 ui-monospace, monospace; overflow-wrap: anywhere }
li span { color: var(--soft) }
code { font: 13px ui-monospace, monospace }
`
