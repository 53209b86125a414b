// Owns the draft of the start form, which outlives the overview: a visit to a job's page does not lose what was typed.
import { useState } from 'preact/hooks';

export interface StartDraft {
  /** The changes as chips, each as it was typed. */
  readonly changes: readonly string[];
  readonly revert: boolean;
  /** Null until the user has chosen one. */
  readonly lane: string | null;
}

/** Makes the next draft of the current one. */
export type ChangeDraft = (change: (current: StartDraft) => StartDraft) => void;

let kept: StartDraft = { changes: [], revert: false, lane: null };

/** The draft, and how to change it. @param prefill changes named in the address of the page; if there are any, they replace those of the draft */
export function useStartDraft(prefill: readonly string[]): [StartDraft, ChangeDraft] {
  const [draft, setDraft] = useState<StartDraft>(() => {
    if (prefill.length > 0) kept = { ...kept, changes: prefill };
    return kept;
  });
  // Two events can come between two renderings, so each change starts from what is kept.
  const changeDraft: ChangeDraft = (change) => {
    kept = change(kept);
    setDraft(kept);
  };
  return [draft, changeDraft];
}
