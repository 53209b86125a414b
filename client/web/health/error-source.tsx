// Owns the sentence about how current counts of errors are: their age, and why the last search failed. Owns no search.
import type { ErrorSourceFragment } from '../../generated/graphql.ts';
import { ForeignLabel } from '../parts/foreign-text.tsx';
import { Moment } from '../parts/moment.tsx';
import { Status } from '../parts/status.tsx';
import { msg } from './messages.ts';
import './error-source.css';

export function ErrorSource({ source: { readAt, problem } }: { source: ErrorSourceFragment }) {
  if (problem === null)
    return (
      <span class="error-source">
        {readAt === null ? (
          msg('health-not-read')
        ) : (
          <>
            {msg('health-read')} <Moment iso={readAt} />
          </>
        )}
      </span>
    );
  return (
    <Status as="span" class="error-source error-source--failing">
      {readAt === null ? (
        msg('health-never-answered')
      ) : (
        <>
          {msg('health-old')} <Moment iso={readAt} />
        </>
      )}
      {msg('app-separator')}
      <ForeignLabel>{msg('health-problem', problem)}</ForeignLabel>
    </Status>
  );
}
