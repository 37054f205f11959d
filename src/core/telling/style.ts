// How a page looks on a screen, bright or dark, and on paper, which is always bright.
import { Markup } from './markup.ts'

export const style = new Markup(`
:root{color-scheme:light dark;--line:#d4d8de;--dim:#5b6470;--good:#116b34;--bad:#a61b1b;--soft:#f4f6f8}
@media (prefers-color-scheme:dark){:root{--line:#3a4048;--dim:#a3adb8;--good:#6fd08f;--bad:#ff9d94;--soft:#1d2126}}
*{box-sizing:border-box}
body{font:15px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1.25rem;overflow-wrap:anywhere}
h1{font-size:1.7rem;line-height:1.25;margin:0 0 .25rem;white-space:pre-wrap}h2{font-size:1.15rem;margin:2.2rem 0 .6rem;border-bottom:1px solid var(--line);padding-bottom:.25rem}
h3{font-size:1rem;margin:1.4rem 0 .3rem}h3 span::before{content:"\\b7\\a0 ";font-weight:400;color:var(--dim)}h3 span.dim{font-weight:400}p{margin:.35rem 0}
dl{display:grid;grid-template-columns:8.5rem 1fr;gap:.2rem 1rem;margin:1rem 0}dt{color:var(--dim)}dd{margin:0}
table{border-collapse:collapse;width:100%;table-layout:fixed;font-size:.92rem}th,td{text-align:left;vertical-align:top;padding:.3rem .7rem .3rem 0;border-bottom:1px solid var(--line)}
th{color:var(--dim);font-weight:500}.n{width:4.2rem}.w{width:10.6rem}.p{width:7.5rem}.s{width:5.5rem}.d{width:7rem}td.w,td.n{white-space:nowrap}td>p:first-child{margin-top:0}
code{font:.87em ui-monospace,monospace}code.long{font-size:.74em}
pre{font:.85em/1.45 ui-monospace,monospace;background:var(--soft);padding:.6rem .8rem;border-radius:4px;white-space:pre-wrap;margin:.4rem 0}
.warning{border:2px solid var(--bad);border-radius:4px;padding:.6rem .8rem;margin:0 0 1.2rem}.dim{color:var(--dim)}span.good,span.bad,td.good,td.bad{font-weight:600}.good{color:var(--good)}.bad{color:var(--bad)}
.attempt{border-left:3px solid var(--line);padding-left:.9rem;margin:.7rem 0}.attempt dl{margin:.4rem 0;gap:.1rem 1rem;font-size:.92rem}
@media screen and (max-width:46rem){table{display:block;overflow-x:auto}thead,tbody{display:table;width:44rem;table-layout:fixed}dl{grid-template-columns:1fr;gap:0}dd{margin:0 0 .4rem}}
@page{size:A4;margin:16mm 15mm 18mm;@bottom-right{content:counter(page) ' / ' counter(pages);font:8pt system-ui,sans-serif;color:#444}}
@media print{:root{color-scheme:light;--line:#bbb;--dim:#444;--good:#000;--bad:#000;--soft:#fff}html,body{background:#fff;color:#000}html{font-size:9pt}body{margin:0;padding:0;max-width:none;font-size:9pt;line-height:1.35}
h1{font-size:16pt}h2{margin-top:1.5rem}th,td{padding:.18rem .7rem .18rem 0}td p{margin:.1rem 0}h2,h3{break-after:avoid}section>p{break-after:avoid}thead{display:table-header-group}tr,dl,.attempt>p,.attempt:not(:has(pre)){break-inside:avoid}.attempt>p:first-child{break-after:avoid}pre{border:1px solid #bbb;orphans:3;widows:3}p{orphans:2;widows:2}}
`)
