import { LOG_AND_LINES, pageFrame, SCRIPT_BEGIN } from '../../page-frame.js';

const STYLE = `
#task-now { font-size: .9rem; color: var(--soft); margin: 0 0 .8rem; }
#image { margin: 1rem 0 0; }
#image img { display: block; width: 100%; max-width: 32rem; height: auto; border-radius: 10px; background: var(--line); }
#image figcaption { margin-top: .4rem; font-size: .85rem; color: var(--soft); overflow-wrap: anywhere; }
#join { align-items: end; }
#join button { flex: none; }
`;

const MAIN = `<form id="form" aria-label="New task">
<label>Prompt<textarea id="prompt" rows="3" required minlength="3" maxlength="500">A lighthouse on a cliff at dusk, soft light</textarea></label>
<label>Negative prompt<textarea id="negative" rows="1"></textarea></label>
<div class="pair">
<label>Steps <output id="steps-now" for="steps">50</output><input id="steps" type="range" min="20" max="100" value="50"></label>
<label>Guidance <output id="guidance-now" for="guidance">8</output><input id="guidance" type="range" min="1" max="20" step="0.5" value="8"></label>
<label>Size<select id="size"><option value="">as the engine likes it</option><option>256 × 256</option><option>512 × 512</option><option>768 × 512</option>
<option>512 × 768</option><option>1024 × 1024</option></select></label>
<label>Seed<input id="seed" inputmode="numeric" pattern="\\s*\\d*\\s*" placeholder="drawn for you"></label>
<label>Task id<input id="task" placeholder="made up for you" maxlength="128" autocomplete="off" spellcheck="false"></label>
<label><input id="refine" type="checkbox" checked>Refine (30 more steps)</label>
</div>
<div class="row"><button id="generate" class="main">Generate</button><button id="cancel" type="button" disabled>Cancel</button></div>
</form>
<section id="progress" aria-label="Task">
<p id="task-now">No task.</p>
<progress id="bar" max="100" value="0" aria-label="Progress"></progress>
<p id="said" aria-live="polite">Nothing is under way.</p>
<p id="figures"></p>
<figure id="image" hidden><img alt=""><figcaption></figcaption></figure>
</section>
<section aria-label="Follow a task"><h2>Follow a task that somebody else began</h2>
<form id="join-form" class="bare"><div class="row" id="join"><label>Its id<input id="join-task" required maxlength="128" autocomplete="off" spellcheck="false"></label><button id="follow">Follow</button></div></form>
</section>
${LOG_AND_LINES}`;

/** The test page: a task with its bar, step by step, its image at the end, and any other task by its id. */
export const PAGE = pageFrame({
  title: 'Image task test',
  accent: '#a8461a',
  style: STYLE,
  main: MAIN,
  script: '/test/image-task.js',
});

/** What the page does. The task stands in the address, so that a page that is loaded again goes on with it. */
export const SCRIPT = `${SCRIPT_BEGIN}
const STAGES = { '': 'Waiting', base_model: 'Base model', refiner_model: 'Refiner model' };
let socket = null, task = null, over = true, asking = null, retryMs = FIRST_RETRY_MS;

const spent = (time) => (time < 60 ? time.toFixed(1) + ' s' : seconds(time));

/** Follows the task from here on, and no other. */
function follow(id) {
  leave();
  task = id; over = false; retryMs = FIRST_RETRY_MS;
  const address = new URL(location.href); address.hash = 'task=' + encodeURIComponent(id); history.replaceState(null, '', address);
  $('task-now').replaceChildren('Task ', Object.assign(document.createElement('code'), { textContent: id }));
  $('progress').dataset.status = ''; $('bar').value = 0; $('figures').textContent = ''; $('image').hidden = true; $('cancel').disabled = false;
  lines(); connect();
}

function leave() {
  const last = socket;
  socket = null; task = null; over = true; $('cancel').disabled = true;
  if (last !== null) last.close();
  state('none', 'Not connected');
}

/** What the server refused is no task to go on with. */
function forget() {
  $('task-now').textContent = 'No task.';
  history.replaceState(null, '', location.pathname + location.search);
}

function connect() {
  const own = socketAt('/ws/image-generation/' + encodeURIComponent(task));
  socket = own;
  own.onopen = () => { if (socket === own) { retryMs = FIRST_RETRY_MS; state('connected', 'Connected'); } };
  own.onmessage = (event) => { note(event.data); if (socket === own) hear(JSON.parse(event.data)); };
  own.onclose = () => {
    if (socket !== own) return;
    state('closed', 'Disconnected, trying again');
    setTimeout(() => { if (socket === own) connect(); }, retryMs);
    retryMs = Math.min(LAST_RETRY_MS, retryMs * 2);
  };
}

function hear(message) {
  if (message.type === 'status') show(message.message);
  if (message.type === 'progress') tell(message);
}

function tell(record) {
  const wasOver = over, before = $('progress').dataset.status;
  over = record.status === 'completed' || record.status === 'failed';
  $('progress').dataset.status = record.status; $('bar').value = record.percentage; $('cancel').disabled = over;
  const left = record.estimated_remaining > 0 ? ' · about ' + seconds(record.estimated_remaining) + ' left' : '';
  $('figures').textContent = STAGES[record.current_stage] + ' · step ' + record.current_step + ' of ' + record.total_steps + ' · ' +
    Math.floor(record.percentage) + ' % · ' + spent(record.elapsed_time) + left;
  // Of a running task the figures tell each step; what is read aloud changes with its state.
  if (record.status !== 'generating') show(record.message, record.status === 'failed');
  else if (before !== 'generating') show('The engine is at work.');
  if (record.status === 'completed' && !wasOver && asking !== record.task_id) find(record.task_id);
}

/** The image of a task that another call waits for: the server has every task under its id. */
async function find(id) {
  try {
    const answer = await ask('/v1/jobs/' + encodeURIComponent(id), 'GET');
    const output = answer.ok ? answer.json.job.outputs[0] : undefined;
    if (task !== id) return;
    if (output === undefined) show('The task is done; its image was removed.', true);
    else picture(output.artifact.url, answer.json.job.request.prompt || '');
  } catch { show('The task is done; its image cannot be fetched.', true); }
}

function picture(address, words) {
  // The answer names the whole address, for pages on other hosts; this page is on the server's own.
  const { pathname, search } = new URL(address, location.href);
  const image = $('image').querySelector('img');
  image.src = pathname + search; image.alt = words;
  $('image').querySelector('figcaption').textContent = words; $('image').hidden = false;
}

function body() {
  const [width, height] = $('size').value.split(' × ').map(Number);
  return { prompt: $('prompt').value, num_inference_steps: Number($('steps').value), guidance_scale: Number($('guidance').value),
    use_refinement: $('refine').checked, ...($('negative').value === '' ? {} : { negative_prompt: $('negative').value }),
    ...(height === undefined ? {} : { width, height }), ...($('seed').value.trim() === '' ? {} : { seed: Number($('seed').value) }) };
}

async function generate(event) {
  event.preventDefault();
  const id = $('task').value.trim() || 'task-' + Date.now();
  const call = { ...body(), task_id: id };
  follow(id);
  asking = id; $('generate').disabled = true; show('Asking for it …');
  try {
    const answer = await ask('/api/media/generate', 'POST', call);
    note('POST ' + answer.status + ' ' + JSON.stringify(answer.json));
    if (task !== id) return;
    if (!answer.ok) { leave(); forget(); show(refusalOf(answer), true); return; }
    if (answer.json.success) { picture(answer.json.image_url, call.prompt); show('Done in ' + answer.json.generation_time.toFixed(1) + ' s.'); }
    else if (!over) show(answer.json.message, true);
  } catch {
    // The task goes on without its caller; its socket tells how.
    if (task === id && !over) show('The call was cut off. The task goes on if the server has it.', true);
  } finally { if (asking === id) asking = null; $('generate').disabled = false; }
}

/** The dialect has no way to cancel; the task is a job like any other, and can be cancelled as one. */
async function cancel() {
  const id = task;
  $('cancel').disabled = true;
  try {
    const answer = await ask('/v1/jobs/' + encodeURIComponent(id) + '/cancel', 'POST');
    if (!answer.ok && task === id && !over) { $('cancel').disabled = false; show('There is nothing to cancel yet.', true); }
  } catch { if (task === id) { $('cancel').disabled = false; show('The server cannot be reached.', true); } }
}

function lines() {
  const id = task || $('task').value.trim() || 'my-task';
  $('lines').textContent = [
    curl('/api/media/generate', { ...body(), task_id: id }),
    curl('/v1/jobs/' + encodeURIComponent(id)),
    curl('/v1/jobs/' + encodeURIComponent(id) + '/cancel', null),
  ].join('\\n\\n');
}

for (const name of ['steps', 'guidance']) $(name).addEventListener('input', () => { $(name + '-now').textContent = $(name).value; });
$('form').addEventListener('input', lines);
$('form').onsubmit = generate;
$('cancel').onclick = cancel;
$('join-form').onsubmit = (event) => { event.preventDefault(); show('Looking for it …'); follow($('join-task').value.trim()); };
const known = new URLSearchParams(location.hash.slice(1)).get('task');
if (known === null) lines(); else follow(known);
`;
