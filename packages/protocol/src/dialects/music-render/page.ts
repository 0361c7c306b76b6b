import { LOG_AND_LINES, pageFrame, SCRIPT_BEGIN } from '../../page-frame.js';
import { STAGES } from './stages.js';

/** A plan to begin with: short enough to hear its end soon. */
const EXAMPLE = {
  title: 'Lamp in the Window',
  positive_global_styles: ['warm', 'acoustic', 'slow waltz'],
  negative_global_styles: ['distortion'],
  sections: [
    {
      section_name: 'Intro',
      duration_ms: 6_000,
      positive_local_styles: ['solo piano'],
      negative_local_styles: ['drums'],
      lines: [],
    },
    {
      section_name: 'Verse',
      duration_ms: 12_000,
      positive_local_styles: ['soft strings'],
      negative_local_styles: [],
      lines: ['Somebody left a lamp in the window', 'Snow on the sill and the kettle on'],
    },
    {
      section_name: 'Outro',
      duration_ms: 6_000,
      positive_local_styles: ['fading'],
      negative_local_styles: [],
      lines: [],
    },
  ],
};

const STYLE = `
#plan { font: .85rem/1.5 ui-monospace, monospace; white-space: pre; overflow: auto; }
#sum { margin: -.4rem 0 0; font-size: .85rem; color: var(--soft); overflow-wrap: anywhere; }
#render-now { font-size: .9rem; color: var(--soft); margin: 0 0 .8rem; }
#stages { list-style: none; margin: 0 0 .9rem; padding: 0; display: flex; flex-wrap: wrap; gap: .4rem; }
#stages li { padding: .1rem .7rem; border: 1px solid var(--line); border-radius: 99px; font-size: .85rem; color: var(--soft); }
#stages li[data-is="done"] { color: var(--good); border-color: currentColor; }
#stages li[data-is="done"]::before { content: "✓ "; }
#stages li[aria-current] { color: #fff; background: var(--accent); border-color: transparent; }
#song { margin-top: 1rem; }
#song audio { display: block; width: 100%; }
#song p { margin: .5rem 0 0; font-size: .9rem; overflow-wrap: anywhere; }
#wish { align-items: end; }
#wish button { flex: none; }
#wish .length { flex: 0 1 9rem; }
`;

const named = (stage: string): string => stage.slice(0, 1).toUpperCase() + stage.slice(1);
const STAGE_ITEMS = Object.keys(STAGES)
  .filter((stage) => stage !== 'connected')
  .map((stage) => `<li data-stage="${stage}">${named(stage)}</li>`)
  .join('');

const MAIN = `<section aria-label="Plan from words"><h2>A plan from words</h2>
<form id="wish-form" class="bare"><div class="row" id="wish"><label>What it is to sound like<input id="words" required placeholder="a calm piano piece for a rainy evening"></label>
<label class="length">Length in seconds<input id="length" type="number" min="3" max="600" value="30" required></label><button id="write">Write the plan</button></div></form>
</section>
<form id="form" aria-label="Composition plan">
<div class="pair">
<label>Title<input id="title" autocomplete="off"></label>
<label>Styles, with commas between<input id="styles" autocomplete="off"></label>
<label>Styles to avoid<input id="avoid" autocomplete="off"></label>
</div>
<label>Composition plan<textarea id="plan" rows="16" spellcheck="false" autocapitalize="off"></textarea></label>
<p id="sum" aria-live="polite"></p>
<div class="row"><button id="render" class="main">Render</button><button id="cancel" type="button" disabled>Cancel</button></div>
</form>
<section id="progress" aria-label="Render">
<p id="render-now">No render.</p>
<ol id="stages" aria-label="Stages">${STAGE_ITEMS}</ol>
<progress id="bar" max="100" value="0" aria-label="Progress"></progress>
<p id="said" aria-live="polite">Nothing is under way.</p>
<p id="figures"></p>
<div id="song" hidden><audio controls preload="metadata" aria-label="The song"></audio><p></p></div>
</section>
${LOG_AND_LINES}`;

/** The test page: a plan that can be edited, its render stage by stage, and the song at the end. */
export const PAGE = pageFrame({
  title: 'Music render test',
  accent: '#97307a',
  style: STYLE,
  main: MAIN,
  script: '/test/render.js',
});

/**
 * What the page does. The render stands in the address and its plan is kept for as long as the tab: a page that is loaded
 * again, or has lost its socket, sends the plan once more and so joins the render.
 */
export const SCRIPT = `${SCRIPT_BEGIN}
const EXAMPLE = ${JSON.stringify(EXAMPLE)};
const POLL_MS = 1000;
let socket = null, plan = null, id = null, over = true, turn = 0, retryMs = FIRST_RETRY_MS;

const kept = (given) => 'render ' + given;

/** Everything on the page is about the render that begins here; what is still heard of the one before is passed over. */
function begin(text) {
  turn += 1; over = false; plan = text; id = null;
  const last = socket;
  socket = null;
  if (last !== null) last.close();
  $('progress').dataset.status = ''; $('bar').value = 0; $('figures').textContent = ''; $('song').hidden = true;
  $('song').querySelector('audio').removeAttribute('src');
  $('render-now').textContent = 'No render.'; $('cancel').disabled = true;
  at('connected'); lines();
}

/** Sends the plan as it was written: what is wrong with it is for the server to say. */
function send(text) {
  const own = socketAt('/render/ws');
  socket = own; $('render').disabled = true; state('none', 'Connecting');
  own.onopen = () => { if (socket === own) { retryMs = FIRST_RETRY_MS; state('connected', 'Connected'); } };
  own.onmessage = (event) => {
    note(event.data);
    if (socket !== own) return;
    const message = JSON.parse(event.data);
    if (message.stage === 'connected') own.send('{"type":"render","composition_plan":' + text + '}');
    hear(message);
  };
  own.onclose = (event) => {
    note('closed with ' + event.code);
    if (socket !== own) return;
    socket = null; $('render').disabled = false;
    state(over ? 'none' : 'closed', over ? 'Closed after the end' : 'Disconnected');
    if (!over) lost();
  };
}

/** A socket that was lost before the end: with an id the render is looked for, without one nothing was begun. */
function lost() {
  if (id === null) { over = true; show('The connection was lost before the plan was taken. Send it again.', true); return; }
  show('The connection was lost; the render goes on. Trying again …', true);
  again();
}
function again() {
  const mine = turn;
  setTimeout(() => { if (turn === mine && !over) resume(id); }, retryMs);
  retryMs = Math.min(LAST_RETRY_MS, retryMs * 2);
}

function remember(given) {
  if (given === undefined || given === id) return;
  id = given; $('cancel').disabled = over;
  $('render-now').replaceChildren('Render ', Object.assign(document.createElement('code'), { textContent: id }));
  history.replaceState(null, '', location.pathname + location.search + '#render=' + encodeURIComponent(id));
  try { if (plan !== null) sessionStorage.setItem(kept(id), plan); } catch { /* without a store the render is asked after */ }
  lines();
}

function at(stage) {
  let is = 'done';
  for (const item of $('stages').children) {
    const now = item.dataset.stage === stage && stage !== 'complete';
    item.toggleAttribute('aria-current', now);
    if (now) item.setAttribute('aria-current', 'step');
    if (now || stage === 'connected') is = 'ahead';
    item.dataset.is = is;
  }
}

function hear(message) {
  remember(message.request_id);
  if (message.type === 'progress') tell(message);
  if (message.type === 'result') song(message.data);
  if (message.type === 'error') fail(message.error_code + ': ' + message.message);
}

function tell({ stage, progress_percent: percent, message }) {
  at(stage); $('bar').value = percent; $('figures').textContent = percent + ' % · ' + message;
  if (stage === 'connected') show('Connected; the plan goes out.');
  else if (stage === 'validated') show('The plan is good; the render waits for its turn.');
  else if (stage === 'generating') { if ($('said').textContent !== 'The engine is at work.') show('The engine is at work.'); }
}

function end(status) { over = true; $('progress').dataset.status = status; $('cancel').disabled = true; $('render').disabled = false; }
function fail(words) {
  end('failed'); show(words, true);
  if (id === null) $('figures').textContent = '';
}
function song(result) {
  end('completed'); at('complete'); $('bar').value = 100; show('Render complete.');
  $('figures').textContent = result.filename + ' · ' + Math.round(result.file_size_bytes / 1024) + ' kB';
  $('song').querySelector('audio').src = result.stream_url;
  const link = Object.assign(document.createElement('a'), { href: result.download_url, textContent: 'Download ' + result.filename });
  $('song').querySelector('p').replaceChildren(link); $('song').hidden = false;
}

/** A render by its id: ended, it is shown; else its plan, sent again, joins it. Whoever has no plan asks now and then. */
async function resume(given) {
  const mine = turn;
  let answer;
  try { answer = await ask('/render/status/' + encodeURIComponent(given), 'GET'); } catch { answer = null; }
  if (turn !== mine) return;
  if (answer === null || answer.status >= 500) return again();
  remember(given);
  if (!answer.ok) return fail(refusalOf(answer));
  const { stage, progress_percent, message, result, error } = answer.json;
  if (result !== null) return song(result);
  if (error !== null) { at(stage); $('bar').value = progress_percent; return fail(error); }
  if (plan !== null) return send(plan);
  tell({ stage, progress_percent, message });
  setTimeout(() => { if (turn === mine && !over) resume(given); }, POLL_MS);
}

/** The dialect has no way to cancel; the render is a job like any other, and can be cancelled as one. */
async function cancel() {
  $('cancel').disabled = true;
  try {
    const answer = await ask('/v1/jobs/' + encodeURIComponent(id) + '/cancel', 'POST');
    if (!answer.ok && !over) show(refusalOf(answer), true);
  } catch { if (!over) { $('cancel').disabled = false; show('The server cannot be reached.', true); } }
}

/** The plan in the editor; null: it is no JSON object, and its fields are left alone. */
function planNow() {
  try {
    const value = JSON.parse($('plan').value);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
  } catch { return null; }
}
const listed = (list) => (Array.isArray(list) ? list.join(', ') : '');
const split = (text) => text.split(',').map((each) => each.trim()).filter((each) => each !== '');

function summed(value) {
  const sections = value !== null && Array.isArray(value.sections) ? value.sections : [];
  const wholeMs = sections.reduce((sum, section) => sum + (section && Number(section.duration_ms) || 0), 0);
  $('sum').textContent = value === null ? 'This is not a JSON object; the server will refuse it.'
    : sections.length + (sections.length === 1 ? ' section, ' : ' sections, ') + seconds(wholeMs / 1000);
  $('sum').classList.toggle('bad', value === null);
  lines();
}
function fieldsFromPlan() {
  const value = planNow();
  if (value !== null) {
    $('title').value = typeof value.title === 'string' ? value.title : '';
    $('styles').value = listed(value.positive_global_styles); $('avoid').value = listed(value.negative_global_styles);
  }
  summed(value);
}
function planFromFields() {
  const value = planNow();
  if (value !== null) {
    Object.assign(value, { title: $('title').value, positive_global_styles: split($('styles').value), negative_global_styles: split($('avoid').value) });
    $('plan').value = JSON.stringify(value, null, 2);
  }
  summed(value);
}
function edit(value) { $('plan').value = JSON.stringify(value, null, 2); fieldsFromPlan(); }

async function write(event) {
  event.preventDefault();
  $('write').disabled = true; show('Writing a plan …');
  try {
    const answer = await ask('/plan', 'POST', { prompt: $('words').value, music_length_ms: Math.round(Number($('length').value) * 1000) });
    if (answer.ok) { edit(answer.json); show('The plan is written; change what you like.'); } else show(refusalOf(answer), true);
  } catch { show('The server cannot be reached.', true); }
  $('write').disabled = false;
}

function lines() {
  const of = encodeURIComponent(id === null ? 'the-request-id' : id);
  $('lines').textContent = [
    curl('/render', planNow() || EXAMPLE),
    curl('/render/status/' + of),
    curl('/v1/jobs/' + of + '/cancel', null),
    curl('/plan', { prompt: 'a calm piano piece for a rainy evening', music_length_ms: 30000 }),
  ].join('\\n\\n');
}

for (const name of ['title', 'styles', 'avoid']) $(name).oninput = planFromFields;
$('plan').oninput = fieldsFromPlan;
$('form').onsubmit = (event) => {
  event.preventDefault();
  const text = $('plan').value;
  history.replaceState(null, '', location.pathname + location.search);
  begin(text); show('Connecting …'); send(text);
};
$('wish-form').onsubmit = write;
$('cancel').onclick = cancel;
edit(EXAMPLE);
const known = new URLSearchParams(location.hash.slice(1)).get('render');
if (known !== null) {
  let text = null;
  try { text = sessionStorage.getItem(kept(known)); } catch { /* as if there were none */ }
  if (text !== null) { $('plan').value = text; fieldsFromPlan(); }
  begin(text); show('Looking for the render …'); resume(known);
}
`;
