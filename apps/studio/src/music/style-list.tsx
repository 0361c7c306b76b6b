import { type KeyboardEvent, useId, useState } from 'react';
import { IconButton } from '../parts/button.js';

/** Style words as a list: Enter or a comma adds one, Backspace in the empty field takes the last away. */
export function StyleList({
  label,
  styles,
  onStyles,
  tone,
  problem,
  placeholder,
}: {
  label: string;
  styles: readonly string[];
  onStyles: (styles: readonly string[]) => void;
  tone: 'good' | 'bad';
  problem: string | null;
  placeholder: string;
}) {
  const id = useId();
  const [text, setText] = useState('');

  function add(from: string): void {
    const more = from
      .split(',')
      .map((style) => style.trim())
      .filter((style) => style !== '' && !styles.includes(style));
    if (more.length > 0) onStyles([...styles, ...more]);
    setText('');
  }

  function press(event: KeyboardEvent<HTMLInputElement>): void {
    if (event.key === 'Enter' && text.trim() !== '') {
      event.preventDefault();
      add(text);
    } else if (event.key === 'Backspace' && text === '') onStyles(styles.slice(0, -1));
  }

  return (
    <div className="field">
      <div className="field-label">
        <label htmlFor={id}>{label}</label>
      </div>
      <div className="styles input" data-tone={tone}>
        <ul className="styles-list" aria-label={label} hidden={styles.length === 0}>
          {styles.map((style) => (
            <li key={style} className="style">
              <span>{style}</span>
              <IconButton
                size="small"
                icon="close"
                label={`Take away ${style}`}
                onClick={() => onStyles(styles.filter((each) => each !== style))}
              />
            </li>
          ))}
        </ul>
        <input
          id={id}
          value={text}
          placeholder={styles.length === 0 ? placeholder : 'Add'}
          aria-invalid={problem === null ? undefined : true}
          aria-describedby={problem === null ? undefined : `${id}-problem`}
          onChange={({ target }) => (target.value.includes(',') ? add(target.value) : setText(target.value))}
          onKeyDown={press}
          onBlur={() => add(text)}
        />
      </div>
      {problem === null ? null : (
        <p id={`${id}-problem`} className="field-problem">
          {problem}
        </p>
      )}
    </div>
  );
}
