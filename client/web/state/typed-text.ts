// Owns a text that a user types and that is applied when typing pauses, because each text is a request. Owns no field.
import { useEffect, useState } from 'preact/hooks';
import { useStableCallback } from './stable-callback.ts';

/** How long typing has to pause, in milliseconds, before the text is applied. */
const pause = 300;

/**
 * The text in the field, and how to set it. `applied`: the text in effect; another one replaces what was typed. `apply` is called with what the field has
 * once typing pauses.
 */
export function useTypedText(
  applied: string,
  apply: (text: string) => void,
): [typed: string, type: (text: string) => void] {
  const [typed, setTyped] = useState(applied);
  const applyLatest = useStableCallback(apply);
  useEffect(() => setTyped(applied), [applied]);
  useEffect(() => {
    if (typed === applied) return;
    const timer = setTimeout(() => applyLatest(typed), pause);
    return () => clearTimeout(timer);
  }, [typed, applied, applyLatest]);
  return [typed, setTyped];
}
