/** What a file says about its song, whatever its format. */
export interface SongTags {
  title: string;
  genre: string;
  /** Style words of the plan, parted by commas. */
  styles: string;
  tempoBpm: number;
  /** At most three characters as ID3 has it: `Am`, `F#`, `Bbm`. */
  key: string;
  /** Lines of the lyrics with the times at which they sound; empty when there are none. No text holds a zero character. */
  lyrics: readonly { text: string; startMs: number }[];
  /** How the song was made, as `packRecipe` writes it. */
  recipe: string;
  /** A PNG. */
  cover: { bytes: Uint8Array; width: number; height: number };
}

/** The program that wrote the file. */
export const WRITER = 'Rendercast embedded-music';

/** Lines with times in the form of LRC files, which many players show while the song plays. */
export function lrcOf(lyrics: SongTags['lyrics']): string {
  return lyrics.map(({ text, startMs }) => `[${clockOf(startMs)}]${text}`).join('\n');
}

/** Minutes, seconds and hundredths. */
function clockOf(ms: number): string {
  const hundredths = Math.round(ms / 10);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(hundredths / 6000))}:${two(Math.floor(hundredths / 100) % 60)}.${two(hundredths % 100)}`;
}
