// Owns the menu of found changes below the field: a listbox that the keys of the field control. Owns no search and no focus.
import { harmlessLabel } from '../../../../schema/text/harmless.ts';
import { msg } from '../../i18n/msg.ts';
import { serverNow } from '../../state/server-clock.ts';
import { momentTime, timeMode } from '../../state/time-mode.ts';
import { changeFacts, KeptAnswer } from './change-facts.tsx';
import type { ChangeSearch, FoundChange } from './change-search.ts';
import './change-menu.css';

export const optionId = (menuId: string, index: number): string => `${menuId}-${index}`;

/** @param active the index of the option that Enter chooses; -1: none */
export function ChangeMenu({
  id,
  search,
  active,
  onChoose,
}: {
  id: string;
  search: ChangeSearch;
  active: number;
  onChoose: (change: FoundChange) => void;
}) {
  const { changes, hasMore, problem, keptSince } = search;
  return (
    <div class="change-menu">
      {/* Without an option it is not a list, but the field still refers to it. */}
      <div id={id} class="change-menu__list" role="listbox" aria-label={msg('overview-search-results')}>
        {changes.map((change, index) => (
          <div
            key={change.number}
            id={optionId(id, index)}
            role="option"
            aria-selected={index === active}
            class={`change-menu__option${index === active ? ' change-menu__option--active' : ''}`}
            // The focus stays in the field.
            onMouseDown={(event) => event.preventDefault()}
            tabIndex={-1}
            onMouseUp={() => onChoose(change)}
          >
            <span class="change-menu__subject">
              <span class="change-menu__number">{change.number}</span>{' '}
              <bdi>{harmlessLabel(change.subject ?? '')}</bdi>
            </span>
            <span class="change-menu__facts">
              <bdi>{changeFacts(change)}</bdi>
            </span>
          </div>
        ))}
      </div>
      {keptSince !== null && (
        <div class="change-menu__note">
          <KeptAnswer since={keptSince} />
        </div>
      )}
      {changes.length === 0 && <p class="change-menu__note">{problem ?? msg('overview-search-nothing')}</p>}
      {hasMore && <p class="change-menu__note">{msg('overview-search-more')}</p>}
    </div>
  );
}

/** What a screen reader says of the menu: the field keeps the focus, and the options are not read. @param isLooking whether Gerrit has not answered yet */
export function searchInWords(search: ChangeSearch | null, isLooking: boolean): string {
  if (isLooking) return msg('overview-search-pending');
  if (search === null) return '';
  const { changes, hasMore, problem, keptSince } = search;
  if (changes.length === 0) return problem ?? msg('overview-search-nothing');
  return [
    msg('overview-search-count', changes.length),
    ...(hasMore ? [msg('overview-search-more')] : []),
    ...(keptSince === null
      ? []
      : [msg('overview-search-kept', momentTime(keptSince, null, timeMode.value, serverNow()))]),
  ].join(' ');
}

/** What stands in place of the menu until Gerrit has answered. */
export function PendingMenu() {
  return (
    <div class="change-menu">
      <p class="change-menu__note">{msg('overview-search-pending')}</p>
    </div>
  );
}
