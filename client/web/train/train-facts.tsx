// Owns what else is known about the train: task, blockers, warnings, and the age of each source. Owns no choice.
import type { ComponentChildren } from 'preact';
import { isUpcoming } from '../../../schema/text/train.ts';
import { ForeignLabel, ForeignText, OutsideLink } from '../parts/foreign-text.tsx';
import { Message } from '../parts/message.tsx';
import { Moment } from '../parts/moment.tsx';
import { serverNow } from '../state/server-clock.ts';
import { enumMsg, msg } from './messages.ts';
import type { TrainLine, TrainStatus } from './train-state.ts';
import './train-facts.css';

export function TrainFacts({ status, line }: { status: TrainStatus; line: TrainLine }) {
  const { task, blockers } = status;
  return (
    <section class="train-facts" aria-label={msg('train-facts')}>
      {line.warnings.map((warning) => (
        <Message key={warning} tone="warning">
          <p>
            <ForeignText>{warning}</ForeignText>
          </p>
        </Message>
      ))}
      <dl class="train-facts__list">
        <Fact name={msg('train-task')}>
          {task === null ? (
            msg('train-unknown')
          ) : (
            <>
              <OutsideLink href={task.url}>{task.id}</OutsideLink> <ForeignLabel>{task.status}</ForeignLabel>
              {isUpcoming(task.date, new Date(serverNow())) && (
                <> {msg('train-arrives', task.version, dayInWords(task.date))}</>
              )}
            </>
          )}
        </Fact>
        <Fact name={msg('train-blockers')}>
          <Blockers blockers={blockers} taskUrl={task?.url ?? null} />
        </Fact>
        {status.sources.map(({ name, readAt, problem }) => (
          <Fact key={name} name={enumMsg('train-source', name)}>
            {readAt === null ? msg('train-source-never') : <Moment iso={readAt} />}
            {problem !== null && (
              <span class="train-facts__problem">
                {' '}
                <ForeignLabel>{msg('train-source-problem', problem)}</ForeignLabel>
              </span>
            )}
          </Fact>
        ))}
      </dl>
    </section>
  );
}

const day = new Intl.DateTimeFormat('en', {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  timeZone: 'UTC',
});

/** `Tuesday, August 18`. */
const dayInWords = (date: string | null): string => (date === null ? '' : day.format(new Date(date)));

function Blockers({ blockers, taskUrl }: { blockers: TrainStatus['blockers']; taskUrl: string | null }) {
  if (blockers === null && taskUrl !== null)
    return <OutsideLink href={taskUrl}>{msg('train-blockers-look')}</OutsideLink>;
  if (blockers === null) return <>{msg('train-unknown')}</>;
  if (blockers.length === 0) return <>{msg('train-blockers-none')}</>;
  return (
    <ul class="train-facts__blockers">
      {blockers.map(({ id, title, url }) => (
        <li key={id}>
          <OutsideLink href={url}>{id}</OutsideLink> <ForeignLabel>{title}</ForeignLabel>
        </li>
      ))}
    </ul>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}
