// Owns the list of the chosen changes with what Gerrit says about each, before the start. Owns no request.
import { cdxIconAlert } from '@wikimedia/codex-icons';
import { safeAddress } from '../../../schema/text/link.ts';
import { enumMsg, msg } from '../i18n/msg.ts';
import { ForeignLabel, OutsideLink } from '../parts/foreign-text.tsx';
import { Icon } from '../parts/icon.tsx';
import { changeFacts } from './change-menu.tsx';
import type { FoundChange } from './change-search.ts';
import './chosen-change.css';

/** @param chosen the numbers in the order in which they were chosen @param found what Gerrit answered; null: not yet @param onAdd adds another change */
export function ChosenChanges({
  chosen,
  found,
  onAdd,
}: {
  chosen: readonly string[];
  found: readonly FoundChange[] | null;
  onAdd: (changeId: string) => void;
}) {
  if (chosen.length === 0 || found === null) return null;
  return (
    <ul class="chosen-changes" aria-label={msg('overview-chosen')}>
      {chosen.map((number) => {
        const change = found.find((each) => each.number === number);
        return change === undefined ? (
          <li key={number} class="chosen-change">
            <Warning words={msg('overview-chosen-unknown', number)} />
          </li>
        ) : (
          <ChosenChange key={number} change={change} found={found} onAdd={onAdd} />
        );
      })}
    </ul>
  );
}

function ChosenChange({
  change,
  found,
  onAdd,
}: {
  change: FoundChange;
  found: readonly FoundChange[];
  onAdd: (changeId: string) => void;
}) {
  const address = change.url === null ? null : safeAddress(change.url);
  return (
    <li class="chosen-change">
      <span class="chosen-change__subject">
        {address === null ? change.number : <OutsideLink href={address}>{change.number}</OutsideLink>}{' '}
        <ForeignLabel>{change.subject ?? ''}</ForeignLabel>
      </span>
      <span class="hint">{changeFacts(change)}</span>
      {change.warnings.map((warning) => (
        <Warning key={warning} words={enumMsg('overview-warning', warning)} />
      ))}
      {missingDependencies(change, found).map((changeId) => (
        <span key={changeId} class="chosen-change__warning">
          <Warning words={msg('overview-warning-depends-on', changeId.slice(0, 10))} />
          <button type="button" class="cdx-button cdx-button--size-small" onClick={() => onAdd(changeId)}>
            {msg('overview-dependency-find')}
          </button>
        </span>
      ))}
    </li>
  );
}

function Warning({ words }: { words: string }) {
  return (
    <span class="chosen-change__warning">
      <Icon icon={cdxIconAlert} size="x-small" />
      {words}
    </span>
  );
}

/** The Change-Ids that the commit message names as dependencies and that are not among the chosen changes. */
function missingDependencies(change: FoundChange, chosen: readonly FoundChange[]): readonly string[] {
  const named = [...(change.commitMessage ?? '').matchAll(/^Depends-On:\s*(I[0-9a-f]{40})\s*$/gim)].map(
    ([, id]) => (id ?? '').toLowerCase().replace(/^i/, 'I'),
  );
  const present = chosen.flatMap(({ commitMessage }) =>
    [...(commitMessage ?? '').matchAll(/^Change-Id:\s*(I[0-9a-f]{40})\s*$/gim)].map(([, id]) => id),
  );
  return [...new Set(named)].filter((id) => !present.includes(id)).slice(0, 10);
}
