// Owns the draft of the start form, which outlives the overview and a reload: a visit to a job's page does not lose what was typed.
import { signal } from '@preact/signals';
import { useState } from 'preact/hooks';
import { readOfTab, storeForTab } from '../state/tab-storage.ts';

export interface StartDraft {
  /** The changes as chips, each as it was typed. */
  readonly changes: readonly string[];
  readonly revert: boolean;
  /** Null until the user has chosen one. */
  readonly lane: string | null;
}

/** Makes the next draft of the current one. */
export type ChangeDraft = (change: (current: StartDraft) => StartDraft) => void;

const emptyDraft: StartDraft = { changes: [], revert: false, lane: null };

const storageKey = 'spiderpig.startDraft';

/** Null until it is first used. An answer that comes after its form was left changes it for the next form, too. */
const kept = signal<StartDraft | null>(null);

/** The draft as it was stored; an empty one if none was. Anything can be in the storage. Pure. */
export function parseDraft(stored: string | null): StartDraft {
  let parsed: unknown;
  try {
    parsed = JSON.parse(stored ?? '');
  } catch {
    parsed = null;
  }
  const value = typeof parsed === 'object' && parsed !== null ? parsed : {};
  const changes = 'changes' in value && Array.isArray(value.changes) ? value.changes : [];
  return {
    changes: changes.filter((change) => typeof change === 'string'),
    revert: 'revert' in value && value.revert === true,
    lane: 'lane' in value && typeof value.lane === 'string' ? value.lane : null,
  };
}

/** The draft, and how to change it. @param prefill changes named in the address of the page; if there are any, they replace those of the draft */
export function useStartDraft(prefill: readonly string[]): [StartDraft, ChangeDraft] {
  useState(() => {
    const before = kept.peek() ?? parseDraft(readOfTab(storageKey));
    kept.value = prefill.length > 0 ? { ...before, changes: prefill } : before;
  });
  const draft = kept.value ?? emptyDraft;
  // Two events can come between two renderings, so each change starts from what is kept.
  const changeDraft: ChangeDraft = (change) => {
    kept.value = change(kept.peek() ?? draft);
    storeForTab(storageKey, JSON.stringify(kept.value));
  };
  return [draft, changeDraft];
}
