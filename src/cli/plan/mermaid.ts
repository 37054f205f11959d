// A plan's graph in Mermaid, with every word of the plan made harmless.
import type { ShownItem } from '../../api/plan/shown.ts'
import { quoted } from '../../core/text/neutral.ts'

/** Ids of our own, for a plan's may be words that Mermaid takes for its own. */
export function mermaid(items: readonly ShownItem[]): string {
  const lines = ['graph TD']
  for (const [at, item] of items.entries()) {
    const names = new Map(item.steps.map((step, index) => [step.key, `s${at}_${index}`]))
    lines.push(`  subgraph p${at}["${label(item.title)}"]`)
    for (const step of item.steps) {
      const [open, close] = step.ticked ? ['(["', '"])'] : ['["', '"]']
      lines.push(`    ${names.get(step.key)}${open}${label(`${step.key} ${step.title}`)}${close}`)
    }
    for (const step of item.steps)
      for (const { key, source } of step.after)
        lines.push(`    ${names.get(key)} ${source === 'stated' ? '-->' : '-.->'} ${names.get(step.key)}`)
    lines.push('  end')
  }
  return lines.join('\n')
}

function label(text: string): string {
  return quoted(text, 60).replace(/["#;<>&\\`{}[\]|]/g, (letter) => `#${letter.charCodeAt(0)};`)
}
