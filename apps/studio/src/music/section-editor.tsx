import { LIMITS } from '@rendercast/protocol/limits';
import { type Dispatch, useState } from 'react';
import { Button } from '../parts/button.js';
import { NumberField, numberOf, TextArea, TextField } from '../parts/field.js';
import { Panel } from '../parts/panel.js';
import { type DraftSection, linesOf, type PlanChange } from './plan-draft.js';
import { type PlanProblems, problemAt } from './plan-problems.js';
import { StyleList } from './style-list.js';

/** The section that is looked at: name, length, its own styles and its words. */
export function SectionEditor({
  section,
  index,
  count,
  problems,
  change,
}: {
  section: DraftSection;
  index: number;
  count: number;
  problems: PlanProblems;
  change: Dispatch<PlanChange>;
}) {
  const { key } = section;
  const set = (part: Partial<Omit<DraftSection, 'key'>>): void => change({ do: 'change', key, part });
  const problem = (field: string): string | null => problemAt(problems, `sections.${index}.${field}`);
  const lines = linesOf(section).length;
  return (
    <Panel
      title={`Section ${index + 1} of ${count}`}
      actions={
        <div className="button-row">
          <Button size="small" icon="copy" onClick={() => change({ do: 'copy', key })}>
            Copy
          </Button>
          <Button size="small" icon="trash" disabled={count === 1} onClick={() => change({ do: 'remove', key })}>
            Remove
          </Button>
        </div>
      }
    >
      <div className="stack">
        <div className="field-pair">
          <TextField label="Name" value={section.name} onValue={(name) => set({ name })} problem={problem('name')} />
          <LengthField
            key={key}
            durationMs={section.durationMs}
            problem={problem('durationMs')}
            onLength={(durationMs) => set({ durationMs })}
          />
        </div>
        <StyleList
          label="Styles of this section"
          tone="good"
          placeholder="soft, one voice, build up"
          styles={section.positiveStyles}
          problem={problem('positiveStyles')}
          onStyles={(positiveStyles) => set({ positiveStyles })}
        />
        <StyleList
          label="Without, in this section"
          tone="bad"
          placeholder="drums, distortion"
          styles={section.negativeStyles}
          problem={problem('negativeStyles')}
          onStyles={(negativeStyles) => set({ negativeStyles })}
        />
        <TextArea
          label="Lyrics"
          rows={4}
          placeholder="One line on each line. Leave it empty for an instrumental part."
          hint={lines === 0 ? 'Instrumental' : `${lines} ${lines === 1 ? 'line' : 'lines'}`}
          value={section.lyrics}
          problem={problem('lines')}
          onValue={(lyrics) => set({ lyrics })}
        />
      </div>
    </Panel>
  );
}

/** A length in seconds, as it is typed: what is no number yet stays in the field and changes nothing. */
function LengthField({
  durationMs,
  problem,
  onLength,
}: {
  durationMs: number;
  problem: string | null;
  onLength: (durationMs: number) => void;
}) {
  const [typed, setTyped] = useState<{ text: string; ofMs: number } | null>(null);
  const seconds = String(durationMs / 1000);
  return (
    <NumberField
      label="Length"
      unit="s"
      min={LIMITS.minSectionMs / 1000}
      max={LIMITS.maxSongMs / 1000}
      step={0.5}
      value={typed !== null && typed.ofMs === durationMs ? typed.text : seconds}
      problem={problem}
      onValue={(text) => {
        const value = numberOf(text);
        const ofMs = value === undefined ? durationMs : Math.round(value * 1000);
        setTyped({ text, ofMs });
        if (ofMs !== durationMs) onLength(ofMs);
      }}
    />
  );
}
