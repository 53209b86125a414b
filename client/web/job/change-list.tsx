// Owns the list of a job's changes, as Gerrit knew them when the job was queued. Owns no request.

import { safeAddress } from '../../../schema/text/link.ts';
import type { JobDetailFragment } from '../../generated/graphql.ts';
import { msg } from '../i18n/msg.ts';
import { ForeignLabel, ForeignText, OutsideLink } from '../parts/foreign-text.tsx';
import { Panel } from './panel.tsx';
import './change-list.css';

export function ChangeList({ changes }: { changes: JobDetailFragment['changes'] }) {
  return (
    <Panel heading={msg('job-changes-heading')}>
      <ul class="panel__list">
        {changes.map((change) => (
          <li key={change.number} class="panel__item">
            <ChangeLink change={change} />
            {change.subject !== null && (
              <span class="change__subject">
                <ForeignLabel>{change.subject}</ForeignLabel>
              </span>
            )}
            <span class="panel__note">
              <ForeignLabel>
                {[change.project, change.branch, change.owner]
                  .filter((each) => each !== null)
                  .join(msg('app-separator'))}
              </ForeignLabel>
            </span>
            {!change.verified && <span class="panel__note">{msg('job-changes-unverified')}</span>}
            {change.commitMessage !== null && (
              <details class="change__message">
                <summary>{msg('job-changes-message')}</summary>
                <pre>
                  <ForeignText>{change.commitMessage}</ForeignText>
                </pre>
              </details>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function ChangeLink({ change }: { change: { number: string; url: string | null } }) {
  const address = change.url === null ? null : safeAddress(change.url);
  if (address === null) return <span class="change__number">{change.number}</span>;
  return (
    <span class="change__number">
      <OutsideLink href={address}>{change.number}</OutsideLink>
    </span>
  );
}
