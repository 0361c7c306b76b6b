import type { Job } from '@rendercast/client';
import { type FormEvent, useState } from 'react';
import { useJobActions } from '../job/use-job-actions.js';
import { Icon } from '../parts/icon.js';

/** The tags of a job: press one to take it away, type one to add it. */
export function TagEditor({ job }: { job: Job }) {
  const actions = useJobActions();
  const [text, setText] = useState('');

  function add(event: FormEvent): void {
    event.preventDefault();
    const tag = text.trim();
    if (tag !== '' && !job.tags.includes(tag)) void actions.setTags(job, [...job.tags, tag]);
    setText('');
  }

  return (
    <form className="chips" onSubmit={add}>
      {job.tags.map((tag) => (
        <button
          key={tag}
          type="button"
          className="chip"
          aria-label={`Remove the tag ${tag}`}
          onClick={() =>
            void actions.setTags(
              job,
              job.tags.filter((each) => each !== tag),
            )
          }
        >
          {tag}
          <Icon name="close" size={12} />
        </button>
      ))}
      <input
        className="input gallery-tag-input"
        aria-label="Add a tag"
        placeholder="Add a tag"
        maxLength={64}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
    </form>
  );
}
