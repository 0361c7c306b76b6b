/** A manner of painting, in words that engines and models know. */
export interface Style {
  name: string;
  words: string;
}

/** Styles that are offered. Their words go into the request's `style` where the engine knows it, else into the prompt. */
export const STYLES: readonly Style[] = [
  { name: 'Watercolor', words: 'watercolor' },
  { name: 'Oil', words: 'oil painting' },
  { name: 'Ink', words: 'ink drawing' },
  { name: 'Sketch', words: 'pencil sketch' },
  { name: 'Pastel', words: 'soft pastel' },
  { name: 'Photo', words: 'photograph' },
  { name: 'Cinematic', words: 'cinematic' },
  { name: 'Anime', words: 'anime' },
  { name: 'Pixel', words: 'pixel art' },
  { name: 'Noir', words: 'noir, black and white' },
];

/** The words of the styles that were chosen, in the order of the list. */
export function styleWordsOf(names: readonly string[]): string {
  return STYLES.filter(({ name }) => names.includes(name))
    .map(({ words }) => words)
    .join(', ');
}

/** The styles that a text names, as far as the list knows them. */
export function stylesIn(text: string): string[] {
  const parts = text.toLowerCase();
  return STYLES.filter(({ words }) => parts.includes(words)).map(({ name }) => name);
}
