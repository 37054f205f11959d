// The page as HTML: it holds nothing of the house, so whoever has no key learns nothing from it.

export const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Baton</title>
<link rel="icon" href="/favicon.ico">
<link rel="stylesheet" href="/page.css">
</head>
<body>
<header>
<h1>Baton</h1>
<p id="line" role="status">Looking…</p>
<nav><a href="/reference">Reference</a> <a href="/openapi.json">OpenAPI</a> <button id="leave" type="button">Sign out</button></nav>
</header>
<main id="main"></main>
<noscript><p>This page needs JavaScript. <code>baton status</code> shows the same in a terminal.</p></noscript>
<script src="/page.js"></script>
</body>
</html>
`
