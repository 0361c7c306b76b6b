/** Replaces lone surrogates and control characters other than line ends, so that text can be stored and shown. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\uFFFD').replace(/[^\P{Cc}\n]+/gu, ' ');
}
