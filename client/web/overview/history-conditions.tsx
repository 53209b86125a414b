// Owns the conditions of the history that no field shows, because links from the statistics set them. Each can be removed. Owns no filter.
import { enumMsg, msg } from '../statistics/messages.ts';
import { questionName } from '../statistics/question-name.ts';
import { hourInWords } from '../statistics/week-hour.ts';
import { type Bound, momentsOf } from './history-day.ts';
import { type HistoryFilter, otherQuestion } from './history-filter.ts';

/** A moment without what every one of these has: seconds, and the sign of UTC. */
const shownMoment = (iso: string): string =>
  new Date(iso)
    .toISOString()
    .replace('T', ' ')
    .replace(/(:00)?\.000Z$|Z$/, '');

/** The times between which the jobs ended, as far as no field shows them. */
function timesInWords({ from, to }: Pick<HistoryFilter, Bound>): string | null {
  if (from === '' && to === '') return null;
  return msg(
    'statistics-condition-times',
    from === '' ? '…' : shownMoment(from),
    to === '' ? '…' : shownMoment(to),
  );
}

export function HistoryConditions({
  filter,
  isLocal,
  onFilter,
}: {
  filter: HistoryFilter;
  /** Whether the fields show days of the browser, otherwise of UTC. */
  isLocal: boolean;
  onFilter: (filter: HistoryFilter) => void;
}) {
  const moments = momentsOf(filter, isLocal);
  const times = timesInWords(moments);
  const { stage, question, startHour, like } = filter;
  return (
    <>
      {times !== null && (
        <Condition
          words={times}
          onRemove={() =>
            onFilter({
              ...filter,
              ...(moments.from === '' ? {} : { from: '' }),
              ...(moments.to === '' ? {} : { to: '' }),
            })
          }
        />
      )}
      {stage !== null && (
        <Condition
          words={msg('statistics-condition-stage', enumMsg('job-stage', stage))}
          onRemove={() => onFilter({ ...filter, stage: null })}
        />
      )}
      {question !== '' && (
        <Condition
          words={
            question === otherQuestion
              ? msg('statistics-condition-other-question')
              : msg('statistics-condition-question', questionName(question))
          }
          onRemove={() => onFilter({ ...filter, question: '' })}
        />
      )}
      {startHour !== null && (
        <Condition
          words={msg('statistics-condition-hour', hourInWords(startHour))}
          onRemove={() => onFilter({ ...filter, startHour: null })}
        />
      )}
      {like !== '' && (
        <Condition
          words={msg('statistics-condition-like', like)}
          onRemove={() => onFilter({ ...filter, like: '' })}
        />
      )}
    </>
  );
}

function Condition({ words, onRemove }: { words: string; onRemove: () => void }) {
  return (
    <button type="button" class="cdx-button" onClick={onRemove}>
      <bdi>{msg('statistics-condition', words)}</bdi>
    </button>
  );
}
