import { useState } from 'react';
import { Button } from '../parts/button.js';

/** Puts a text on the clipboard and says so. Without a clipboard (plain HTTP from elsewhere) it says to select it. */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const [said, setSaid] = useState<string | null>(null);
  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      setSaid('Copied');
    } catch {
      setSaid('Select the text and copy it');
    }
    window.setTimeout(() => setSaid(null), 2_500);
  }
  return (
    <Button size="small" icon="copy" aria-label={said === null ? `Copy ${what}` : said} onClick={() => void copy()}>
      <span aria-live="polite">{said ?? 'Copy'}</span>
    </Button>
  );
}
