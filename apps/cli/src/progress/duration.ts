/** A time for people: `0.4 s`, `12 s`, `3 min 05 s`, `2 h 04 min`. Below zero counts as zero. */
export function formatDuration(durationMs: number): string {
  const ms = Math.max(0, durationMs);
  if (ms < 9_950) return `${(Math.round(ms / 100) / 10).toFixed(1)} s`;
  return formatWhole(Math.round(ms / 1000));
}

/** The same in whole seconds, for numbers that change while one looks. */
export function formatElapsed(elapsedMs: number): string {
  return formatWhole(Math.floor(Math.max(0, elapsedMs) / 1000));
}

/** Time left, rounded up; says so when it is not known. */
export function formatLeft(leftMs: number | null): string {
  if (leftMs === null) return 'time left unknown';
  return leftMs < 1_000 ? '<1 s left' : `${formatWhole(Math.ceil(leftMs / 1000))} left`;
}

function formatWhole(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${two(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
}

const two = (value: number) => String(value).padStart(2, '0');

/** How long ago something was, in one word or two: `just now`, `5 min ago`, `3 h ago`, `2 d ago`. */
export function formatAgo(agoMs: number): string {
  const minutes = Math.floor(Math.max(0, agoMs) / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ago` : `${Math.floor(hours / 24)} d ago`;
}
