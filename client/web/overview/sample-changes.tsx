// Owns the sample changes that a simulated Gerrit offers, and the hint for an empty history around them.
import { harmlessLabel } from '../../../schema/text/harmless.ts';
import { msg } from '../i18n/msg.ts';
import { ForeignLabel } from '../parts/foreign-text.tsx';
import { SendButton } from '../parts/send-button.tsx';
import './sample-changes.css';
import type { System } from '../system.ts';

interface SampleProps {
  readonly samples: System['sampleChanges'];
  /** The changes that are in the start form. */
  readonly chosen: readonly string[];
  readonly onAdd: (number: string) => void;
}

/** What to do if no job was ever started. */
export function EmptyHistory({ samples, chosen, onAdd }: SampleProps) {
  return (
    <div class="empty">
      <h3>{msg('overview-history-empty-heading')}</h3>
      {samples.length > 0 ? (
        <>
          <p>{msg('overview-history-empty-simulated')}</p>
          <SampleChanges samples={samples} chosen={chosen} onAdd={onAdd} />
        </>
      ) : (
        <p>{msg('overview-history-empty')}</p>
      )}
    </div>
  );
}

/** Each sample change with a button that adds it to the start form. */
export function SampleChanges({ samples, chosen, onAdd }: SampleProps) {
  return (
    <ul class="samples">
      {samples.map(({ number, subject, project }) => (
        <li key={number}>
          <SendButton
            class="cdx-button cdx-button--size-small samples__add"
            blocked={chosen.includes(number)}
            aria-label={msg('overview-history-sample-add', number)}
            onClick={() => onAdd(number)}
          >
            {number}
          </SendButton>
          <span class="samples__subject">
            <ForeignLabel>{subject ?? ''}</ForeignLabel>
          </span>
          <span class="samples__project">{harmlessLabel(project ?? '')}</span>
        </li>
      ))}
    </ul>
  );
}
