// Owns the filter of the page of errors: text, time range, version, target, only new ones. Owns no message.
import { useId } from 'preact/hooks';
import { Choice } from '../parts/choice.tsx';
import { useTypedText } from '../state/typed-text.ts';
import { type Filter, ranges, targets } from './error-filter-address.ts';
import { enumMsg, msg } from './messages.ts';
import './error-filter.css';

export function ErrorFilter({
  filter,
  versions,
  onChange,
}: {
  filter: Filter;
  versions: readonly { readonly name: string | null }[];
  onChange: (filter: Filter) => void;
}) {
  const id = useId();
  const [typed, type] = useTypedText(filter.text, (text) => onChange({ ...filter, text }));
  const named = versions.flatMap(({ name }) => name ?? []);
  // A version that no longer has errors must stay, or the field would say that there is no filter.
  const listed =
    filter.version === null || named.includes(filter.version) ? named : [filter.version, ...named];
  return (
    <form class="error-filter" onSubmit={(event) => event.preventDefault()}>
      <div class="cdx-text-input error-filter__text">
        <input
          class="cdx-text-input__input"
          type="search"
          aria-label={msg('health-filter-text')}
          placeholder={msg('health-filter-text')}
          autocomplete="off"
          spellcheck={false}
          maxLength={200}
          value={typed}
          onInput={(event) => type(event.currentTarget.value)}
        />
      </div>
      <Choice
        label={msg('health-filter-range')}
        value={String(filter.minutes)}
        options={ranges.map((minutes) => [String(minutes), msg('health-filter-minutes', minutes)])}
        onChange={(value) => onChange({ ...filter, minutes: Number(value) })}
      />
      <Choice
        label={msg('health-filter-version')}
        value={filter.version ?? ''}
        options={[['', msg('health-filter-version-all')], ...listed.map((name) => [name, name] as const)]}
        onChange={(value) => onChange({ ...filter, version: value === '' ? null : value })}
      />
      <Choice
        label={msg('health-filter-target')}
        value={filter.target ?? ''}
        options={[
          ['', msg('health-filter-target-all')],
          ...targets.map((target) => [target, enumMsg('health-target', target)] as const),
        ]}
        onChange={(value) =>
          onChange({ ...filter, target: targets.find((target) => target === value) ?? null })
        }
      />
      <span class="error-filter__new">
        <input
          id={id}
          type="checkbox"
          checked={filter.onlyNew}
          onChange={(event) => onChange({ ...filter, onlyNew: event.currentTarget.checked })}
        />
        <label for={id}>{msg('health-filter-new')}</label>
      </span>
    </form>
  );
}
