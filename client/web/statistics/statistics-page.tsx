// Owns the page of statistics: of the last weeks, or of one week with its own address. Owns no figure.
import { useQuery } from '@urql/preact';
import { useMemo, useState } from 'preact/hooks';
import { periodOf, weekBeside, weekOf } from '../../../schema/text/week.ts';
import { whyItFailed } from '../connection/client.ts';
import { Message } from '../parts/message.tsx';
import { NotFound } from '../parts/not-found.tsx';
import { followLink, statisticsPath, weekPath } from '../route.ts';
import { withQuery } from '../state/query.ts';
import { serverNow } from '../state/server-clock.ts';
import { Days, Delivery, Durations, Failures, Hours, Questions, Stages, Stopped } from './figures.tsx';
import { msg } from './messages.ts';
import { StatisticsQuery } from './statistics.graphql.ts';
import './statistics-page.css';

const day = 86_400_000;
const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** How many weeks can be chosen. The server accepts 100 days at most. */
const spans = [1, 4, 8, 13] as const;

/** The number of weeks that the address names: `?weeks=8`; otherwise four. */
function spanOf(search: string): number {
  const named = Number(new URLSearchParams(search).get('weeks'));
  return spans.find((span) => span === named) ?? 4;
}

/** Give it `key={week}`. @param week `2026-W48`; null: the last weeks */
export function StatisticsPage({ week }: { week: string | null }) {
  const [weeks, setWeeks] = useState(() => spanOf(location.search));
  const period = useMemo(() => periodOf(week, serverNow(), weeks), [week, weeks]);
  if (period === null) return <NotFound words={msg('statistics-unknown-week')} />;
  const chooseWeeks = (chosen: number): void => {
    history.replaceState(
      null,
      '',
      `${location.pathname}${withQuery(location.search, { weeks: `${chosen}` })}`,
    );
    setWeeks(chosen);
  };
  return <Statistics week={week} weeks={weeks} onWeeks={chooseWeeks} period={period} />;
}

function Statistics({
  week,
  weeks,
  onWeeks,
  period: { from, to },
}: {
  week: string | null;
  weeks: number;
  onWeeks: (weeks: number) => void;
  period: { readonly from: number; readonly to: number };
}) {
  const [isLocal, setLocal] = useState(false);
  const zone = isLocal ? new Intl.DateTimeFormat().resolvedOptions().timeZone : 'UTC';
  const [{ data, error }, load] = useQuery({
    query: StatisticsQuery,
    variables: {
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
      timeZone: zone,
    },
  });
  // Until the answer arrives for a period that was just chosen, these are the figures of the one before: they say which.
  const figures = data?.statistics;
  const period = figures && { from: Date.parse(figures.from), to: Date.parse(figures.to) };
  // Afterwards, because the page does not wait for it.
  const [{ data: before }] = useQuery({
    query: StatisticsQuery,
    variables: {
      from: new Date(from - (to - from)).toISOString(),
      to: new Date(from).toISOString(),
      timeZone: 'UTC',
    },
    pause: figures === undefined,
  });
  // Of too many jobs, only the newest are counted: these figures begin later.
  const isChosen = period?.to === to && (period.from === from || !figures?.complete);
  const earlier =
    before !== undefined && isChosen && Date.parse(before.statistics.to) === from ? before.statistics : null;
  return (
    <main class="column" id="content" tabIndex={-1}>
      <header class="statistics__head">
        <h1>{week === null ? msg('statistics-heading', weeks) : msg('statistics-week', week)}</h1>
        <span>{msg('statistics-period', dayOf(from), dayOf(to - day))}</span>
        {week === null && (
          <label>
            {msg('statistics-span')}{' '}
            <select
              class="cdx-select"
              value={weeks}
              onChange={(event) => onWeeks(Number(event.currentTarget.value))}
            >
              {spans.map((span) => (
                <option key={span} value={span}>
                  {msg('statistics-span-weeks', span)}
                </option>
              ))}
            </select>
          </label>
        )}
        <Weeks week={week} from={from} />
        <label>
          {msg('statistics-zone')}{' '}
          <select
            class="cdx-select"
            value={isLocal ? 'local' : 'utc'}
            onChange={(event) => setLocal(event.currentTarget.value === 'local')}
          >
            <option value="utc">{msg('statistics-zone-utc')}</option>
            <option value="local">{msg('statistics-zone-local')}</option>
          </select>
        </label>
      </header>
      {error !== undefined && (
        <Message tone="error">
          <p>{msg('statistics-failed', whyItFailed(error))}</p>
          <button type="button" class="cdx-button" onClick={() => load({ requestPolicy: 'network-only' })}>
            {msg('parts-list-again')}
          </button>
        </Message>
      )}
      {figures === undefined && error === undefined && <p class="hint">{msg('app-loading')}</p>}
      {figures !== undefined && figures.days.length === 0 && <p class="empty">{msg('statistics-empty')}</p>}
      {figures !== undefined && period !== undefined && figures.days.length > 0 && (
        <>
          {!figures.complete && (
            <Message tone="warning">
              {msg(
                'statistics-incomplete',
                figures.days.flatMap(({ outcomes }) => outcomes).reduce((sum, { count }) => sum + count, 0),
              )}
            </Message>
          )}
          <Days days={figures.days} period={period} isLocal={figures.timeZone !== 'UTC'} />
          <Stages stages={figures.stages} before={earlier?.stages ?? []} period={period} />
          <Questions questions={figures.questions} period={period} />
          <Failures failures={figures.failures} period={period} />
          <Stopped stopped={figures.stopped} period={period} />
          <Hours hours={figures.hours} period={period} zone={figures.timeZone} />
          <Delivery delivery={figures.delivery} before={earlier} period={period} />
          <Durations durations={figures.durations} />
        </>
      )}
      {figures !== undefined && <p class="hint">{msg('statistics-note')}</p>}
    </main>
  );
}

/** The links to the weeks beside, or to this week. */
function Weeks({ week, from }: { week: string | null; from: number }) {
  const links =
    week === null
      ? [[weekPath(weekOf(serverNow())), msg('statistics-this-week')] as const]
      : [
          [weekPath(weekBeside(from, -1)), msg('statistics-earlier')] as const,
          // There is nothing in a week that has not begun.
          ...(from + 7 * day > serverNow()
            ? []
            : [[weekPath(weekBeside(from, 1)), msg('statistics-later')] as const]),
          [statisticsPath(), msg('statistics-all')] as const,
        ];
  return (
    <>
      {links.map(([path, words]) => (
        <a key={path} href={path} onClick={followLink}>
          {words}
        </a>
      ))}
    </>
  );
}
