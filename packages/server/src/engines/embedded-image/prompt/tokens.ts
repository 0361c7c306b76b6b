/** Particles that tie an adjective to its noun. */
const GLUE: ReadonlySet<string> = new Set(['的', 'の']);
/** Most words of a prompt that are read: reading stays quick, whatever is pasted. */
const MOST_TOKENS = 1_500;
/** Most characters that are looked at; requests may hold half as many. */
const MOST_CHARACTERS = 20_000;
/** No word that anybody means is longer; what is longer is cut. */
const LONGEST = 48;
/** Articles that Romance languages tie to the noun: "l'arbre", "dell'acqua". */
const ELIDED = /\b(l|d|j|c|s|n|m|t|qu|un|dell|nell|sull|all|dall)'(?=\p{L})/gu;
const segmenter = new Intl.Segmenter('und', { granularity: 'word' });

/** Lower-case words and emoji; punctuation comes as `,`. Weights such as `(fox:1.3)` are dropped. */
export function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  for (const { segment, isWordLike } of segmenter.segment(plain(text))) {
    if (GLUE.has(segment)) continue;
    if (isWordLike === true) tokens.push(segment.slice(0, LONGEST));
    else if (/\p{Extended_Pictographic}/u.test(segment)) tokens.push(segment);
    else if (/[,.;:!?|()\n、。，；]/.test(segment)) tokens.push(',');
    if (tokens.length >= MOST_TOKENS) break;
  }
  return tokens;
}

/** Names whose words have spaces between them come out as they are. */
const PLAIN_NAME =
  /^[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Arabic}\p{Script=Devanagari}\p{Script=Hangul}\p{M}]+(?: [\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Arabic}\p{Script=Devanagari}\p{Script=Hangul}\p{M}]+)*$/u;

/** A word or name as it comes out of {@link tokensOf}, its parts joined by spaces. */
export function spell(name: string): string {
  if (PLAIN_NAME.test(name)) return name.normalize('NFKC').toLowerCase();
  return tokensOf(name)
    .filter((token) => token !== ',')
    .join(' ');
}

function plain(text: string): string {
  return text
    .slice(0, MOST_CHARACTERS)
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll('\u{fe0f}', '')
    .replaceAll('’', "'")
    .replace(ELIDED, '$1 ')
    .replace(/:\s*\d+(\.\d+)?/g, '');
}
