/** Ways to show a picture in a terminal. */
export const PICTURE_MODES = ['auto', 'kitty', 'iterm', 'blocks', 'none'] as const;
export type PictureMode = (typeof PICTURE_MODES)[number];
/** A way that was decided on. */
export type PictureProtocol = Exclude<PictureMode, 'auto'>;

type Env = Readonly<Record<string, string | undefined>>;

/**
 * Which pictures a terminal can show, told from its environment alone: asking the terminal would mean reading its answer
 * from the keyboard. Whoever knows better says so with `--preview`.
 *
 * Inside tmux and screen, which swallow pictures, and in terminals nobody knows, coloured half blocks are used; without
 * colours, nothing.
 */
export function detectPictures(env: Env, isTerminal: boolean): PictureProtocol {
  if (!isTerminal || env['TERM'] === undefined || env['TERM'] === 'dumb') return 'none';
  if (isMultiplexed(env)) return blocksIfColoured(env);
  if (speaksKitty(env)) return 'kitty';
  if (speaksIterm(env)) return 'iterm';
  return blocksIfColoured(env);
}

/** Whether colours of 24 bits can be used; otherwise the 256 of the old palette. */
export function hasTrueColour(env: Env): boolean {
  return env['COLORTERM'] === 'truecolor' || env['COLORTERM'] === '24bit';
}

function isMultiplexed(env: Env): boolean {
  return env['TMUX'] !== undefined || env['STY'] !== undefined || /^(tmux|screen)/.test(env['TERM'] ?? '');
}

/** kitty, Ghostty and Konsole from 22.04 on. https://sw.kovidgoyal.net/kitty/graphics-protocol/ */
function speaksKitty(env: Env): boolean {
  if (env['TERM'] === 'xterm-kitty' || env['TERM'] === 'xterm-ghostty') return true;
  if (env['KITTY_WINDOW_ID'] !== undefined || env['TERM_PROGRAM'] === 'ghostty') return true;
  return Number(env['KONSOLE_VERSION'] ?? 0) >= 220_400;
}

/** iTerm2, also through ssh, WezTerm and mintty. https://iterm2.com/documentation-images.html */
function speaksIterm(env: Env): boolean {
  if (env['LC_TERMINAL'] === 'iTerm2') return true;
  return ['iTerm.app', 'WezTerm', 'mintty'].includes(env['TERM_PROGRAM'] ?? '');
}

function blocksIfColoured(env: Env): PictureProtocol {
  if (env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '') return 'none';
  return hasTrueColour(env) || /256color|direct/.test(env['TERM'] ?? '') ? 'blocks' : 'none';
}
