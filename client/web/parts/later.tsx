// Owns in which order the parts of the first view appear: each in its own task. Not which parts those are.
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';
import { nextTask } from '../state/next-task.ts';

/** The parts that are to appear, the first one first; null if parts appear with what contains them. */
let waiting: Set<() => void> | null = null;

/** Lets each {@link Later} appear in its own task. Returns how to end that, for what is rendered afterwards. */
export function appearInTasks(): () => void {
  const parts = new Set<() => void>();
  waiting = parts;
  return () => {
    if (waiting === parts) waiting = null;
  };
}

/** Shows the parts one after the other. */
async function showAll(parts: Set<() => void>): Promise<void> {
  do {
    await nextTask();
    const [next] = parts;
    if (next !== undefined) parts.delete(next);
    next?.();
  } while (parts.size > 0);
}

/**
 * Shows its children in a later task than what contains it, during the first view: a slow processor would otherwise show nothing for long, and not react.
 * Parts appear in the order of the document, so that none moves another one that is already there. Otherwise it is only its children.
 */
export function Later({ children }: { children: ComponentChildren }) {
  const [parts] = useState(waiting);
  const [isShown, setShown] = useState(parts === null);
  useLayoutEffect(() => {
    if (parts === null) return;
    const show = (): void => setShown(true);
    parts.add(show);
    if (parts.size === 1) void showAll(parts);
    return () => void parts.delete(show);
  }, [parts]);
  return isShown ? children : null;
}
