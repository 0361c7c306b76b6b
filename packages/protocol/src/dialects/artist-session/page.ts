/** The test page: it connects by itself, starts a session and shows it until its images are there. */
export const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>Session test · Rendercast</title>
<style>
:root { color-scheme: light dark; --ink: light-dark(#1c1d2b, #eceaf4); --soft: light-dark(#5d6075, #a5a7bd); --ground: light-dark(#f4f3f8, #14141d);
  --card: light-dark(#fff, #1e1e2b); --line: light-dark(#dcdbe6, #34344a); --accent: #7457e8; --good: #1f9d63; --bad: #d24545; }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--ground); }
main { max-width: 46rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
header { display: flex; align-items: center; justify-content: space-between; gap: 1rem; flex-wrap: wrap; }
h1 { font-size: 1.4rem; margin: 0; }
#status { display: inline-flex; align-items: center; gap: .5rem; padding: .25rem .8rem; border-radius: 99px; border: 1px solid var(--line); font-size: .9rem; }
#status::before { content: ""; width: .6rem; height: .6rem; border-radius: 50%; background: var(--bad); }
#status[data-state="connected"] { color: var(--good); border-color: currentColor; }
#status[data-state="connected"]::before { background: var(--good); }
form, section { background: var(--card); border: 1px solid var(--line); border-radius: 14px; padding: 1.2rem; margin-top: 1.2rem; }
label { display: block; font-size: .9rem; color: var(--soft); margin-bottom: .9rem; }
textarea, input { width: 100%; margin-top: .25rem; color: var(--ink); accent-color: var(--accent); }
textarea { font: inherit; padding: .5rem .7rem; border: 1px solid var(--line); border-radius: 8px; background: var(--ground); resize: vertical; }
output { color: var(--ink); font-variant-numeric: tabular-nums; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(14rem, 1fr)); gap: 0 1.2rem; }
button { font: inherit; font-weight: 600; padding: .6rem 1.4rem; border: 0; border-radius: 10px; color: #fff; background: var(--accent); cursor: pointer; }
button:disabled { opacity: .5; cursor: default; }
button:focus-visible, textarea:focus-visible { outline: 3px solid color-mix(in srgb, var(--accent) 55%, transparent); outline-offset: 1px; }
progress { width: 100%; height: .8rem; accent-color: var(--accent); }
#said { min-height: 1.5rem; margin: .3rem 0 0; color: var(--soft); }
#said.bad { color: var(--bad); }
#images { display: grid; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); gap: .8rem; margin-top: 1rem; }
#images img, #preview { width: 100%; border-radius: 10px; display: block; background: var(--line); }
#preview { max-width: 13rem; margin-top: 1rem; image-rendering: auto; }
[hidden] { display: none !important; }
</style>
</head>
<body>
<main>
<header><h1>Session test</h1><span id="status" role="status" data-state="closed">Disconnected</span></header>
<form id="form">
<label>Prompt<textarea id="prompt" rows="3" required>A lighthouse on a cliff at dusk, soft light</textarea></label>
<label>Negative prompt<textarea id="negative" rows="2"></textarea></label>
<div class="pair">
<label>Inference steps <output id="steps-now">30</output><input id="steps" type="range" min="10" max="100" value="30"></label>
<label>Guidance scale <output id="guidance-now">7.5</output><input id="guidance" type="range" min="1" max="20" step="0.5" value="7.5"></label>
</div>
<button id="generate">Generate Artwork</button>
</form>
<section aria-label="Progress">
<progress id="bar" max="100" value="0" aria-label="Progress"></progress>
<p id="said" aria-live="polite">Nothing is under way.</p>
<img id="preview" alt="Preview of what is under way" hidden>
<div id="images"></div>
</section>
</main>
<script src="/test/websocket.js"></script>
</body>
</html>
`;

/** What the page does. */
export const SCRIPT = `'use strict';
const $ = (id) => document.getElementById(id);
const token = new URLSearchParams(location.search).get('token');
const FIRST_RETRY_MS = 500, LAST_RETRY_MS = 8000;
let socket = null, session = null, retryMs = FIRST_RETRY_MS;

function show(text, bad) { $('said').textContent = text; $('said').classList.toggle('bad', bad === true); }
function state(name, text) { $('status').dataset.state = name; $('status').textContent = text; }
function follow() { if (session !== null && socket.readyState === 1) socket.send(JSON.stringify({ type: 'subscribe', session_id: session })); }

function connect() {
  const address = new URL('/ws?previews=true', location.href);
  address.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
  if (token !== null) address.searchParams.set('token', token);
  socket = new WebSocket(address);
  socket.onopen = () => { retryMs = FIRST_RETRY_MS; state('connected', 'Connected'); follow(); };
  socket.onmessage = (event) => hear(JSON.parse(event.data));
  socket.onclose = () => {
    state('closed', 'Disconnected, trying again');
    setTimeout(connect, retryMs);
    retryMs = Math.min(LAST_RETRY_MS, retryMs * 2);
  };
}

function hear(message) {
  if (session === null || message.session_id !== session) return;
  switch (message.type) {
    case 'generation_start': show('Started.'); break;
    case 'progress': show(message.message); break;
    case 'generation_progress':
      $('bar').value = message.progress_percent;
      show(message.message + ' (step ' + message.step + ' of ' + message.total_steps + ')');
      if (message.preview) { $('preview').src = 'data:image/jpeg;base64,' + message.preview; $('preview').hidden = false; }
      break;
    case 'generation_complete':
      $('bar').value = 100;
      for (const path of message.image_paths) {
        const image = document.createElement('img');
        image.src = path; image.alt = message.metadata.prompt; $('images').prepend(image);
      }
      over('Done.'); break;
    case 'generation_error': over(message.error, true); break;
  }
}

function over(text, bad) { session = null; $('preview').hidden = true; $('generate').disabled = false; show(text, bad); }

async function generate(event) {
  event.preventDefault();
  $('generate').disabled = true; $('bar').value = 0; show('Asking for it …');
  const headers = { 'Content-Type': 'application/json' };
  if (token !== null) headers.Authorization = 'Bearer ' + token;
  const body = { prompt: $('prompt').value, negative_prompt: $('negative').value,
    num_inference_steps: Number($('steps').value), guidance_scale: Number($('guidance').value) };
  try {
    const answer = await fetch('/api/generate', { method: 'POST', headers, body: JSON.stringify(body) });
    const result = await answer.json();
    if (!answer.ok) return over(result.detail || 'The server refused it.', true);
    session = result.session_id; show('Waiting for its turn …'); follow();
  } catch { over('The server cannot be reached.', true); }
}

for (const name of ['steps', 'guidance']) $(name).oninput = () => { $(name + '-now').textContent = $(name).value; };
$('form').onsubmit = generate;
connect();
`;
