import { useId } from 'react';
import { Chip } from '../parts/field.js';
import { STYLES } from './styles.js';

/** Styles to switch on and off. */
export function StyleField({
  chosen,
  onChosen,
}: {
  chosen: readonly string[];
  onChosen: (styles: readonly string[]) => void;
}) {
  const id = useId();
  return (
    <fieldset className="field" aria-labelledby={id}>
      <span id={id} className="field-label">
        Styles
      </span>
      <div className="chips">
        {STYLES.map(({ name }) => (
          <Chip
            key={name}
            on={chosen.includes(name)}
            onChange={(on) => onChosen(on ? [...chosen, name] : chosen.filter((each) => each !== name))}
          >
            {name}
          </Chip>
        ))}
      </div>
    </fieldset>
  );
}
