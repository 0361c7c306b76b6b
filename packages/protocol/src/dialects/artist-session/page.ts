import { LOG_AND_LINES, pageFrame, SCRIPT_BEGIN } from '../../page-frame.js';

const STYLE = `
#images { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 13rem), 1fr)); gap: .8rem; }
#images:not(:empty), #preview { margin-top: 1rem; }
#images img, #preview { width: 100%; height: auto; border-radius: 10px; display: block; background: var(--line); }
#preview { max-width: 13rem; }
`;

const MAIN = `<form id="form" aria-label="New session">
<label>Prompt<textarea id="prompt" rows="3" required>A lighthouse on a cliff at dusk, soft light</textarea></label>
<label>Negative prompt<textarea id="negative" rows="2"></textarea></label>
<div class="pair">
<label>Inference steps <output id="steps-now" for="steps">30</output><input id="steps" type="range" min="10" max="100" value="30"></label>
<label>Guidance scale <output id="guidance-now" for="guidance">7.5</output><input id="guidance" type="range" min="1" max="20" step="0.5" value="7.5"></label>
</div>
<div class="row"><button id="generate" class="main">Generate Artwork</button><button id="cancel" type="button" disabled>Cancel</button></div>
</form>
<section id="progress" aria-label="Progress">
<progress id="bar" max="100" value="0" aria-label="Progress"></progress>
<p id="said" aria-live="polite">Nothing is under way.</p>
<p id="figures"></p>
<img id="preview" alt="Preview of what is under way" hidden>
<div id="images"></div>
</section>
${LOG_AND_LINES}`;

/** The test page: it connects by itself, starts a session and shows it until its images are there. */
export const PAGE = pageFrame({
  title: 'Session test',
  accent: '#6a4bdc',
  style: STYLE,
  main: MAIN,
  script: '/test/websocket.js',
});

/** What the page does. The session stands in the address, so that a page that is loaded again goes on with it. */
export const SCRIPT = `${SCRIPT_BEGIN}
let socket = null, session = null, retryMs = FIRST_RETRY_MS;

function follow() { if (session !== null && socket.readyState === 1) socket.send(JSON.stringify({ type: 'subscribe', session_id: session })); }

function connect() {
  socket = socketAt('/ws?previews=true');
  socket.onopen = () => { retryMs = FIRST_RETRY_MS; state('connected', 'Connected'); follow(); };
  socket.onmessage = (event) => hear(JSON.parse(event.data));
  socket.onclose = () => {
    state('closed', 'Disconnected, trying again');
    setTimeout(connect, retryMs);
    retryMs = Math.min(LAST_RETRY_MS, retryMs * 2);
  };
}

function hear(message) {
  note(JSON.stringify(message, (key, value) => (key === 'preview' ? '(picture)' : value)));
  if (session === null || message.session_id !== session) return;
  switch (message.type) {
    case 'generation_start': show('Started.'); break;
    case 'progress': show(message.message); break;
    case 'generation_progress':
      $('bar').value = message.progress_percent;
      $('figures').textContent = message.message + ' (step ' + message.step + ' of ' + message.total_steps + ')';
      if (message.preview) { $('preview').src = 'data:image/jpeg;base64,' + message.preview; $('preview').hidden = false; }
      break;
    case 'generation_complete':
      $('bar').value = 100;
      for (const path of message.image_paths) {
        const image = document.createElement('img');
        image.src = path; image.alt = message.metadata.prompt; $('images').prepend(image);
      }
      over('Done.', 'completed'); break;
    case 'generation_error': over(message.error, 'failed'); break;
  }
}

function begin(id) {
  session = id; $('cancel').disabled = false; show('Waiting for its turn …');
  history.replaceState(null, '', location.pathname + location.search + '#session=' + encodeURIComponent(id));
  lines(); follow();
}

function over(text, status) {
  session = null; $('progress').dataset.status = status; $('preview').hidden = true;
  $('generate').disabled = false; $('cancel').disabled = true; show(text, status === 'failed');
}

const body = () => ({ prompt: $('prompt').value, negative_prompt: $('negative').value,
  num_inference_steps: Number($('steps').value), guidance_scale: Number($('guidance').value) });

async function generate(event) {
  event.preventDefault();
  session = null; $('generate').disabled = true; $('progress').dataset.status = ''; $('bar').value = 0; $('figures').textContent = ''; show('Asking for it …');
  try {
    const answer = await ask('/api/generate', 'POST', body());
    if (answer.ok) begin(answer.json.session_id); else over(refusalOf(answer), 'failed');
  } catch { over('The server cannot be reached.', 'failed'); }
}

async function cancel() {
  const id = session;
  $('cancel').disabled = true;
  try {
    const answer = await ask('/api/cancel/' + encodeURIComponent(id), 'POST');
    if (!answer.ok && session === id) over(refusalOf(answer), 'failed');
  } catch { if (session === id) { $('cancel').disabled = false; show('The server cannot be reached.', true); } }
}

function lines() {
  $('lines').textContent = [
    curl('/api/generate', body()),
    curl('/api/cancel/' + (session === null ? 'the-session-id' : encodeURIComponent(session)), null),
    curl('/api/images?limit=5'),
  ].join('\\n\\n');
}

for (const name of ['steps', 'guidance']) $(name).addEventListener('input', () => { $(name + '-now').textContent = $(name).value; });
$('form').addEventListener('input', lines);
$('form').onsubmit = generate;
$('cancel').onclick = cancel;
connect();
const known = new URLSearchParams(location.hash.slice(1)).get('session');
if (known === null) lines(); else begin(known);
`;
