// Owns which sensitive lines of a log are revealed: confirming once, fetching their texts, which lines stay hidden. Owns no dialog (reveal-dialog.tsx) and no
// row (row.tsx).
import { useClient } from '@urql/preact';
import { useRef, useState } from 'preact/hooks';
import { failure } from '../connection/client.ts';
import { useStableCallback } from '../state/stable-callback.ts';
import { RevealLinesMutation } from './log.graphql.ts';
import { msg } from './messages.ts';
import type { LineRange } from './scroll/rows.ts';

/** Lines in one request; the server's limit. */
const maxLinesPerRequest = 1000;

export interface LogReveal {
  /** The texts of the revealed lines, by line number. */
  readonly revealed: ReadonlyMap<number, string>;
  /** Whether the user has to confirm. */
  readonly asking: boolean;
  /** Reveals these lines, the first time after a confirmation. Always the same function. */
  readonly reveal: (from: number, to: number) => void;
  /** Confirms or cancels. */
  readonly answer: (confirmed: boolean) => void;
}

/**
 * Reveals sensitive lines after the user confirmed that this is recorded in the audit log. Revealed texts are kept only until the page is left.
 * @param onMessage shows a message; null: removes it
 */
export function useLogReveal(jobId: string, onMessage: (message: string | null) => void): LogReveal {
  const client = useClient();
  const [revealed, setRevealed] = useState<ReadonlyMap<number, string>>(new Map());
  /** The lines that wait for the confirmation. */
  const [pending, setPending] = useState<LineRange | null>(null);
  const confirmed = useRef(false);

  const fetchLines = async ({ from, to }: LineRange): Promise<void> => {
    onMessage(null);
    for (let first = from; first <= to; first += maxLinesPerRequest) {
      const input = { jobId, from: first, to: Math.min(to, first + maxLinesPerRequest - 1) };
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
      setRevealed(
        (before) => new Map([...before, ...lines.map((line) => [line.number, line.text] as const)]),
      );
    }
  };
  const reveal = useStableCallback((from: number, to: number): void => {
    if (confirmed.current) void fetchLines({ from, to });
    else setPending({ from, to });
  });
  return {
    revealed,
    asking: pending !== null,
    reveal,
    answer(isConfirmed) {
      setPending(null);
      if (!isConfirmed || pending === null) return;
      confirmed.current = true;
      void fetchLines(pending);
    },
  };
}

/** The lines without a row in a range of hidden lines: all but the first of each stretch between revealed lines. */
export function withoutRevealed(range: LineRange, revealed: ReadonlyMap<number, string>): LineRange[] {
  if (revealed.size === 0) return [{ from: range.from + 1, to: range.to }];
  const ranges: LineRange[] = [];
  let from = range.from;
  for (const number of revealed.keys()) {
    if (number < from || number > range.to) continue;
    ranges.push({ from: from + 1, to: number - 1 });
    from = number + 1;
  }
  ranges.push({ from: from + 1, to: range.to });
  return ranges.filter((each) => each.from <= each.to);
}

/** The last line that the row of hidden line `number` represents: up to the next revealed line, at most `to`. */
export function lastHidden(number: number, to: number, revealed: ReadonlyMap<number, string>): number {
  let last = number;
  while (last < to && !revealed.has(last + 1)) last++;
  return last;
}
