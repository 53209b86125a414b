// Owns when the log of a job's page and its marks are read: from its opening until it is closed, but not while it is hidden for long. Owns no line.
import { useClient } from '@urql/preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Transport } from '../connection/transport.ts';
import { LogFeed } from '../log/feed.ts';
import { pacedFrames } from '../log/frame.ts';
import type { LogBatch } from '../log/line/line.ts';
import { LogMarkFeed } from '../log/mark/mark-feed.ts';
import { onLongHidden } from '../state/page-visibility.ts';

/** How long, in milliseconds, the page is hidden before its log is no longer read. */
const hiddenDelay = 10_000;

/**
 * The feed of one job's log, closed with the component. Null until the component is mounted.
 * @param length the number of lines when the page was opened
 * @param end the last lines when the page was opened
 */
export function useLogFeed(
  jobId: string,
  length: number,
  end: LogBatch | undefined,
  transport: Transport,
): LogFeed | null {
  const client = useClient();
  // The feed receives later lines itself, so only the first values are used.
  const initial = useRef({ length, end });
  const [feed, setFeed] = useState<LogFeed | null>(null);
  // Before the first paint: what stands below the log would move when the log appears.
  useLayoutEffect(() => {
    const opened = new LogFeed({
      jobId,
      ...initial.current,
      client,
      transport,
      onSight: (changed) => onLongHidden(hiddenDelay, changed),
      nextFrame: pacedFrames({
        requestFrame: (callback) => requestAnimationFrame(callback),
        wait: (callback, milliseconds) => setTimeout(callback, milliseconds),
        now: () => performance.now(),
      }),
    });
    setFeed(opened);
    return () => opened.close();
  }, [jobId, client, transport]);
  return feed;
}

/** The feed of the marks of one job's log, closed with the component. */
export function useMarkFeed(jobId: string, transport: Transport): LogMarkFeed {
  const [feed] = useState(() => new LogMarkFeed({ jobId, transport }));
  useEffect(() => () => feed.close(), [feed]);
  return feed;
}
