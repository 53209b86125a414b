// Owns the clock of the page: it ticks once a second while the page is visible and something on it shows a running time.
import { useEffect, useState } from 'preact/hooks';
import { onPageShown, pageVisible } from './page-visibility.ts';
import { serverNow } from './server-clock.ts';
import { dayOf } from './time.ts';

const watchers = new Set<() => void>();
let timer: ReturnType<typeof setTimeout> | undefined;
let stopListening = (): void => {};

function tick(): void {
  clearTimeout(timer);
  timer = undefined;
  if (watchers.size === 0 || !pageVisible.peek()) return;
  for (const watcher of [...watchers]) watcher();
  // At the full second, so that all running times change together.
  timer = setTimeout(tick, 1000 - (Date.now() % 1000));
}

/** Milliseconds since 1970 by the clock of the server; renders the component each second while `running`. */
export function useNow(running = true): number {
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    if (!running) return;
    const watcher = (): void => setNow(serverNow());
    watchers.add(watcher);
    if (watchers.size === 1) stopListening = onPageShown(tick);
    if (timer === undefined) tick();
    return () => {
      watchers.delete(watcher);
      if (watchers.size > 0) return;
      stopListening();
      clearTimeout(timer);
      timer = undefined;
    };
  }, [running]);
  return now;
}

/** How often a new day is looked for, in milliseconds. */
const dayCheck = 60_000;

/** The calendar day by the clock of the server; renders the component when another one begins. @param local whether in the time zone of the user, otherwise in UTC */
export function useToday(local: boolean): string {
  const [, setSeen] = useState('');
  const today = dayOf(serverNow(), local);
  useEffect(() => {
    const timer = setInterval(() => setSeen(dayOf(serverNow(), local)), dayCheck);
    return () => clearInterval(timer);
  }, [local]);
  return today;
}
