/** What one test page of a dialect has of its own; the frame around it is the same for all of them. */
export interface PageContent {
  title: string;
  /** The colour of its buttons and bars, as `#rrggbb`: white text on it must be readable (4.5 to 1). */
  accent: string;
  /** Rules beyond those of all pages; absent: none. */
  style?: string;
  /** What stands beside the title and the state of the connection; absent: nothing. */
  beside?: string;
  /** The sections of the page. */
  main: string;
  /** Address of its script. */
  script: string;
}

/**
 * The look of all test pages: light and dark, from the width of a phone on, with a ring around what has the focus.
 * Nothing moves but what the server has told: bars jump, so that they never stand where no message has put them.
 */
const STYLE = `
:root { color-scheme: light dark; --ink: light-dark(#1b1d27, #ebecf3); --soft: light-dark(#565a6b, #a9adbf);
  --ground: light-dark(#f4f4f8, #13141b); --card: light-dark(#fff, #1d1f2a); --line: light-dark(#d9dae4, #353848); --edge: light-dark(#85899a, #6f7488);
  --bar: light-dark(var(--accent), color-mix(in srgb, var(--accent) 55%, #fff));
  --good: light-dark(#14724a, #5fd3a0); --bad: light-dark(#b3262f, #ff9c99); }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--ground); }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1rem 4rem; display: grid; grid-template-columns: minmax(0, 1fr); gap: 1.2rem; }
header { display: flex; align-items: center; gap: .8rem; flex-wrap: wrap; }
h1 { font-size: 1.4rem; line-height: 1.2; margin: 0; flex: 1; min-width: 10rem; text-wrap: balance; }
h2 { font-size: 1rem; margin: 0 0 .8rem; }
a { color: var(--bar); }
#status { display: inline-flex; align-items: center; gap: .5rem; padding: .25rem .8rem; border-radius: 99px; border: 1px solid var(--line); font-size: .9rem; background: var(--card); }
#status::before { content: ""; width: .6rem; height: .6rem; border-radius: 50%; background: var(--soft); }
#status[data-state="closed"]::before { background: var(--bad); }
#status[data-state="connected"] { color: var(--good); border-color: currentColor; }
#status[data-state="connected"]::before { background: var(--good); }
form, section { background: var(--card); border: 1px solid var(--line); border-radius: 14px; padding: 1.2rem; min-width: 0; }
label { display: block; font-size: .9rem; color: var(--soft); }
form { display: grid; gap: .9rem; }
form.bare { display: block; padding: 0; border: 0; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 13rem), 1fr)); gap: .9rem 1.2rem; align-items: end; }
.row { display: flex; gap: .7rem; flex-wrap: wrap; align-items: center; }
.row > label { flex: 1 1 12rem; }
textarea, input, select { width: 100%; margin-top: .25rem; font: inherit; color: var(--ink); accent-color: var(--bar); }
textarea, input:not([type="range"], [type="checkbox"]), select { padding: .5rem .7rem; border: 1px solid var(--edge); border-radius: 8px; background: var(--ground); }
textarea { display: block; resize: vertical; }
::placeholder { color: var(--soft); opacity: 1; }
input[type="range"] { height: 1.6rem; }
label:has([type="checkbox"]) { display: flex; align-items: center; gap: .6rem; min-height: 2.6rem; color: var(--ink); }
input[type="checkbox"] { width: 1.15rem; height: 1.15rem; margin: 0; flex: none; }
output { color: var(--ink); font-variant-numeric: tabular-nums; }
button { font: inherit; font-weight: 600; min-height: 2.6rem; padding: .4rem 1.2rem; border: 1px solid var(--edge); border-radius: 10px; color: var(--ink); background: var(--ground); cursor: pointer; }
button.main { border-color: transparent; color: #fff; background: var(--accent); }
button:disabled { opacity: .5; cursor: default; }
:focus-visible { outline: 3px solid var(--bar); outline-offset: 2px; }
progress { appearance: none; display: block; width: 100%; height: .75rem; border: 0; border-radius: 99px; overflow: hidden; background: var(--line); }
progress::-webkit-progress-bar { background: var(--line); }
progress::-webkit-progress-value { background: var(--bar); border-radius: 99px; }
progress::-moz-progress-bar { background: var(--bar); border-radius: 99px; }
[data-status="completed"] progress::-webkit-progress-value { background: var(--good); }
[data-status="completed"] progress::-moz-progress-bar { background: var(--good); }
[data-status="failed"] progress::-webkit-progress-value { background: var(--bad); }
[data-status="failed"] progress::-moz-progress-bar { background: var(--bad); }
#said { min-height: 1.5rem; margin: .6rem 0 0; overflow-wrap: anywhere; }
#said.bad, .bad { color: var(--bad); }
#figures { min-height: 1.5rem; margin: .1rem 0 0; color: var(--soft); font-variant-numeric: tabular-nums; }
pre { margin: 0; overflow: auto; font: .82rem/1.5 ui-monospace, monospace; border-radius: 6px; }
#log { height: 14rem; }
#lines { white-space: pre-wrap; overflow-wrap: anywhere; user-select: all; }
code { font: .88em/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
[hidden] { display: none !important; }
@media (max-width: 30rem) { main { padding-top: 1rem; } form, section { padding: 1rem; } }
`;

/** A whole test page: nothing of it comes from elsewhere. */
export function pageFrame({ title, accent, style = '', beside = '', main, script }: PageContent): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>${title} · Rendercast</title>
<style>
:root { --accent: ${accent}; }${STYLE}${style}</style>
</head>
<body>
<main>
<header><h1>${title}</h1><span id="status" role="status" data-state="none">Not connected</span>${beside}</header>
${main}
</main>
<script src="${script}"></script>
</body>
</html>
`;
}

/** The sections at the end of a page: what was said on its socket, and lines for a terminal. */
export const LOG_AND_LINES = `<section aria-label="Messages"><h2>Messages</h2><pre id="log" tabindex="0" role="log" aria-live="off" aria-label="Messages"></pre></section>
<section aria-label="Try it in a terminal"><h2>Try it in a terminal</h2><pre id="lines" tabindex="0" role="group" aria-label="Lines for a terminal"></pre></section>`;

/**
 * What the scripts of all pages begin with: `$` finds an element, `state` and `show` say how it stands, `note` writes into
 * the log, `socketAt` opens a socket, `ask` calls the server (with the key of `?token=`, if there is one) and `curl` writes
 * the same as a line for a terminal.
 */
export const SCRIPT_BEGIN = `'use strict';
const $ = (id) => document.getElementById(id);
const token = new URLSearchParams(location.search).get('token');
const FIRST_RETRY_MS = 500, LAST_RETRY_MS = 8000, MOST_LINES = 500;

function state(name, text) { $('status').dataset.state = name; $('status').textContent = text; }
function show(text, bad) { $('said').textContent = text; $('said').classList.toggle('bad', bad === true); }
function note(text) {
  const log = $('log'), atEnd = log.scrollTop + log.clientHeight >= log.scrollHeight - 8;
  log.append(new Date().toLocaleTimeString() + '  ' + text + '\\n');
  while (log.childNodes.length > MOST_LINES) log.firstChild.remove();
  if (atEnd) log.scrollTop = log.scrollHeight;
}
function seconds(given) {
  const whole = Math.ceil(given);
  return whole < 60 ? whole + ' s' : Math.floor(whole / 60) + ' min ' + (whole % 60) + ' s';
}

function socketAt(path) {
  const address = new URL(path, location.href);
  address.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
  if (token !== null) address.searchParams.set('token', token);
  return new WebSocket(address);
}
async function ask(path, method, body) {
  const headers = body === undefined ? {} : { 'Content-Type': 'application/json' };
  if (token !== null) headers.Authorization = 'Bearer ' + token;
  const answer = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  const text = await answer.text();
  let json = {};
  try { json = JSON.parse(text); } catch { /* a proxy's own words */ }
  return { ok: answer.ok, status: answer.status, json };
}
function refusalOf(answer) { return answer.json.detail || answer.json.message || 'The server answered ' + answer.status + '.'; }

const quoted = (text) => "'" + text.replaceAll("'", "'\\\\''") + "'";
function curl(path, body) {
  const key = token === null ? '' : ' -H "X-API-Key: $KEY"';
  const address = quoted(location.origin + path);
  if (body === undefined) return 'curl ' + address + key;
  return 'curl -X POST ' + address + key + (body === null ? '' : " -H 'Content-Type: application/json' -d " + quoted(JSON.stringify(body)));
}
`;
