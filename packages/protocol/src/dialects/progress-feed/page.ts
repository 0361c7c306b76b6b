import { LOG_AND_LINES, pageFrame, SCRIPT_BEGIN } from '../../page-frame.js';

const STYLE = `
ul { list-style: none; margin: 0; padding: 0; display: grid; gap: 1rem; }
#jobs li { display: grid; grid-template-columns: 5.5rem minmax(0, 1fr) auto; gap: .2rem .9rem; align-items: center; min-height: 5.5rem; }
#jobs img { grid-row: span 3; width: 5.5rem; aspect-ratio: 1; object-fit: cover; border-radius: 8px; background: var(--line); }
#jobs img:not([src]) { visibility: hidden; }
#jobs strong { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-weight: 600; }
#jobs button { min-height: 2rem; padding: .1rem .9rem; font-size: .9rem; }
#jobs progress { grid-column: 2 / -1; }
#jobs small { grid-column: 2 / -1; color: var(--soft); font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
#jobs li[data-status="failed"] small { color: var(--bad); }
#none { color: var(--soft); margin: 0; }
`;

const MAIN = `<section aria-label="Jobs"><h2>Jobs <span id="count"></span></h2><p id="none">No job is under way. Start one with a line from below.</p><ul id="jobs"></ul></section>
${LOG_AND_LINES}`;

/** The monitor: the connection, the jobs that wait and run with their bars, what was said, and lines to try it with. */
export const PAGE = pageFrame({
  title: 'Progress monitor',
  accent: '#0b7585',
  style: STYLE,
  beside: '<button id="toggle">Disconnect</button>',
  main: MAIN,
  script: '/test/progress.js',
});

/** What the page does. */
export const SCRIPT = `${SCRIPT_BEGIN}
const MOST_JOBS = 50;
const jobs = new Map();
let socket = null, wanted = true, retryMs = FIRST_RETRY_MS, retry = 0;

function connect() {
  state('none', 'Connecting');
  socket = socketAt('/ws/progress');
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
  if (type === 'generation_started') name(rowOf(data.job_id), data.params.prompt);
  if (type === 'progress_update') update(data);
  if (type === 'generation_complete') complete(data);
}

function name(row, words) {
  row.title.textContent = words;
  row.cancel.setAttribute('aria-label', 'Cancel ' + words);
  row.bar.setAttribute('aria-label', 'Progress of ' + words);
}

function rowOf(id) {
  const known = jobs.get(id);
  if (known) return known;
  const row = { item: document.createElement('li'), image: document.createElement('img'), title: document.createElement('strong'),
    cancel: document.createElement('button'), bar: document.createElement('progress'), said: document.createElement('small') };
  row.image.alt = ''; row.cancel.textContent = 'Cancel'; row.bar.max = 1; row.bar.value = 0; name(row, id);
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
  const left = data.eta_seconds === null || data.status !== 'running' ? '' : ' · about ' + seconds(data.eta_seconds) + ' left';
  row.said.textContent = data.error_message || data.status + ' · ' + Math.round(data.progress * 100) + ' %' + steps + left;
  row.cancel.hidden = data.status !== 'pending' && data.status !== 'running';
  if (data.preview_image) row.image.src = 'data:image/jpeg;base64,' + data.preview_image;
}

function complete(data) {
  const row = rowOf(data.job_id);
  if (data.generation_info && data.generation_info.prompt) name(row, data.generation_info.prompt);
  if (data.images && data.images.length > 0) row.image.src = data.images[0];
}

$('toggle').onclick = () => {
  if (socket.readyState === 1) { wanted = false; socket.close(); return; }
  clearTimeout(retry);
  wanted = !wanted;
  if (wanted) connect(); else $('toggle').textContent = 'Connect';
};
$('lines').textContent = [
  curl('/generation/queue-generation', { prompt: 'a beautiful landscape', steps: 20 }),
  curl('/generation/batch', { jobs: [{ prompt: 'a red fox' }, { prompt: 'a blue whale', n_iter: 2 }] }),
  curl('/generation/jobs/active'),
].join('\\n\\n');
connect();
`;
