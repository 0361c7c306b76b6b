import { useCallback, useEffect, useState } from 'react';
import { type ImageDraft, loadDraft, saveDraft } from './draft.js';

/** The form, kept over reloads and visits. */
export function useImageDraft(): [ImageDraft, (change: (draft: ImageDraft) => ImageDraft) => void] {
  const [draft, setDraft] = useState(loadDraft);
  useEffect(() => saveDraft(draft), [draft]);
  return [draft, useCallback((change) => setDraft(change), [])];
}
