import { type DragEvent, type ReactNode, useRef, useState } from 'react';
import { Icon, type IconName } from './icon.js';
import './drop-zone.css';

/** A place to drop a file on, and what it does there. */
export interface Zone {
  title: string;
  words: string;
  icon: IconName;
  onFile: (file: File) => void;
}

/** Shows its zones over everything inside while a file is dragged over it. */
export function DropZones({ zones, children }: { zones: readonly Zone[]; children: ReactNode }) {
  const [over, setOver] = useState(false);
  // Each element inside tells of coming and going; only the sum tells whether the file is still here.
  const depth = useRef(0);

  function count(event: DragEvent, by: 1 | -1): void {
    if (!event.dataTransfer.types.includes('Files')) return;
    depth.current = Math.max(0, depth.current + by);
    setOver(depth.current > 0);
  }

  function end(event: DragEvent): File | undefined {
    event.preventDefault();
    depth.current = 0;
    setOver(false);
    return event.dataTransfer.files[0];
  }

  return (
    <div
      className="drop"
      onDragEnter={(event) => count(event, 1)}
      onDragLeave={(event) => count(event, -1)}
      onDragOver={(event) => {
        if (event.dataTransfer.types.includes('Files')) event.preventDefault();
      }}
      onDrop={end}
    >
      {children}
      {over ? (
        <div className="drop-zones">
          {zones.map(({ title, words, icon, onFile }) => (
            <div
              key={title}
              className="drop-zone"
              onDrop={(event) => {
                const file = end(event);
                event.stopPropagation();
                if (file !== undefined) onFile(file);
              }}
            >
              <Icon name={icon} size={30} />
              <strong>{title}</strong>
              <span className="small">{words}</span>
            </div>
          ))}
        </div>
      ) : null}
    </div>
  );
}
