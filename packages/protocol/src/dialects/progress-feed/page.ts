/** The monitor: the connection, the jobs that wait and run with their bars, what was said, and lines to try it with. */
export const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>Progress monitor · Rendercast</title>
<style>
:root { color-scheme: light dark; --ink: light-dark(#182028, #e6edf2); --soft: light-dark(#566472, #9fb0bd); --ground: light-dark(#eef2f5, #0f161b);
  --card: light-dark(#fff, #18222a); --line: light-dark(#d5dde3, #2b3a45); --accent: #0f8b9d; --good: #1f9d63; --bad: #d24545; }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--ground); }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1rem 4rem; display: grid; gap: 1.2rem; }
header { display: flex; align-items: center; gap: .8rem; flex-wrap: wrap; }
h1 { font-size: 1.4rem; margin: 0; flex: 1; }
h2 { font-size: 1rem; margin: 0 0 .8rem; }
#status { display: inline-flex; align-items: center; gap: .5rem; padding: .25rem .8rem; border-radius: 99px; border: 1px solid var(--line); font-size: .9rem; }
#status::before { content: ""; width: .6rem; height: .6rem; border-radius: 50%; background: var(--bad); }
#status[data-state="connected"] { color: var(--good); border-color: currentColor; }
#status[data-state="connected"]::before { background: var(--good); }
section { background: var(--card); border: 1px solid var(--line); border-radius: 14px; padding: 1.2rem; min-width: 0; }
button { font: inherit; font-weight: 600; padding: .35rem 1rem; border: 1px solid var(--line); border-radius: 8px; color: var(--ink); background: var(--ground); cursor: pointer; }
button:focus-visible { outline: 3px solid color-mix(in srgb, var(--accent) 55%, transparent); outline-offset: 1px; }
ul { list-style: none; margin: 0; padding: 0; display: grid; gap: .8rem; }
#jobs li { display: grid; grid-template-columns: 5.5rem 1fr auto; gap: .2rem .9rem; align-items: center; }
#jobs img { grid-row: span 3; width: 5.5rem; aspect-ratio: 1; object-fit: cover; border-radius: 8px; background: var(--line); }
#jobs strong { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-weight: 600; }
#jobs progress { grid-column: 2 / -1; width: 100%; height: .7rem; accent-color: var(--accent); }
#jobs small { grid-column: 2 / -1; color: var(--soft); font-variant-numeric: tabular-nums; }
#jobs li[data-status="completed"] progress { accent-color: var(--good); }
#jobs li[data-status="failed"] small { color: var(--bad); }
#none { color: var(--soft); margin: 0; }
pre { margin: 0; overflow: auto; font: .82rem/1.5 ui-monospace, monospace; }
#log { height: 14rem; }
#lines { white-space: pre-wrap; overflow-wrap: anywhere; user-select: all; }
[hidden] { display: none !important; }
</style>
</head>
<body>
<main>
<header><h1>Progress monitor</h1><span id="status" role="status" data-state="closed">Disconnected</span><button id="toggle">Disconnect</button></header>
<section aria-label="Jobs"><h2>Jobs <span id="count"></span></h2><p id="none">No job is under way. Start one with a line from below.</p><ul id="jobs"></ul></section>
<section aria-label="Messages"><h2>Messages</h2><pre id="log" tabindex="0" role="log"></pre></section>
<section aria-label="Try it"><h2>Try it</h2><pre id="lines"></pre></section>
</main>
<script src="/test/progress.js"></script>
</body>
</html>
`;

/** What the page does. */
export const SCRIPT = `'use strict';
const $ = (id) => document.getElementById(id);
const token = new URLSearchParams(location.search).get('token');
const FIRST_RETRY_MS = 500, LAST_RETRY_MS = 8000, MOST_LINES = 500, MOST_JOBS = 50;
const jobs = new Map();
let socket = null, wanted = true, retryMs = FIRST_RETRY_MS, retry = 0;

function state(name, text) { $('status').dataset.state = name; $('status').textContent = text; }
function note(text) {
  const log = $('log'), atEnd = log.scrollTop + log.clientHeight >= log.scrollHeight - 8;
  log.append(new Date().toLocaleTimeString() + '  ' + text + '\\n');
  while (log.childNodes.length > MOST_LINES) log.firstChild.remove();
  if (atEnd) log.scrollTop = log.scrollHeight;
}

function connect() {
  const address = new URL('/ws/progress', location.href);
  address.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
  if (token !== null) address.searchParams.set('token', token);
  state('closed', 'Connecting');
  socket = new WebSocket(address);
  socket.onopen = () => {
    retryMs = FIRST_RETRY_MS; state('connected', 'Connected'); $('toggle').textContent = 'Disconnect';
    socket.send(JSON.stringify({ type: 'subscribe', job_ids: null, include_previews: true }));
  };
  socket.onmessage = (event) => hear(JSON.parse(event.data));
  socket.onclose = () => {
    state('closed', 'Disconnected');
    $('toggle').textContent = wanted ? 'Stop trying' : 'Connect';
    if (wanted) { retry = setTimeout(connect, retryMs); retryMs = Math.min(LAST_RETRY_MS, retryMs * 2); }
  };
}

function hear(message) {
  const { type, data } = message;
  note(type + '  ' + JSON.stringify(data, (key, value) => (key === 'preview_image' && value ? '(picture)' : value)));
  if (type === 'generation_started') { const row = rowOf(data.job_id); row.title.textContent = data.params.prompt; }
  if (type === 'progress_update') update(data);
  if (type === 'generation_complete') complete(data);
}

function rowOf(id) {
  const known = jobs.get(id);
  if (known) return known;
  const row = { item: document.createElement('li'), image: document.createElement('img'), title: document.createElement('strong'),
    cancel: document.createElement('button'), bar: document.createElement('progress'), said: document.createElement('small') };
  row.image.alt = ''; row.title.textContent = id; row.cancel.textContent = 'Cancel'; row.bar.max = 1; row.bar.value = 0;
  row.bar.setAttribute('aria-label', 'Progress of ' + id);
  row.cancel.onclick = () => socket.send(JSON.stringify({ type: 'cancel', job_ids: [id] }));
  row.item.append(row.image, row.title, row.cancel, row.bar, row.said);
  row.item.dataset.job = id;
  $('jobs').prepend(row.item);
  jobs.set(id, row);
  if (jobs.size > MOST_JOBS) { const [oldest] = jobs.keys(); jobs.get(oldest).item.remove(); jobs.delete(oldest); }
  $('none').hidden = true; $('count').textContent = '(' + jobs.size + ')';
  return row;
}

function update(data) {
  const row = rowOf(data.job_id);
  row.bar.value = data.progress; row.item.dataset.status = data.status;
  const steps = data.total_steps === null ? '' : ' · step ' + data.current_step + ' of ' + data.total_steps;
  const left = data.eta_seconds === null || data.status !== 'running' ? '' : ' · ' + Math.ceil(data.eta_seconds) + ' s left';
  row.said.textContent = data.error_message || data.status + ' · ' + Math.round(data.progress * 100) + ' %' + steps + left;
  row.cancel.hidden = data.status !== 'pending' && data.status !== 'running';
  if (data.preview_image) row.image.src = 'data:image/jpeg;base64,' + data.preview_image;
}

function complete(data) {
  const row = rowOf(data.job_id);
  if (data.generation_info && data.generation_info.prompt) row.title.textContent = data.generation_info.prompt;
  if (data.images && data.images.length > 0) row.image.src = data.images[0];
}

$('toggle').onclick = () => {
  if (socket.readyState === 1) { wanted = false; socket.close(); return; }
  clearTimeout(retry);
  wanted = !wanted;
  if (wanted) connect(); else $('toggle').textContent = 'Connect';
};
const key = token === null ? '' : " -H 'X-API-Key: $KEY'";
const json = " -H 'Content-Type: application/json' -d ";
const line = (path, body) => 'curl -X POST ' + location.origin + '/generation' + path + key + json + "'" + JSON.stringify(body) + "'";
$('lines').textContent = [
  line('/queue-generation', { prompt: 'a beautiful landscape', steps: 20 }),
  line('/batch', { jobs: [{ prompt: 'a red fox' }, { prompt: 'a blue whale', n_iter: 2 }] }),
  'curl ' + location.origin + '/generation/jobs/active' + key,
].join('\\n\\n');
connect();
`;
