// Owns the fields that filter the history. Owns no filter (history-filter.ts) and no request.
import { useId, useLayoutEffect, useState } from 'preact/hooks';
import { harmlessLabel } from '../../../schema/text/harmless.ts';
import { enumMsg, msg } from '../i18n/msg.ts';
import { Choice } from '../parts/choice.tsx';
import { useTypedText } from '../state/typed-text.ts';
import {
  everyJob,
  type HistoryFilter,
  isDay,
  isFiltered,
  isGroup,
  isKind,
  kindsByWord,
  outcomeGroups,
} from './history-filter.ts';
import './history-search.css';

interface FilterProps {
  readonly filter: HistoryFilter;
  readonly onFilter: (filter: HistoryFilter) => void;
}

/** @param viewer the name of the user, for “Mine”; null while it is not known */
export function HistorySearch({ filter, viewer, onFilter }: FilterProps & { viewer: string | null }) {
  const id = useId();
  const [typed, type] = useTypedText(filter.text, (text) => onFilter({ ...filter, text }));
  const isProblems = filter.group === 'problems';
  const hasMore = filter.kind !== null || (filter.group !== null && !isProblems) || filter.day !== '';
  const [open, setOpen] = useState(hasMore);
  // What begins to filter is visible. The fields stay when the last filter is removed, because one of them has the focus.
  useLayoutEffect(() => {
    if (hasMore) setOpen(true);
  }, [hasMore]);
  return (
    <search class="history-search">
      <label class="visually-hidden" for={`${id}-text`}>
        {msg('overview-history-search')}
      </label>
      <div class="cdx-text-input history-search__text">
        <input
          id={`${id}-text`}
          class="cdx-text-input__input"
          type="search"
          maxLength={200}
          autocomplete="off"
          placeholder={msg('overview-history-search')}
          value={typed}
          onInput={(event) => type(event.currentTarget.value)}
        />
      </div>
      <div class="history-search__quick">
        <Toggle on={!isFiltered(filter)} onClick={() => onFilter(everyJob)}>
          {msg('overview-history-quick-all')}
        </Toggle>
        {viewer !== null && (
          <Toggle
            on={filter.owner === viewer}
            onClick={() => onFilter({ ...filter, owner: filter.owner === viewer ? '' : viewer })}
          >
            {msg('overview-history-quick-mine')}
          </Toggle>
        )}
        <Toggle
          on={isProblems}
          onClick={() => onFilter({ ...filter, group: isProblems ? null : 'problems' })}
        >
          {msg('overview-history-quick-problems')}
        </Toggle>
        <button
          type="button"
          class="cdx-button cdx-button--weight-quiet"
          aria-expanded={open}
          aria-controls={`${id}-more`}
          onClick={() => setOpen(!open)}
        >
          {msg('overview-history-more-filters')}
        </button>
      </div>
      <div class="history-search__more" id={`${id}-more`} hidden={!open}>
        <MoreFilters filter={filter} onFilter={onFilter} />
      </div>
      {filter.owner !== '' && filter.owner !== viewer && (
        <button type="button" class="cdx-button" onClick={() => onFilter({ ...filter, owner: '' })}>
          <bdi>{msg('overview-history-of', harmlessLabel(filter.owner))}</bdi>
        </button>
      )}
      {filter.project !== '' && (
        <button type="button" class="cdx-button" onClick={() => onFilter({ ...filter, project: '' })}>
          <bdi>{msg('overview-history-project', harmlessLabel(filter.project))}</bdi>
        </button>
      )}
    </search>
  );
}

function Toggle({ on, onClick, children }: { on: boolean; onClick: () => void; children: string }) {
  return (
    <button type="button" class="cdx-button" aria-pressed={on} onClick={onClick}>
      {children}
    </button>
  );
}

function MoreFilters({ filter, onFilter }: FilterProps) {
  return (
    <>
      <Choice
        label={msg('overview-history-kind')}
        value={filter.kind ?? ''}
        options={[
          ['', msg('overview-history-kind-all')],
          ...Object.keys(kindsByWord)
            .filter(isKind)
            .map((kind) => [kind, enumMsg('job-kind', kindsByWord[kind])] as const),
        ]}
        onChange={(value) => onFilter({ ...filter, kind: isKind(value) ? value : null })}
      />
      <Choice
        label={msg('overview-history-outcome')}
        value={filter.group ?? ''}
        options={[
          ['', msg('overview-history-all')],
          ...Object.keys(outcomeGroups)
            .filter(isGroup)
            .map((group) => [group, msg(`overview-history-${group}`)] as const),
        ]}
        onChange={(value) => onFilter({ ...filter, group: isGroup(value) ? value : null })}
      />
      <label class="history-search__day">
        {msg('overview-history-day')}
        <span class="cdx-text-input">
          <input
            class="cdx-text-input__input"
            type="date"
            value={filter.day}
            onChange={({ currentTarget: { value } }) => {
              if (value === '' || isDay(value)) onFilter({ ...filter, day: value });
            }}
          />
        </span>
      </label>
    </>
  );
}
