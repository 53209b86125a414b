// Owns the list of the questions that a job has asked, with their answers. The open question is in question.tsx.
import { harmlessLabel, harmlessName } from '../../../../schema/text/harmless.ts';
import { questionText } from '../../../../schema/text/question-text.ts';
import type { JobDetailFragment } from '../../../generated/graphql.ts';
import { enumMsg, msg } from '../../i18n/msg.ts';
import { ForeignLabel } from '../../parts/foreign-text.tsx';
import { Moment, Span } from '../../parts/moment.tsx';
import { Panel } from '../parts/panel.tsx';
import { answerInWords } from './interaction.ts';
import './answer-list.css';

/** Whether the job has asked more questions than the page has. Pure. */
const hasEarlier = ({ interactions, firstInteraction: [first] }: JobDetailFragment): boolean =>
  first !== undefined && !interactions.some(({ id }) => id === first.id);

export function AnswerList({ job }: { job: JobDetailFragment }) {
  // The open question has a separate card.
  const shown = job.interactions.filter(({ id }) => id !== job.pendingInteraction?.id);
  if (shown.length === 0) return null;
  return (
    <Panel heading={msg('job-question-answers-heading')}>
      {hasEarlier(job) && <p class="panel__note">{msg('job-question-earlier', job.interactions.length)}</p>}
      <ol class="panel__list">
        {shown.map((interaction) => (
          <li key={interaction.id} class="panel__item">
            <span class="answer__question" title={harmlessLabel(interaction.prompt)}>
              <ForeignLabel>{questionText(interaction.prompt).question}</ForeignLabel>
            </span>
            <span class="answer__answer">
              {interaction.answer === null ? (
                <em>{job.ended ? msg('job-question-unanswered') : msg('job-question-open')}</em>
              ) : (
                <>
                  <strong>{answerInWords(interaction, interaction.answer)}</strong>{' '}
                  <ForeignLabel>
                    {msg(
                      'job-by',
                      harmlessName(interaction.answeredBy?.name ?? msg('job-question-answered-by-unknown')),
                    )}
                  </ForeignLabel>
                </>
              )}
            </span>
            <span class="panel__note">
              {msg('job-question-asked')} <Moment iso={interaction.askedAt} />
              {interaction.answeredAt !== null && (
                <>
                  {msg('app-separator')}
                  {msg('job-question-answered-after')}{' '}
                  <Span from={interaction.askedAt} to={interaction.answeredAt} />
                </>
              )}
              {interaction.delivery !== null && interaction.delivery !== 'DELIVERED' && (
                <>
                  {msg('app-separator')}
                  {enumMsg('job-question-delivery', interaction.delivery)}
                </>
              )}
            </span>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
