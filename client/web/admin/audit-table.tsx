// Owns the table of the audit log with its filter and export.

import { useClient } from '@urql/preact';
import { useCallback, useId, useState } from 'preact/hooks';
import type { AuditAction, AuditLogQuery as AuditLogResult } from '../../generated/graphql.ts';
import { addressOf } from '../base-path.ts';
import { enumMsg, msg } from '../i18n/msg.ts';
import { DownloadLink } from '../parts/download-link.tsx';
import { ForeignLabel, ForeignName } from '../parts/foreign-text.tsx';
import { ListFooter } from '../parts/list-footer.tsx';
import { Moment } from '../parts/moment.tsx';
import { usePaginatedList } from '../parts/paginated-list.ts';
import { followLink, jobPath } from '../route.ts';
import { AuditLogQuery } from './admin.graphql.ts';
import './admin-filter.css';
import './admin-field.css';
import './admin-table.css';

type Entry = AuditLogResult['auditLog']['nodes'][number];

const pageSize = 50;

/** The actions that the filter offers, in this order. */
const filterable = [
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
] as const satisfies readonly AuditAction[];

/** The filter as it was typed; an empty string is no condition. */
interface AuditConditions {
  readonly action: string;
  readonly user: string;
  readonly job: string;
  /** In UTC, as an input of type datetime-local gives it. */
  readonly since: string;
}
const everything: AuditConditions = { action: '', user: '', job: '', since: '' };

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

export function AuditTable({ epoch }: { epoch: number }) {
  const client = useClient();
  const [typed, setTyped] = useState<AuditConditions>(everything);
  const [applied, setApplied] = useState<AuditConditions>(everything);
  const [submissions, setSubmissions] = useState(0);
  const id = useId();
  const load = useCallback(
    async (after: string | null) => {
      const conditions = conditionsOf(applied);
      const action = actionOf(applied.action);
      const { data, error } = await client.query(AuditLogQuery, {
        first: pageSize,
        after,
        filter: {
          actions: action === null ? null : [action],
          user: conditions?.user || null,
          jobId: conditions?.job || null,
          since: conditions?.since || null,
          until: null,
        },
      });
      return { page: data?.auditLog, error };
    },
    [client, applied],
  );
  const list = usePaginatedList(load, epoch + submissions);
  const wrong = conditionsOf(typed) === null;
  const change = (part: Partial<AuditConditions>): void => setTyped((now) => ({ ...now, ...part }));

  return (
    <section class="admin__section" aria-label={msg('admin-audit-heading')}>
      <h2 class="section-heading">{msg('admin-audit-heading')}</h2>
      <form
        class="admin__filter"
        aria-label={msg('admin-audit-filter')}
        onSubmit={(event) => {
          event.preventDefault();
          if (wrong) return;
          setApplied(typed);
          setSubmissions((count) => count + 1);
        }}
      >
        <label class="admin__field" for={`${id}-action`}>
          <span>{msg('admin-audit-column-action')}</span>
          <select
            id={`${id}-action`}
            class="cdx-select"
            value={typed.action}
            onChange={(event) => change({ action: event.currentTarget.value })}
          >
            <option value="">{msg('admin-audit-any')}</option>
            {filterable.map((action) => (
              <option key={action} value={action}>
                {enumMsg('admin-audit-action', action)}
              </option>
            ))}
          </select>
        </label>
        <label class="admin__field" for={`${id}-user`}>
          <span>{msg('admin-audit-column-user')}</span>
          <span class="cdx-text-input">
            <input
              id={`${id}-user`}
              class="cdx-text-input__input"
              type="text"
              autocomplete="off"
              maxLength={200}
              value={typed.user}
              onInput={(event) => change({ user: event.currentTarget.value })}
            />
          </span>
        </label>
        <label class="admin__field admin__field--short" for={`${id}-job`}>
          <span>{msg('admin-audit-column-job')}</span>
          <span class="cdx-text-input">
            <input
              id={`${id}-job`}
              class="cdx-text-input__input"
              type="text"
              inputMode="numeric"
              autocomplete="off"
              value={typed.job}
              onInput={(event) => change({ job: event.currentTarget.value })}
            />
          </span>
        </label>
        <label class="admin__field admin__field--long" for={`${id}-since`}>
          <span>{msg('admin-audit-since')}</span>
          <span class="cdx-text-input">
            <input
              id={`${id}-since`}
              class="cdx-text-input__input"
              type="datetime-local"
              value={typed.since}
              onInput={(event) => change({ since: event.currentTarget.value })}
            />
          </span>
        </label>
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
            setApplied(everything);
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
      {list.nodes !== null && list.nodes.length > 0 && (
        <table class="admin-table">
          <thead>
            <tr>
              <th scope="col">{msg('admin-audit-column-at')}</th>
              <th scope="col">{msg('admin-audit-column-user')}</th>
              <th scope="col">{msg('admin-audit-column-action')}</th>
              <th scope="col">{msg('admin-audit-column-job')}</th>
              <th scope="col">{msg('admin-audit-column-detail')}</th>
              <th scope="col">{msg('admin-audit-column-channel')}</th>
            </tr>
          </thead>
          <tbody>
            {list.nodes.map((entry) => (
              <EntryRow key={entry.id} entry={entry} />
            ))}
          </tbody>
        </table>
      )}
      <ListFooter list={list} empty={msg('admin-audit-empty')} />
    </section>
  );
}

function EntryRow({ entry }: { entry: Entry }) {
  return (
    <tr>
      <td class="admin-table__time">
        <Moment iso={entry.at} />
      </td>
      <td data-label={msg('admin-audit-column-user')}>
        {entry.user === null ? msg('admin-audit-nobody') : <ForeignName>{entry.user.name}</ForeignName>}
      </td>
      <td data-label={msg('admin-audit-column-action')} class="admin-table__word">
        {enumMsg('admin-audit-action', entry.action)}
      </td>
      <td data-label={msg('admin-audit-column-job')} class="admin-table__number">
        {entry.jobId !== null && (
          <a href={jobPath(entry.jobId)} onClick={followLink} aria-label={msg('job-open', entry.jobId)}>
            {entry.jobId}
          </a>
        )}
      </td>
      <td data-label={msg('admin-audit-column-detail')} class="admin-table__detail">
        <ForeignLabel>{entry.detail}</ForeignLabel>
      </td>
      <td data-label={msg('admin-audit-column-channel')} class="admin-table__channel">
        <div>
          <ForeignLabel>{entry.channel ?? msg('admin-audit-unknown')}</ForeignLabel>
          {entry.address !== null && <span class="hint"> {plainAddress(entry.address)}</span>}
        </div>
      </td>
    </tr>
  );
}

/** Node puts `::ffff:` before IPv4 addresses of connections over IPv6. */
const plainAddress = (address: string): string => address.replace(/^::ffff:/, '');
