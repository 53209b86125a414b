// Owns what had happened at a time of a replay, beside the lines: stage, question and answer, stop, errors, end. Owns no time (replay.tsx).
import { useSubscription } from '@urql/preact';
import { questionText } from '../../../../schema/text/question-text.ts';
import type { JobDetailFragment } from '../../../generated/graphql.ts';
import { JobHealthUpdatesSubscription } from '../../health/health.graphql.ts';
import { whileWatched } from '../../health/subscription-context.ts';
import { enumMsg, msg } from '../../i18n/msg.ts';
import type { Mark } from '../../log/mark/mark.ts';
import { ForeignLabel, ForeignName } from '../../parts/foreign-text.tsx';
import type { Stage } from '../stage/stage.ts';

/** The newest of what happened by a time. */
function newest<Event>(events: readonly Event[], timeOf: (event: Event) => string, by: number): Event | null {
  const happened = events.filter((event) => Date.parse(timeOf(event)) <= by);
  return happened.reduce<Event | null>(
    (last, event) => (last === null || Date.parse(timeOf(event)) >= Date.parse(timeOf(last)) ? event : last),
    null,
  );
}

/** @param at the time @param finish the end of the job; both are milliseconds since 1970 */
export function ReplayEvents({
  job,
  stages,
  marks,
  at,
  finish,
}: {
  job: JobDetailFragment;
  stages: readonly Stage[];
  marks: readonly Mark[];
  at: number;
  finish: number;
}) {
  const stage = stages.filter(({ from }) => from !== null && from <= at).at(-1);
  const question = newest(job.interactions, ({ askedAt }) => askedAt, at);
  const stop = newest(job.stops, ({ requestedAt }) => requestedAt, at);
  const errors = marks.filter((mark) => mark.kind === 'ERROR' && Date.parse(mark.at) <= at).length;
  return (
    <>
      {stage !== undefined && <strong>{enumMsg('job-stage', stage.name)}</strong>}
      {errors > 0 && <span class="replay__errors">{msg('job-replay-errors', errors)}</span>}
      {job.health !== null && <ErrorsOfProduction jobId={job.id} at={at} />}
      {question !== null && <AskedQuestion question={question} at={at} />}
      {stop !== null && (
        <span class="replay__event">
          <ForeignLabel>
            {msg('job-stop-requested', stop.requestedBy.name, enumMsg('job-stop-mode', stop.mode))}
          </ForeignLabel>
        </span>
      )}
      {at >= finish && (
        <span class="replay__event">
          {msg('job-replay-ended')}{' '}
          <strong>{job.outcome === null ? msg('job-ending') : enumMsg('job-ending', job.outcome)}</strong>{' '}
          {job.errorWatch?.text}
        </span>
      )}
    </>
  );
}

/** A question, with its answer if it had been answered. */
function AskedQuestion({
  question: { prompt, choices, answer, answeredAt, answeredBy },
  at,
}: {
  question: JobDetailFragment['interactions'][number];
  at: number;
}) {
  const isAnswered = answeredAt !== null && Date.parse(answeredAt) <= at;
  return (
    <span class="replay__event">
      {msg('job-replay-asks')} <ForeignLabel>{questionText(prompt).question}</ForeignLabel>{' '}
      {isAnswered ? (
        <>
          {msg('job-replay-answer')}{' '}
          <ForeignLabel>{choices.find(({ code }) => code === answer)?.label ?? answer ?? ''}</ForeignLabel> (
          <ForeignName>{answeredBy?.name ?? ''}</ForeignName>)
        </>
      ) : (
        msg('job-replay-waits')
      )}
    </span>
  );
}

/** The production errors in the minute of a time. The server has them for a while after the end of a job. */
function ErrorsOfProduction({ jobId, at }: { jobId: string; at: number }) {
  const [{ data }] = useSubscription({
    query: JobHealthUpdatesSubscription,
    variables: { jobId },
    context: whileWatched,
  });
  const { trend = [], trendFrom = null } = data?.jobHealthUpdates ?? {};
  if (trendFrom === null) return null;
  const count = trend[Math.floor((at - Date.parse(trendFrom)) / 60_000)];
  return count === undefined ? null : <span>{msg('job-replay-production', count)}</span>;
}
