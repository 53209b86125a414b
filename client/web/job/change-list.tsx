// Owns the list of a job's changes, as Gerrit knew them when the job was queued. Owns no request.
import { Fragment } from 'preact';
import { harmlessLabel } from '../../../schema/text/harmless.ts';
import { safeAddress } from '../../../schema/text/link.ts';
import type { JobDetailFragment } from '../../generated/graphql.ts';
import { msg } from '../i18n/msg.ts';
import { ForeignLabel, ForeignText, OutsideLink } from '../parts/foreign-text.tsx';
import { followLink, homePath } from '../route.ts';
import { withQuery } from '../state/query.ts';
import { Panel } from './parts/panel.tsx';
import './change-list.css';

type Change = JobDetailFragment['changes'][number];

/** @param gerritUrl the base URL of Gerrit; null while it is not known */
export function ChangeList({ changes, gerritUrl }: { changes: readonly Change[]; gerritUrl: string | null }) {
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
              <ChangeFacts change={change} gerritUrl={gerritUrl} />
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

/** Project and branch, which lead to their changes in Gerrit, and the owner. */
function ChangeFacts({ change, gerritUrl }: { change: Change; gerritUrl: string | null }) {
  const { project, branch, owner } = change;
  const inProject = project === null ? null : `project:"${project}"`;
  const facts = [
    { text: project, query: inProject },
    { text: branch, query: inProject === null ? null : `${inProject} branch:"${branch}"` },
    { text: owner, query: null },
  ].filter(({ text }) => text !== null && text !== '');
  return (
    <>
      {facts.map(({ text, query }, index) => {
        const address = query === null || gerritUrl === null ? null : queryAddress(gerritUrl, query);
        return (
          <Fragment key={index}>
            {index > 0 && msg('app-separator')}
            {address === null ? (
              <ForeignLabel>{text ?? ''}</ForeignLabel>
            ) : (
              <OutsideLink href={address}>{harmlessLabel(text ?? '')}</OutsideLink>
            )}
          </Fragment>
        );
      })}
      {project !== null && project !== '' && (
        <>
          {msg('app-separator')}
          <a href={`${homePath()}${withQuery('', { project })}`} onClick={followLink}>
            {msg('job-changes-history')}
          </a>
        </>
      )}
    </>
  );
}

/** The address of a search in Gerrit. */
function queryAddress(gerritUrl: string, query: string): string | null {
  return safeAddress(`${gerritUrl.replace(/\/+$/, '')}/q/${encodeURIComponent(query)}`);
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
