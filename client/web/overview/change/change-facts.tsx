// Owns how what Gerrit says about one change is shown: a link, the subject, facts, warnings. Owns no list.
import { cdxIconAlert, cdxIconClock } from '@wikimedia/codex-icons';
import { harmlessLabel } from '../../../../schema/text/harmless.ts';
import { safeAddress } from '../../../../schema/text/link.ts';
import { enumMsg, msg } from '../../i18n/msg.ts';
import { richMsg } from '../../i18n/rich-msg.tsx';
import { ForeignLabel, OutsideLink } from '../../parts/foreign-text.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Moment } from '../../parts/moment.tsx';
import type { FoundChange } from './change-search.ts';
import './change-facts.css';

/** Number and subject, and the facts below. */
export function ChangeFacts({ change }: { change: FoundChange }) {
  const address = change.url === null ? null : safeAddress(change.url);
  return (
    <>
      <span class="chosen-change__subject">
        {address === null ? change.number : <OutsideLink href={address}>{change.number}</OutsideLink>}{' '}
        <ForeignLabel>{change.subject ?? ''}</ForeignLabel>
      </span>
      <span class="hint">
        {changeFacts(change)}
        {change.warnings.includes('NOT_APPROVED') && (
          <>
            {msg('app-separator')}
            {enumMsg('overview-warning', 'NOT_APPROVED')}
          </>
        )}
      </span>
    </>
  );
}

/** What a deployer should know. That nobody has approved the change yet is a fact: scap does. Only a merged change can be reverted. */
export function ChangeWarnings({ change, revert = false }: { change: FoundChange; revert?: boolean }) {
  return (
    <>
      {change.warnings
        .filter((warning) => warning !== 'NOT_APPROVED' && !(revert && warning === 'ALREADY_MERGED'))
        .map((warning) => (
          <Note key={warning} words={enumMsg('overview-warning', warning)} />
        ))}
    </>
  );
}

/** A sentence with a warning sign. */
export function Note({ words }: { words: string }) {
  return (
    <span class="change-note">
      <Icon icon={cdxIconAlert} size="x-small" />
      <bdi>{words}</bdi>
    </span>
  );
}

/** That an answer is kept while Gerrit does not answer. @param since when Gerrit gave it */
export function KeptAnswer({ since }: { since: string }) {
  return (
    <p class="change-note">
      <Icon icon={cdxIconClock} size="x-small" />
      <span>{richMsg('overview-search-kept', <Moment iso={since} />)}</span>
    </p>
  );
}

/** Project, branch, owner and status in one line. */
export function changeFacts({ project, branch, owner, status }: FoundChange): string {
  return [project, branch, owner, status === null ? null : statusInWords(status)]
    .filter((fact) => fact !== null && fact !== '')
    .map((fact) => harmlessLabel(fact ?? ''))
    .join(msg('app-separator'));
}

function statusInWords(status: string): string {
  switch (status) {
    case 'NEW':
    case 'MERGED':
    case 'ABANDONED':
      return enumMsg('overview-change-status', status);
    default:
      return status;
  }
}
