// Owns the figures of the statistics, each as a table with bars or a plot. Owns no request.
import type { Period } from '../../../schema/text/week.ts';
import type { JobOutcome, StatisticsQuery as StatisticsResult } from '../../generated/graphql.ts';
import { otherQuestion, outcomeGroups } from '../overview/history-filter.ts';
import { ForeignLabel } from '../parts/foreign-text.tsx';
import { Moment } from '../parts/moment.tsx';
import { followLink, followPath, jobPath } from '../route.ts';
import { midnightHere, midnightInUtc } from '../state/calendar.ts';
import { duration } from '../state/time.ts';
import { Bar, FigureTable } from './figure-table.tsx';
import { dayWithin, HistoryLink, historyAddress, linkedCount } from './history-link.tsx';
import { enumMsg, msg } from './messages.ts';
import { questionName } from './question-name.ts';
import { hourInUtc, hoursAhead, weekdays } from './week-hour.ts';

type Figures = StatisticsResult['statistics'];
type Spread = NonNullable<Figures['delivery']['leadTime']>;

/** How an outcome is coloured: it changed production as wanted, or not, or did not change it. */
function toneOf(outcome: JobOutcome): 'good' | 'bad' | 'ended' {
  switch (outcome) {
    case 'DEPLOYED':
    case 'DEPLOYED_WITH_ERRORS':
      return 'good';
    case 'FAILED':
    case 'STOPPED':
    case 'ROLLED_BACK':
    case 'LOST':
      return 'bad';
    default:
      return 'ended';
  }
}

/** The groups of outcomes that have a colour, in the order of a bar. */
const tones = ['good', 'bad', 'ended'] as const;

const numeric = (value: number, words: string) => ({
  value,
  shown: <span class="figure__number">{words}</span>,
});
const span = (seconds: number) => numeric(seconds, duration(seconds * 1000));
const spreadInWords = ({ median, p90 }: Spread): string =>
  `${duration(median * 1000)} (${duration(p90 * 1000)})`;
const spread = (of: Spread) => numeric(of.median, spreadInWords(of));

function JobLink({ id }: { id: string }) {
  return (
    <a href={jobPath(id)} onClick={followLink}>
      {id}
    </a>
  );
}

/** What a figure needs to lead to its jobs. */
interface OfPeriod {
  /** In which the jobs ended. */
  readonly period: Period;
}

/** @param isLocal whether the days are those of this browser, otherwise of UTC */
export function Days({ days, period, isLocal }: Pick<Figures, 'days'> & OfPeriod & { isLocal: boolean }) {
  const midnight = isLocal ? midnightHere : midnightInUtc;
  const outcomes = [...new Set(days.flatMap((each) => each.outcomes.map(({ outcome }) => outcome)))];
  const countOf = (of: Figures['days'][number], outcome: JobOutcome): number =>
    of.outcomes.find((each) => each.outcome === outcome)?.count ?? 0;
  const totalOf = (of: Figures['days'][number]): number =>
    of.outcomes.reduce((sum, { count }) => sum + count, 0);
  const most = Math.max(...days.map(totalOf));
  return (
    <FigureTable
      heading={msg('statistics-days')}
      name="days"
      open={historyAddress(period)}
      legend={tones.map((tone) => [tone, msg(`statistics-tone-${tone}`)])}
      columns={[
        msg('statistics-days-day'),
        msg('statistics-days-total'),
        ...outcomes.map((outcome) => enumMsg('job-outcome', outcome)),
      ]}
      rows={days.map((each) => [
        dayCell(each.day, dayWithin(each.day, midnight, period)),
        totalOf(each),
        ...outcomes.map((outcome) =>
          linkedCount(
            countOf(each, outcome),
            historyAddress(dayWithin(each.day, midnight, period), { outcomes: [outcome] }),
          ),
        ),
      ])}
      bars={days.map((each) => (
        <Bar
          key={each.day}
          most={most}
          parts={tones.map((kind) => ({
            kind,
            value: each.outcomes.reduce(
              (sum, { outcome, count }) => sum + (toneOf(outcome) === kind ? count : 0),
              0,
            ),
          }))}
        />
      ))}
    />
  );
}

const dayCell = (day: string, within: Period) => ({
  value: day,
  shown: <HistoryLink href={historyAddress(within)}>{day}</HistoryLink>,
});

/** The difference of two medians; nothing if there is no earlier one. */
function change(now: Spread, before: Spread | undefined) {
  if (before === undefined) return '';
  const seconds = now.median - before.median;
  return numeric(seconds, `${seconds < 0 ? '−' : '+'}${duration(Math.abs(seconds) * 1000)}`);
}

/** @param before the stages of the period before, which is as long; empty while they are not known */
export function Stages({
  stages,
  before,
  period,
}: Pick<Figures, 'stages'> & OfPeriod & { before: Figures['stages'] }) {
  const earlier = new Map(before.map((each) => [each.name, each]));
  const most = Math.max(...stages.map(({ machines, people }) => machines.median + people.median));
  return (
    <FigureTable
      heading={msg('statistics-stages')}
      name="stages"
      legend={[
        ['machines', msg('statistics-stages-machines')],
        ['people', msg('statistics-stages-people')],
      ]}
      note={msg('statistics-stages-note')}
      empty={msg('statistics-too-few')}
      columns={[
        msg('statistics-stages-stage'),
        msg('statistics-stages-machines'),
        msg('statistics-stages-people'),
        msg('statistics-count'),
        msg('statistics-stages-machines-change'),
        msg('statistics-stages-people-change'),
      ]}
      rows={stages.map(({ name, machines, people }) => [
        enumMsg('job-stage', name),
        spread(machines),
        spread(people),
        linkedCount(machines.count, historyAddress(period, { stage: name })),
        change(machines, earlier.get(name)?.machines),
        change(people, earlier.get(name)?.people),
      ])}
      bars={stages.map(({ name, machines, people }) => (
        <Bar
          key={name}
          most={most}
          parts={[
            { kind: 'machines', value: machines.median },
            { kind: 'people', value: people.median },
          ]}
        />
      ))}
    />
  );
}

export function Questions({ questions, period }: Pick<Figures, 'questions'> & OfPeriod) {
  const most = Math.max(...questions.map(({ waited }) => waited.p90));
  return (
    <FigureTable
      heading={msg('statistics-questions')}
      name="questions"
      empty={msg('statistics-too-few')}
      columns={[
        msg('statistics-questions-question'),
        msg('statistics-median'),
        msg('statistics-p90'),
        msg('statistics-count'),
      ]}
      rows={questions.map(({ key, waited }) => [
        { value: key ?? '', shown: key === null ? msg('statistics-questions-other') : questionName(key) },
        span(waited.median),
        span(waited.p90),
        linkedCount(
          waited.count,
          historyAddress(period, { question: key ?? otherQuestion }),
          msg('statistics-open-answers', waited.count),
        ),
      ])}
      bars={questions.map(({ key, waited }) => (
        <Bar
          key={key}
          most={most}
          parts={[
            { kind: 'machines', value: waited.median },
            { kind: 'rest', value: waited.p90 - waited.median },
          ]}
        />
      ))}
    />
  );
}

export function Failures({ failures, period }: Pick<Figures, 'failures'> & OfPeriod) {
  return (
    <FigureTable
      heading={msg('statistics-failures')}
      name="failures"
      open={historyAddress(period, { outcomes: ['FAILED'] })}
      empty={msg('statistics-failures-none')}
      columns={[
        msg('statistics-failures-jobs'),
        msg('statistics-count'),
        msg('statistics-failures-stage'),
        msg('statistics-failures-error'),
      ]}
      rows={failures.map(({ stage, error, count, jobs }) => [
        {
          value: jobs.join(' '),
          shown: jobs.map((id) => (
            <span key={id}>
              <JobLink id={id} />{' '}
            </span>
          )),
        },
        linkedCount(count, historyAddress(period, { outcomes: ['FAILED'], like: jobs[0] ?? '' })),
        stage === null ? msg('statistics-no-stage') : enumMsg('job-stage', stage),
        { value: error ?? '', shown: <ForeignLabel>{error ?? msg('statistics-no-error')}</ForeignLabel> },
      ])}
    />
  );
}

export function Stopped({ stopped, period }: Pick<Figures, 'stopped'> & OfPeriod) {
  return (
    <FigureTable
      heading={msg('statistics-stopped')}
      name="stopped"
      open={historyAddress(period, { outcomes: ['STOPPED', 'ROLLED_BACK'] })}
      empty={msg('statistics-stopped-none')}
      columns={[
        msg('statistics-job'),
        msg('statistics-outcome'),
        msg('statistics-ended-at'),
        msg('statistics-reason'),
      ]}
      rows={stopped.map(({ id, outcome, finishedAt, reason }) => [
        { value: id, shown: <JobLink id={id} /> },
        enumMsg('job-outcome', outcome),
        { value: finishedAt, shown: <Moment iso={finishedAt} /> },
        { value: reason, shown: <ForeignLabel>{reason}</ForeignLabel> },
      ])}
    />
  );
}

const hoursOfDay = Array.from({ length: 24 }, (_, hour) => hour);

/** @param zone the time zone of the hours */
export function Hours({ hours, period, zone }: Pick<Figures, 'hours'> & OfPeriod & { zone: string }) {
  const most = Math.max(...hours.map(({ count }) => count));
  const countOf = (weekday: string, hour: number): number =>
    hours.find((each) => String(each.weekday) === weekday && each.hour === hour)?.count ?? 0;
  const ahead = hoursAhead(zone, period);
  return (
    <div class="hours">
      <FigureTable
        heading={msg('statistics-hours')}
        name="hours"
        columns={[
          msg('statistics-hours-weekday'),
          ...hoursOfDay.map((hour) => String(hour).padStart(2, '0')),
        ]}
        rows={weekdays.map((weekday) => [
          enumMsg('statistics-weekday', weekday),
          ...hoursOfDay.map((hour) => {
            const value = countOf(weekday, hour);
            if (value === 0) return { value, shown: '' };
            const linked = linkedCount(
              value,
              ahead === null
                ? null
                : historyAddress(period, { startHour: hourInUtc(Number(weekday), hour, ahead) }),
            );
            const shown = typeof linked === 'object' ? linked.shown : linked;
            return { value, shown: value * 2 > most ? <span class="hours__many">{shown}</span> : shown };
          }),
        ])}
      />
    </div>
  );
}

/** The size of the plot in its own units, and the radius of a dot. */
const plot = { width: 1000, height: 160, dot: 4 };

export function Durations({ durations }: Pick<Figures, 'durations'>) {
  const timed = durations.flatMap((job) =>
    job.duration === null ? [] : [{ ...job, duration: job.duration, at: Date.parse(job.finishedAt) }],
  );
  const first = Math.min(...timed.map(({ at }) => at));
  const last = Math.max(...timed.map(({ at }) => at), first + 1);
  const longest = Math.max(...timed.map((job) => job.duration), 1);
  return (
    <FigureTable
      heading={msg('statistics-durations')}
      name="durations"
      folded
      {...(timed.length === 0
        ? {}
        : {
            legend: tones.map((tone) => [tone, msg(`statistics-tone-${tone}`)] as const),
            note: msg(
              'statistics-durations-scale',
              duration(longest * 1000),
              new Date(first).toISOString().slice(0, 10),
              new Date(last).toISOString().slice(0, 10),
            ),
          })}
      columns={[
        msg('statistics-job'),
        msg('statistics-duration'),
        msg('statistics-outcome'),
        msg('statistics-ended-at'),
      ]}
      rows={timed
        .toReversed()
        .map((job) => [
          { value: job.id, shown: <JobLink id={job.id} /> },
          span(job.duration),
          enumMsg('job-outcome', job.outcome),
          { value: job.finishedAt, shown: <Moment iso={job.finishedAt} /> },
        ])}
      empty={msg('statistics-too-few')}
    >
      {timed.length > 0 && (
        <svg
          class="scatter"
          viewBox={`0 0 ${plot.width} ${plot.height}`}
          preserveAspectRatio="none"
          aria-hidden="true"
        >
          {timed.map((job) => (
            // The table has the same links for the keyboard and for screen readers.
            <a
              key={job.id}
              href={jobPath(job.id)}
              tabindex={-1}
              onClick={(event) => followPath(event, jobPath(job.id))}
            >
              <title>{`${job.id} · ${duration(job.duration * 1000)}`}</title>
              <ellipse
                class={`scatter__${toneOf(job.outcome)}`}
                cx={plot.dot + ((job.at - first) / (last - first)) * (plot.width - 2 * plot.dot)}
                cy={plot.height - plot.dot - (job.duration / longest) * (plot.height - 2 * plot.dot)}
                rx={plot.dot}
                ry={plot.dot}
              />
            </a>
          ))}
        </svg>
      )}
    </FigureTable>
  );
}

/** Two significant digits below 10, so that a deployment in four weeks is not written as none. */
const perDay = (rate: number): string => (rate === 0 || rate >= 10 ? rate.toFixed(0) : rate.toPrecision(2));

type Measures = Figures['delivery'];

/** A value of a measure that leads to the jobs behind it. */
const linked = (value: number, words: string, href: string) => ({
  value,
  shown:
    value === 0 ? (
      words
    ) : (
      <HistoryLink href={href} label={msg('statistics-open-measure', words)}>
        {words}
      </HistoryLink>
    ),
});
const few = () => ({ value: '', shown: msg('statistics-too-few') });

/** The address of the deployed jobs of a period, and of those that failed, were rolled back or lost. */
const deployedIn = (period: Period): string => historyAddress(period, { outcomes: outcomeGroups.deployed });
const harmfulIn = (period: Period): string =>
  historyAddress(period, { outcomes: ['FAILED', 'ROLLED_BACK', 'LOST'] });

/** The measures, each with its value in a period. The time to restore is not linked: its values are pairs of jobs. */
const measures = [
  [
    'frequency',
    ({ deploymentsPerDay: rate }: Measures, period: Period) => linked(rate, perDay(rate), deployedIn(period)),
  ],
  [
    'lead',
    ({ leadTime }: Measures, period: Period) =>
      leadTime === null ? few() : linked(leadTime.median, spreadInWords(leadTime), deployedIn(period)),
  ],
  [
    'failure',
    ({ changeFailureRate: rate }: Measures, period: Period) =>
      rate === null ? few() : linked(rate, `${Math.round(rate * 100)} %`, harmfulIn(period)),
  ],
  ['restore', ({ timeToRestore }: Measures) => (timeToRestore === null ? few() : spread(timeToRestore))],
] as const;

/** @param before the figures of the period before, which is as long; null while they are not known */
export function Delivery({
  delivery,
  before,
  period,
}: Pick<Figures, 'delivery'> & OfPeriod & { before: Pick<Figures, 'delivery' | 'from' | 'to'> | null }) {
  return (
    <FigureTable
      heading={msg('statistics-delivery')}
      name="dora"
      columns={[
        msg('statistics-delivery-measure'),
        msg('statistics-delivery-value'),
        msg('statistics-delivery-before'),
        msg('statistics-delivery-definition'),
      ]}
      rows={measures.map(([name, measure]) => [
        msg(`statistics-delivery-${name}`),
        measure(delivery, period),
        before === null
          ? ''
          : measure(before.delivery, { from: Date.parse(before.from), to: Date.parse(before.to) }),
        msg(`statistics-delivery-${name}-definition`),
      ])}
    />
  );
}
