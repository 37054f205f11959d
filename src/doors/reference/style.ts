// How the reference looks, by day and by night, on a wide screen, a small one and on paper.

export const style = `:root{color-scheme:light dark;--ink:light-dark(#1b1f1d,#e6ebe8);--soft:light-dark(#59635e,#9ca7a1);--line:light-dark(#dfe4e1,#2a322e);--paper:light-dark(#fcfdfc,#121614);--raised:light-dark(#f1f4f2,#1a201d);--go:light-dark(#0a7053,#4cca9e);--ask:light-dark(#8a4f00,#e5ab5c);--say:light-dark(#2b5aa8,#8db4f0);--bad:light-dark(#a8231b,#f2877f);--mono:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
*{box-sizing:border-box}
html{scroll-padding-top:1.5rem}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.6 system-ui,sans-serif;display:grid;grid-template-columns:16rem minmax(0,1fr)}
a{color:inherit;text-decoration-color:var(--line);text-underline-offset:.2em}
a:hover{text-decoration-color:currentColor}
:focus-visible{outline:2px solid var(--go);outline-offset:2px;border-radius:2px}
.skip{position:absolute;left:-99rem}
.skip:focus{left:1rem;top:1rem;background:var(--paper);padding:.25rem .75rem;z-index:1}
nav{position:sticky;top:0;height:100vh;overflow:auto;padding:1.75rem 1rem 3rem 1.5rem;border-right:1px solid var(--line);font-size:.875rem;line-height:1.5;scrollbar-width:thin}
nav strong{display:block;font-size:1.15rem;letter-spacing:-.01em}
nav p{margin:0 0 1rem;color:var(--soft)}
nav h2{margin:1.1rem 0 .2rem;font-size:.75rem;font-weight:600;letter-spacing:.04em;color:var(--soft)}
nav h2 a,nav li a{text-decoration:none}
nav ul{list-style:none;margin:0;padding:0}
nav li a{display:block;padding:.1rem .5rem;margin-left:-.5rem;border-radius:4px;overflow-wrap:anywhere}
nav a:hover{color:var(--go)}
nav li a:hover{background:var(--raised)}
main{max-width:82rem;padding:2rem clamp(1.25rem,4vw,3.5rem) 6rem;min-width:0}
h1{font-size:2rem;line-height:1.2;letter-spacing:-.02em;margin:0 0 .75rem}
header p{max-width:44rem;margin:.5rem 0}
section>h2{font-size:1.5rem;letter-spacing:-.015em;line-height:1.25;margin:4rem 0 .25rem;text-transform:capitalize}
section>p{margin:0 0 .5rem;color:var(--soft);max-width:44rem}
article{border-top:1px solid var(--line);padding:1.75rem 0;display:grid;gap:1rem 2.5rem;grid-template-columns:minmax(0,1fr)}
@media(min-width:75rem){article{grid-template-columns:minmax(0,1fr) minmax(0,1fr);align-items:start}}
article>div{min-width:0}
h3{font:600 1.0625rem/1.4 var(--mono);margin:0;overflow-wrap:anywhere}
h3 a{text-decoration:none}
h3 a:hover::after{content:' #';color:var(--soft)}
article p{margin:.4rem 0;max-width:40rem}
.marks{display:flex;flex-wrap:wrap;gap:.15rem 1.25rem;margin:.5rem 0 .25rem;padding:0;list-style:none;font-size:.875rem;color:var(--soft)}
.marks b{font-weight:600;color:var(--ink)}
.marks .admin,.marks .approve{color:var(--ask)}
.marks .run{color:var(--say)}
.marks .read,.marks .open{color:var(--go)}
.ways{margin:.6rem 0 0;padding:0;list-style:none;font:.875rem/1.7 var(--mono);overflow-wrap:anywhere}
.ways b{display:inline-block;min-width:4.2rem;font-weight:600;color:var(--soft)}
.wide{overflow-x:auto;margin-top:1rem}
table{border-collapse:collapse;width:100%;font-size:.875rem;line-height:1.5}
th{text-align:left;font-weight:600;color:var(--soft);padding:.3rem .9rem .3rem 0;border-bottom:1px solid var(--line);white-space:nowrap}
td{padding:.45rem .9rem .45rem 0;vertical-align:top;border-bottom:1px solid var(--line)}
tr:last-child td{border-bottom:0}
td:first-child{white-space:nowrap}
td.type,td.usual{font-family:var(--mono);font-size:.8125rem;line-height:1.6;overflow-wrap:break-word}
td.type{min-width:7rem;max-width:14rem}
td.usual{color:var(--soft)}
td.meaning{min-width:12rem}
td.needed{color:var(--ask)}
code{font-family:var(--mono);font-size:.9em;background:var(--raised);padding:.08em .3em;border-radius:3px;overflow-wrap:anywhere}
h4{font-size:.8125rem;font-weight:600;color:var(--soft);margin:0 0 .35rem}
pre+h4{margin-top:1.1rem}
pre{margin:0;padding:.85rem 1rem;background:var(--raised);border-radius:6px;font:.8125rem/1.6 var(--mono);white-space:pre-wrap;overflow-wrap:anywhere;tab-size:2}
pre i{font-style:normal;color:var(--soft)}
pre a{color:var(--say);text-decoration:none}
pre a:hover{text-decoration:underline}
:target{scroll-margin-top:1.5rem}
article:target h3,article:target h3 a{color:var(--go)}
@media(max-width:60rem){body{display:block}nav{position:static;height:auto;border-right:0;border-bottom:1px solid var(--line);padding:1.25rem}nav ul{display:flex;flex-wrap:wrap;gap:0 1rem}nav li a{padding:.25rem .5rem}main{padding-top:1.5rem}}
@media(max-width:40rem){thead{display:none}tbody,tr,td,table{display:block}tr{display:flex;flex-wrap:wrap;align-items:baseline;gap:0 .9rem;padding:.5rem 0;border-bottom:1px solid var(--line)}tr:last-child{border:0}td{border:0;padding:0}td.type{max-width:none;min-width:0}td.meaning{flex-basis:100%}td.usual:not(.needed):not(:empty)::before{content:'= '}}
@media print{nav,.skip{display:none}body{display:block;font-size:11px}article{break-inside:avoid}}
`
