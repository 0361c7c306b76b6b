/** A file name for people: the title without what file systems refuse, at most 80 characters, never hidden. */
export function fileName(title: string, ending: string): string {
  const name = title
    .replace(/[\\/:*?"<>|\p{C}]+/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim()
    .replace(/^\.+|\.+$/gu, '');
  const short = [...name].slice(0, 80).join('').trim();
  return `${short === '' ? 'song' : short}${ending}`;
}
