// Owns the search bar of the log: pattern, options, result count, next and previous match. Owns no search (search.ts).
import { cdxIconClear, cdxIconNext, cdxIconPrevious, cdxIconSearch } from '@wikimedia/codex-icons';
import type { RefObject } from 'preact';
import { useState } from 'preact/hooks';
import { Icon } from '../../parts/icon.tsx';
import { msg } from '../messages.ts';
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
    <search class={`log-search${query.pattern === '' ? '' : ' log-search--used'}`}>
      <Field
        input={input}
        pattern={query.pattern}
        invalid={state.problem !== null}
        onChange={(pattern) => change({ pattern })}
        onStep={step}
        onLeave={onLeave}
      />
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

function Field({
  input,
  pattern,
  invalid,
  onChange,
  onStep,
  onLeave,
}: {
  input: RefObject<HTMLInputElement | null>;
  pattern: string;
  invalid: boolean;
  onChange: (pattern: string) => void;
  onStep: (forwards: boolean) => void;
  onLeave: () => void;
}) {
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') onStep(!event.shiftKey);
    else if (event.key !== 'Escape') return;
    else if (pattern === '') onLeave();
    else onChange('');
    event.preventDefault();
  };
  return (
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
        aria-invalid={invalid}
        aria-describedby="log-search-outcome"
        value={pattern}
        onInput={(event) => onChange(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      {pattern !== '' && (
        <button
          type="button"
          class="cdx-button cdx-button--size-small cdx-button--weight-quiet cdx-button--icon-only"
          aria-label={msg('log-search-clear')}
          title={msg('log-search-clear')}
          onClick={() => {
            onChange('');
            input.current?.focus();
          }}
        >
          <Icon icon={cdxIconClear} size="x-small" />
        </button>
      )}
    </span>
  );
}

/** Result and progress of a search, for the user. */
function resultText(state: SearchState, length: number): string {
  if (state.problem !== null) return state.problem;
  const result = matchText(state, length);
  if (state.waiting) return `${result} ${msg('log-search-waiting')}`.trim();
  if (!isBehind(state, length) || length === 0) return result;
  const progress = msg('log-search-progress', Math.floor((100 * state.searchedTo) / length));
  return result === '' ? progress : `${result} (${progress})`;
}

function matchText(state: SearchState, length: number): string {
  const { count, current, numbers } = state;
  const place = current === null ? 0 : numbers.indexOf(current) + 1;
  if (place > 0) return msg('log-search-place', place, count);
  if (count > 0) return msg('log-search-count', count);
  if (isBehind(state, length)) return '';
  return state.searching ? msg('log-search-none-yet') : msg('log-search-none');
}

/** Whether the search has not reached the end of the log as far as the page knows it. */
function isBehind({ searching, searchedTo }: SearchState, length: number): boolean {
  return searching && searchedTo < length;
}

function Toggle(props: { on: boolean; label: string; short: string; onToggle: (on: boolean) => void }) {
  return (
    <button
      type="button"
      class={`cdx-toggle-button cdx-toggle-button--framed cdx-toggle-button--size-small cdx-toggle-button--toggled-${props.on ? 'on' : 'off'}`}
      aria-pressed={props.on}
      aria-label={props.label}
      title={props.label}
      // Safari gives no focus to a button: the field would lose it, and the button disappear before the click.
      onMouseDown={(event) => event.preventDefault()}
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
