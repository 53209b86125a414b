// Owns what of a log's sensitive lines this visit is shown: asking once, fetching, which lines stay hidden. Owns no dialog (reveal-dialog.tsx) and no row (log-row.tsx).
import { useClient } from '@urql/preact';
import { useCallback, useRef, useState } from 'preact/hooks';
import { failure } from '../connection/client.ts';
import { msg } from '../i18n/msg.ts';
import { RevealLinesMutation } from './log.graphql.ts';
import type { LineRange } from './rows.ts';

/** Lines that one request may show; the server's bound. */
const mostRevealed = 1000;

/** What is shown, and how to be shown more. */
export interface LogReveal {
  /** The texts of sensitive lines that are shown, by number. */
  readonly shown: ReadonlyMap<number, string>;
  /** Whether the person is being asked whether they want to be shown more. */
  readonly asking: boolean;
  /** Shows these lines, or asks first whether to. Always the same function. */
  readonly reveal: (from: number, to: number) => void;
  readonly answer: (yes: boolean) => void;
}

/**
 * Shows sensitive lines to who agreed that it is recorded. Nothing that was shown is remembered beyond the page.
 * @param onMessage what to tell; null: nothing any more
 */
export function useLogReveal(jobId: string, onMessage: (message: string | null) => void): LogReveal {
  const client = useClient();
  const [shown, setShown] = useState<ReadonlyMap<number, string>>(new Map());
  const [asking, setAsking] = useState<LineRange | null>(null);
  const agreed = useRef(false);

  const fetchLines = async ({ from, to }: LineRange): Promise<void> => {
    onMessage(null);
    for (let first = from; first <= to; first += mostRevealed) {
      const input = { jobId, from: first, to: Math.min(to, first + mostRevealed - 1) };
      const result = await client.mutation(RevealLinesMutation, { input });
      const outcome = result.data?.revealLines;
      if (outcome?.__typename !== 'RevealLinesSuccess') {
        onMessage(
          outcome
            ? msg('log-reveal-failed', outcome.message)
            : failure(result.error, (why) => msg('log-reveal-failed', why)),
        );
        return;
      }
      const lines = outcome.lines;
      setShown((held) => new Map([...held, ...lines.map((line) => [line.number, line.text] as const)]));
    }
  };
  const fetchRef = useRef(fetchLines);
  fetchRef.current = fetchLines;
  const reveal = useCallback((from: number, to: number): void => {
    if (agreed.current) void fetchRef.current({ from, to });
    else setAsking({ from, to });
  }, []);
  return {
    shown,
    asking: asking !== null,
    reveal,
    answer(yes) {
      setAsking(null);
      if (!yes || asking === null) return;
      agreed.current = true;
      void fetchLines(asking);
    },
  };
}

/** What is taken out of a run of hidden lines: all but its first; lines that are shown stand for themselves and part it. */
export function withoutShown(run: LineRange, shown: ReadonlyMap<number, string>): LineRange[] {
  if (shown.size === 0) return [{ from: run.from + 1, to: run.to }];
  const runs: LineRange[] = [];
  let from = run.from;
  for (const number of shown.keys()) {
    if (number < from || number > run.to) continue;
    runs.push({ from: from + 1, to: number - 1 });
    from = number + 1;
  }
  runs.push({ from: from + 1, to: run.to });
  return runs.filter((each) => each.from <= each.to);
}

/** The last of the hidden lines that one at `number`, in a run to `to`, stands for. */
export function lastHidden(number: number, to: number, shown: ReadonlyMap<number, string>): number {
  let last = number;
  while (last < to && !shown.has(last + 1)) last++;
  return last;
}
