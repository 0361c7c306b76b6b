import { useRef } from 'react';
import { Button } from '../parts/button.js';

/** Chooses a finished song, for those who do not drop it. */
export function SongFileButton({ onFile }: { onFile: (file: File) => void }) {
  const chooser = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={chooser}
        type="file"
        accept="audio/*"
        hidden
        aria-label="Finished song"
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file !== undefined) onFile(file);
          event.target.value = '';
        }}
      />
      <Button size="small" icon="upload" onClick={() => chooser.current?.click()}>
        From a song
      </Button>
    </>
  );
}
