// Owns the search bar of the log: pattern, options, result count, next and previous match. Owns no search (search.ts).
import { cdxIconClear, cdxIconNext, cdxIconPrevious, cdxIconSearch } from '@wikimedia/codex-icons';
import type { RefObject } from 'preact';
import { useState } from 'preact/hooks';
import { msg } from '../i18n/msg.ts';
import { Icon } from '../parts/icon.tsx';
import type { LogSearch, SearchState } from './search.ts';
import type { SearchQuery } from './search-query.ts';
import './search-bar.css';

export function LogSearchBar({
  search,
  input,
  length,
  firstVisibleLine,
  onLeave,
}: {
  search: LogSearch;
  /** Filled in, so that a key can focus the field. */
  input: RefObject<HTMLInputElement | null>;
  /** How many lines the log has. */
  length: number;
  /** The line to start from while no match is selected. */
  firstVisibleLine: () => number;
  /** Called for Escape in an empty field: the focus is to return to the log. */
  onLeave: () => void;
}) {
  const state = search.state.value;
  const [query, setQuery] = useState<SearchQuery>({ pattern: '', regex: false, caseSensitive: false });
  const change = (changed: Partial<SearchQuery>): void => {
    const next = { ...query, ...changed };
    setQuery(next);
    search.search(next);
  };
  const step = (forwards: boolean): void => search.step(forwards, firstVisibleLine());
  const found = state.numbers.length > 0;
  return (
    <search class="log-search">
      <span class="log-search__field">
        <Icon icon={cdxIconSearch} size="x-small" />
        <input
          ref={input}
          class="cdx-text-input__input"
          type="text"
          enterkeyhint="search"
          autocomplete="off"
          spellcheck={false}
          placeholder={msg('log-search-placeholder')}
          aria-label={msg('log-search-label')}
          aria-invalid={state.problem !== null}
          aria-describedby="log-search-outcome"
          value={query.pattern}
          onInput={(event) => change({ pattern: event.currentTarget.value })}
          onKeyDown={(event) => {
            if (event.key === 'Enter') step(!event.shiftKey);
            else if (event.key !== 'Escape') return;
            else if (query.pattern === '') onLeave();
            else change({ pattern: '' });
            event.preventDefault();
          }}
        />
        {query.pattern !== '' && (
          <button
            type="button"
            class="cdx-button cdx-button--size-small cdx-button--weight-quiet cdx-button--icon-only"
            aria-label={msg('log-search-clear')}
            title={msg('log-search-clear')}
            onClick={() => {
              change({ pattern: '' });
              input.current?.focus();
            }}
          >
            <Icon icon={cdxIconClear} size="x-small" />
          </button>
        )}
      </span>
      <Toggle
        on={query.caseSensitive}
        label={msg('log-search-match-case')}
        short={msg('log-search-match-case-short')}
        onToggle={(caseSensitive) => change({ caseSensitive })}
      />
      <Toggle
        on={query.regex}
        label={msg('log-search-regex')}
        short={msg('log-search-regex-short')}
        onToggle={(regex) => change({ regex })}
      />
      {query.pattern !== '' && (
        <>
          <Step
            label={msg('log-search-previous')}
            icon={cdxIconPrevious}
            enabled={found}
            onStep={() => step(false)}
          />
          <Step label={msg('log-search-next')} icon={cdxIconNext} enabled={found} onStep={() => step(true)} />
        </>
      )}
      <span
        id="log-search-outcome"
        class={
          state.problem === null ? 'log-search__outcome' : 'log-search__outcome log-search__outcome--bad'
        }
        role="status"
      >
        {query.pattern === '' ? '' : resultText(state, length)}
      </span>
    </search>
  );
}

/** Result and progress of a search, for the user. */
function resultText(state: SearchState, length: number): string {
  if (state.problem !== null) return state.problem;
  const { count, current, numbers, searchedTo, waiting } = state;
  const searching = state.searching && searchedTo < length;
  const place = current === null ? 0 : numbers.indexOf(current) + 1;
  const words =
    place > 0
      ? msg('log-search-place', place, count)
      : count > 0
        ? msg('log-search-count', count)
        : searching
          ? ''
          : state.searching
            ? msg('log-search-none-yet')
            : msg('log-search-none');
  if (waiting) return `${words} ${msg('log-search-waiting')}`.trim();
  if (!searching || length === 0) return words;
  const progress = msg('log-search-progress', Math.floor((100 * searchedTo) / length));
  return words === '' ? progress : `${words} (${progress})`;
}

function Toggle(props: { on: boolean; label: string; short: string; onToggle: (on: boolean) => void }) {
  return (
    <button
      type="button"
      class={`cdx-toggle-button cdx-toggle-button--framed cdx-toggle-button--size-small cdx-toggle-button--toggled-${props.on ? 'on' : 'off'}`}
      aria-pressed={props.on}
      aria-label={props.label}
      title={props.label}
      onClick={() => props.onToggle(!props.on)}
    >
      {props.short}
    </button>
  );
}

function Step(props: { label: string; icon: typeof cdxIconNext; enabled: boolean; onStep: () => void }) {
  return (
    <button
      type="button"
      class="cdx-button cdx-button--size-small cdx-button--weight-quiet cdx-button--icon-only"
      aria-label={props.label}
      title={props.label}
      disabled={!props.enabled}
      onClick={props.onStep}
    >
      <Icon icon={props.icon} size="x-small" />
    </button>
  );
}
