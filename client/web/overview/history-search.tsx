// Owns the fields that filter the history. Owns no filter (history-filter.ts) and no request.
import { useId } from 'preact/hooks';
import { harmlessLabel } from '../../../schema/text/harmless.ts';
import { enumMsg, msg } from '../i18n/msg.ts';
import { Choice } from '../parts/choice.tsx';
import { useTypedText } from '../state/typed-text.ts';
import { type HistoryFilter, isDay, isGroup, isKind, kindsByWord, outcomeGroups } from './history-filter.ts';
import './history-search.css';

/** @param viewer the name of the user, for “Only mine”; null while it is not known */
export function HistorySearch({
  filter,
  viewer,
  onFilter,
}: {
  filter: HistoryFilter;
  viewer: string | null;
  onFilter: (filter: HistoryFilter) => void;
}) {
  const id = useId();
  const [typed, type] = useTypedText(filter.text, (text) => onFilter({ ...filter, text }));
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
      {viewer !== null && (
        <button
          type="button"
          class="cdx-button"
          aria-pressed={filter.owner === viewer}
          onClick={() => onFilter({ ...filter, owner: filter.owner === viewer ? '' : viewer })}
        >
          {msg('overview-history-mine')}
        </button>
      )}
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
