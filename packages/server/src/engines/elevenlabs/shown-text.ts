/** Longest text of the service that is shown, in characters. */
const MAX_CHARS = 2_000;

/** Makes words of the service fit to be shown: without the key, control characters, and beyond measure. */
export function createShownText(apiKey: string): (text: string) => string {
  return (text) => {
    const clean = text
      .replaceAll(apiKey, '[secret]')
      .replace(/\bsk_[\w-]{8,}/g, '[secret]')
      .replace(/[\p{Cc}\p{Surrogate}]+/gu, ' ')
      .trim();
    return clean.length > MAX_CHARS ? `${clean.slice(0, MAX_CHARS).replace(/\p{Surrogate}$/u, '')}…` : clean;
  };
}
