// Owns the table of the audit log. Its filter is in audit-filter.tsx.
import { useClient } from '@urql/preact';
import { useCallback, useState } from 'preact/hooks';
import type { AuditLogQuery as AuditLogResult } from '../../generated/graphql.ts';
import { ForeignLabel, ForeignName } from '../parts/foreign-text.tsx';
import { ListFooter } from '../parts/list-footer.tsx';
import { Moment } from '../parts/moment.tsx';
import { TableHead } from '../parts/table-head.tsx';
import { followLink, jobPath } from '../route.ts';
import { usePaginatedList } from '../state/paginated-list.ts';
import { AuditLogQuery } from './admin.graphql.ts';
import { type AuditConditions, AuditFilter, everything, filterOf } from './audit-filter.tsx';
import { enumMsg, msg } from './messages.ts';
import './admin-table.css';

type Entry = AuditLogResult['auditLog']['nodes'][number];

const pageSize = 50;

export function AuditTable({ epoch }: { epoch: number }) {
  const client = useClient();
  const [applied, setApplied] = useState<AuditConditions>(everything);
  const [submissions, setSubmissions] = useState(0);
  const load = useCallback(
    async (after: string | null) => {
      const { data, error } = await client.query(AuditLogQuery, {
        first: pageSize,
        after,
        filter: filterOf(applied),
      });
      return { page: data?.auditLog, error };
    },
    [client, applied],
  );
  const list = usePaginatedList(load, epoch + submissions);
  const apply = (conditions: AuditConditions): void => {
    setApplied(conditions);
    setSubmissions((count) => count + 1);
  };
  return (
    <section class="admin__section" aria-label={msg('admin-audit-heading')}>
      <h2 class="section-heading">{msg('admin-audit-heading')}</h2>
      <AuditFilter applied={applied} onApply={apply} />
      {list.nodes !== null && list.nodes.length > 0 && (
        <table class="admin-table">
          <TableHead
            columns={[
              msg('admin-audit-column-at'),
              msg('admin-audit-column-user'),
              msg('admin-audit-column-action'),
              msg('admin-audit-column-job'),
              msg('admin-audit-column-detail'),
              msg('admin-audit-column-channel'),
            ]}
          />
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
      <td data-label={msg('admin-audit-column-user')} class="admin-table__user">
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
