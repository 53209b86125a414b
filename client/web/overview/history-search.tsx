// Owns the fields that filter the history. Owns no filter (history-filter.ts) and no request.
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { harmlessLabel } from '../../../schema/text/harmless.ts';
import type { JobOutcome } from '../../generated/graphql.ts';
import { enumMsg, msg } from '../i18n/msg.ts';
import { Choice } from '../parts/choice.tsx';
import { lazyPart } from '../parts/lazy-page.tsx';
import { timeMode } from '../state/time-mode.ts';
import { useTypedText } from '../state/typed-text.ts';
import { type Bound, boundOfDay, dayOfBound, momentsOf } from './history-day.ts';
import {
  allOutcomes,
  everyJob,
  groupOf,
  type HistoryFilter,
  isDay,
  isFiltered,
  isGroup,
  isKind,
  kindsByWord,
  outcomeGroups,
} from './history-filter.ts';
import './history-search.css';

/** Few visitors follow a link with one of these conditions. */
const HistoryConditions = lazyPart(async () => (await import('./history-conditions.tsx')).HistoryConditions);

interface FilterProps {
  readonly filter: HistoryFilter;
  readonly onFilter: (filter: HistoryFilter) => void;
}

/** @param viewer the name of the user, for “Mine”; null while it is not known */
export function HistorySearch({ filter, viewer, onFilter }: FilterProps & { viewer: string | null }) {
  const id = useId();
  const search = useRef<HTMLInputElement>(null);
  /** For buttons that remove a condition, and themselves with it: the focus needs another place. */
  const onFilterLess = (less: HistoryFilter): void => {
    onFilter(less);
    search.current?.focus();
  };
  const [typed, type] = useTypedText(filter.text, (text) => onFilter({ ...filter, text }));
  const isProblems = groupOf(filter.outcomes) === 'problems';
  const isLocal = timeMode.value === 'local';
  const hasMore =
    filter.kind !== null ||
    (filter.outcomes.length > 0 && !isProblems) ||
    dayOfBound(filter.from, 'from', isLocal) !== '' ||
    dayOfBound(filter.to, 'to', isLocal) !== '';
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
          ref={search}
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
        {/* Also while the name is not known: what is beside it must not move. */}
        <Toggle
          on={filter.owner === viewer}
          disabled={viewer === null}
          onClick={() => onFilter({ ...filter, owner: filter.owner === viewer ? '' : (viewer ?? '') })}
        >
          {msg('overview-history-quick-mine')}
        </Toggle>
        <Toggle
          on={isProblems}
          onClick={() => onFilter({ ...filter, outcomes: isProblems ? [] : outcomeGroups.problems })}
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
        <MoreFilters filter={filter} onFilter={onFilter} isLocal={isLocal} />
      </div>
      {filter.owner !== '' && filter.owner !== viewer && (
        <button type="button" class="cdx-button" onClick={() => onFilterLess({ ...filter, owner: '' })}>
          <bdi>{msg('overview-history-of', harmlessLabel(filter.owner))}</bdi>
        </button>
      )}
      {filter.project !== '' && (
        <button type="button" class="cdx-button" onClick={() => onFilterLess({ ...filter, project: '' })}>
          <bdi>{msg('overview-history-project', harmlessLabel(filter.project))}</bdi>
        </button>
      )}
      {hasConditions(filter, isLocal) && (
        <HistoryConditions filter={filter} isLocal={isLocal} onFilter={onFilterLess} />
      )}
    </search>
  );
}

/** Whether a filter has conditions that no field shows. */
function hasConditions(filter: HistoryFilter, isLocal: boolean): boolean {
  const { stage, question, startHour, like } = filter;
  const { from, to } = momentsOf(filter, isLocal);
  return from !== '' || to !== '' || stage !== null || question !== '' || startHour !== null || like !== '';
}

function Toggle({
  on,
  disabled = false,
  onClick,
  children,
}: {
  on: boolean;
  disabled?: boolean;
  onClick: () => void;
  children: string;
}) {
  return (
    <button type="button" class="cdx-button" aria-pressed={on} disabled={disabled} onClick={onClick}>
      {children}
    </button>
  );
}

/** @param isLocal whether the days are those of the browser, otherwise of UTC */
function MoreFilters({ filter, onFilter, isLocal }: FilterProps & { isLocal: boolean }) {
  const dayField = (bound: Bound, label: string) => (
    <DayField
      label={label}
      day={dayOfBound(filter[bound], bound, isLocal)}
      onDay={(day) => onFilter({ ...filter, [bound]: boundOfDay(day, bound, isLocal) })}
    />
  );
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
      <OutcomeChoice filter={filter} onFilter={onFilter} />
      {dayField('from', msg(isLocal ? 'overview-history-from-local' : 'overview-history-from'))}
      {dayField('to', msg(isLocal ? 'overview-history-to-local' : 'overview-history-to'))}
    </>
  );
}

/** The value of several outcomes that are not a group. */
const several = 'several';

function OutcomeChoice({ filter, onFilter }: FilterProps) {
  const [one, ...more] = filter.outcomes;
  const group = groupOf(filter.outcomes);
  const value = group ?? (more.length > 0 ? several : (one ?? ''));
  const words = (outcome: JobOutcome): string => enumMsg('job-outcome', outcome);
  return (
    <Choice
      label={msg('overview-history-outcome')}
      value={value}
      options={[
        ['', msg('overview-history-all')],
        ...Object.keys(outcomeGroups)
          .filter(isGroup)
          .map((each) => [each, msg(`overview-history-${each}`)] as const),
        ...allOutcomes.map((outcome) => [outcome, msg('overview-history-only', words(outcome))] as const),
        ...(value === several ? [[several, filter.outcomes.map(words).join(', ')] as const] : []),
      ]}
      onChange={(chosen) => {
        if (chosen === several) return;
        const outcomes = isGroup(chosen)
          ? outcomeGroups[chosen]
          : allOutcomes.filter((outcome) => outcome === chosen);
        onFilter({ ...filter, outcomes });
      }}
    />
  );
}

/** A field for a day. @param day empty for none */
function DayField({ label, day, onDay }: { label: string; day: string; onDay: (day: string) => void }) {
  return (
    <label class="history-search__day">
      {label}
      <span class="cdx-text-input">
        <input
          class="cdx-text-input__input"
          type="date"
          value={day}
          onChange={({ currentTarget: { value } }) => {
            if (value === '' || isDay(value)) onDay(value);
          }}
        />
      </span>
    </label>
  );
}
