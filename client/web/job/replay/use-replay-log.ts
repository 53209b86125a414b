// Owns loading the log of a replay: the view at the wanted time, and when its last line was printed. Owns no page of lines (replay-log.ts).
import { useClient } from '@urql/preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { JobDetailFragment } from '../../../generated/graphql.ts';
import { LogRangeQuery } from '../../log/log.graphql.ts';
import { ReplayLog, type ReplayView } from './replay-log.ts';

export interface ReplayState {
  /** Null while nothing is loaded. */
  readonly view: ReplayView | null;
  /** When the last line was printed, in milliseconds since 1970; null if not known (yet). */
  readonly lastAt: number | null;
  /** Whether the last request failed. */
  readonly problem: boolean;
}

/** The log at a time, in milliseconds since 1970. While one request is in flight, only the newest time waits for the next one. */
export function useReplayLog(
  { id, logLineCount }: Pick<JobDetailFragment, 'id' | 'logLineCount'>,
  time: number,
): ReplayState {
  const client = useClient();
  const log = useMemo(
    () =>
      new ReplayLog(logLineCount, async (after, first) => {
        const { data, error } = await client.query(LogRangeQuery, { jobId: id, after, first }).toPromise();
        if (data?.job == null) throw error ?? new Error('the job was removed');
        return data.job.log.lines;
      }),
    [client, id, logLineCount],
  );
  const [view, setView] = useState<ReplayView | null>(null);
  const [lastAt, setLastAt] = useState<number | null>(null);
  const [problem, setProblem] = useState(false);
  const wanted = useRef(time);
  const isBusy = useRef(false);
  wanted.current = time;
  useEffect(() => {
    log.lastAt().then(setLastAt, () => setProblem(true));
  }, [log]);
  useEffect(() => {
    if (isBusy.current) return;
    isBusy.current = true;
    void (async () => {
      try {
        for (let shown: number | null = null; shown !== wanted.current; ) {
          shown = wanted.current;
          setView(await log.at(shown));
        }
        setProblem(false);
      } catch {
        setProblem(true);
      } finally {
        isBusy.current = false;
      }
    })();
  }, [log, time]);
  return { view, lastAt, problem };
}
