import { useState } from 'react';
import { ImageForm } from './image-form.js';
import { MusicForm } from './music-form.js';

type Kind = 'image' | 'music';

/** What to make. Both forms stay mounted, so that switching loses nothing. */
export function CreatePanel({ onCreated }: { onCreated: (id: string) => void }) {
  const [kind, setKind] = useState<Kind>('image');
  return (
    <section className="panel create" aria-label="Create">
      <div className="tabs" role="tablist" aria-label="What to make">
        {(['image', 'music'] as const).map((each) => (
          <button
            key={each}
            type="button"
            role="tab"
            id={`tab-${each}`}
            aria-controls={`form-${each}`}
            aria-selected={kind === each}
            tabIndex={kind === each ? 0 : -1}
            onClick={() => setKind(each)}
            onKeyDown={(event) => {
              if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
              const other = each === 'image' ? 'music' : 'image';
              setKind(other);
              document.getElementById(`tab-${other}`)?.focus();
            }}
          >
            {each === 'image' ? 'Image' : 'Music'}
          </button>
        ))}
      </div>
      <div role="tabpanel" id="form-image" aria-labelledby="tab-image" hidden={kind !== 'image'}>
        <ImageForm onCreated={onCreated} />
      </div>
      <div role="tabpanel" id="form-music" aria-labelledby="tab-music" hidden={kind !== 'music'}>
        <MusicForm onCreated={onCreated} />
      </div>
    </section>
  );
}
