/**
 * Text that came from elsewhere (prompts, tags, messages of engines), made safe to print: control characters could move the
 * cursor, change the title or answer questions in the user's name. Line breaks become spaces.
 */
export function printable(text: string): string {
  return text
    .replace(/[\r\n\t]+/g, ' ')
    .replace(/[\p{Cc}\u2028\u2029]/gu, '')
    .replace(/[\u202a-\u202e\u2066-\u2069]/g, ''); // direction overrides could make a line read as another one
}
