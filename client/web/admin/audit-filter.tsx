// Owns the filter of the audit log and the path of its export. Owns no entry (audit-table.tsx).
import { useId, useState } from 'preact/hooks';
import type { AuditAction, AuditFilter as Filter } from '../../generated/graphql.ts';
import { addressOf } from '../base-path.ts';
import { DownloadLink } from '../parts/download-link.tsx';
import { FilterField } from './filter-field.tsx';
import { enumMsg, msg } from './messages.ts';
import './admin-filter.css';
import './admin-field.css';

/** The actions that the filter offers, in this order: all of them. */
export const filterable = [
  'LINK_MADE',
  'SIGN_IN',
  'SIGN_IN_REFUSED',
  'SECOND_FACTOR',
  'SECOND_FACTOR_REFUSED',
  'SECOND_FACTOR_CHANGED',
  'SIGN_OUT',
  'SIGN_OUT_OF_ALL',
  'START',
  'ANSWER',
  'CLAIM',
  'STOP',
  'MOVE',
  'HAND_OVER',
  'RETRY',
  'LOSE',
  'REVEAL',
  'HOLD',
  'RELEASE',
  'BAN',
  'UNBAN',
  'REBIND',
  'TOKEN_MADE',
  'TOKEN_REVOKED',
  'DOWNLOAD',
  'BACKUP',
  'WEBHOOK',
  'NOTIFICATIONS',
] as const satisfies readonly AuditAction[];

/** The filter as it was typed; an empty string is not a condition. */
export interface AuditConditions {
  readonly action: string;
  readonly user: string;
  readonly job: string;
  /** In UTC, as an input of type datetime-local gives it. */
  readonly since: string;
}
export const everything: AuditConditions = { action: '', user: '', job: '', since: '' };

/** The parsed filter; null when the job is not a number or the time is invalid. Pure. */
export function conditionsOf(
  typed: AuditConditions,
): { action: string; user: string; job: string; since: string } | null {
  const at = typed.since === '' ? null : Date.parse(`${typed.since}Z`);
  if (Number.isNaN(at) || !/^([1-9][0-9]{0,8})?$/.test(typed.job.trim())) return null;
  const since = at === null ? '' : new Date(at).toISOString();
  return { action: typed.action, user: typed.user.trim(), job: typed.job.trim(), since };
}

/** The path that exports the filtered entries as JSON lines. Pure. */
export function exportPath(typed: AuditConditions): string {
  const conditions = Object.entries(conditionsOf(typed) ?? {}).filter(([, value]) => value !== '');
  const query = new URLSearchParams(conditions).toString();
  return addressOf(query === '' ? '/audit.jsonl' : `/audit.jsonl?${query}`);
}

/** The chosen action, or null for all. */
function actionOf(value: string): AuditAction | null {
  return filterable.find((action) => action === value) ?? null;
}

/** The filter as the server takes it. Pure. */
export function filterOf(typed: AuditConditions): Filter {
  const conditions = conditionsOf(typed);
  const action = actionOf(typed.action);
  return {
    actions: action === null ? null : [action],
    user: conditions?.user || null,
    jobId: conditions?.job || null,
    since: conditions?.since || null,
    until: null,
  };
}

/**
 * @param applied what the table shows, and what is exported
 * @param onApply called with valid conditions
 */
export function AuditFilter({
  applied,
  onApply,
}: {
  applied: AuditConditions;
  onApply: (conditions: AuditConditions) => void;
}) {
  const [typed, setTyped] = useState<AuditConditions>(everything);
  const wrong = conditionsOf(typed) === null;
  const change = (part: Partial<AuditConditions>): void => setTyped((now) => ({ ...now, ...part }));
  return (
    <form
      class="admin__filter"
      aria-label={msg('admin-audit-filter')}
      onSubmit={(event) => {
        event.preventDefault();
        if (!wrong) onApply(typed);
      }}
    >
      <ActionSelect action={typed.action} onChange={(action) => change({ action })} />
      <FilterField label={msg('admin-audit-column-user')}>
        <input
          class="cdx-text-input__input"
          type="text"
          autocomplete="off"
          maxLength={200}
          value={typed.user}
          onInput={(event) => change({ user: event.currentTarget.value })}
        />
      </FilterField>
      <FilterField label={msg('admin-audit-column-job')} size="short">
        <input
          class="cdx-text-input__input"
          type="text"
          inputMode="numeric"
          autocomplete="off"
          value={typed.job}
          onInput={(event) => change({ job: event.currentTarget.value })}
        />
      </FilterField>
      <FilterField label={msg('admin-audit-since')} size="long">
        <input
          class="cdx-text-input__input"
          type="datetime-local"
          value={typed.since}
          onInput={(event) => change({ since: event.currentTarget.value })}
        />
      </FilterField>
      <button
        type="submit"
        class="cdx-button"
        disabled={wrong}
        title={wrong ? msg('admin-audit-wrong') : undefined}
      >
        {msg('admin-find')}
      </button>
      <button
        type="button"
        class="cdx-button cdx-button--weight-quiet"
        onClick={() => {
          setTyped(everything);
          onApply(everything);
        }}
      >
        {msg('admin-audit-reset')}
      </button>
      <DownloadLink
        class="cdx-button cdx-button--fake-button cdx-button--fake-button--enabled admin__apart"
        href={exportPath(applied)}
        title={msg('admin-audit-export-hint')}
      >
        {msg('admin-audit-export')}
      </DownloadLink>
    </form>
  );
}

function ActionSelect({ action, onChange }: { action: string; onChange: (action: string) => void }) {
  const id = useId();
  return (
    <label class="admin__field" for={id}>
      <span>{msg('admin-audit-column-action')}</span>
      <select
        id={id}
        class="cdx-select"
        value={action}
        onChange={(event) => onChange(event.currentTarget.value)}
      >
        <option value="">{msg('admin-audit-any')}</option>
        {filterable.map((each) => (
          <option key={each} value={each}>
            {enumMsg('admin-audit-action', each)}
          </option>
        ))}
      </select>
    </label>
  );
}
