// Owns the administration page: holds, people, tokens, webhooks, the audit log. For other users it says which role it needs.
import type { Signal } from '@preact/signals';
import { ForeignText } from '../parts/foreign-text.tsx';
import { Message } from '../parts/message.tsx';
import type { System, Viewer } from '../system.ts';
import { AuditTable } from './audit-table.tsx';
import { HoldForm } from './hold-form.tsx';
import { enumMsg, msg } from './messages.ts';
import { PeopleTable } from './people-table.tsx';
import { TokenTable } from './token-table.tsx';
import { UseTable } from './use-table.tsx';
import { WebhookList } from './webhook-list.tsx';
import './admin-page.css';

/** @param viewer null until loaded */
export function AdminPage({
  system,
  viewer,
  connections,
}: {
  system: System | null;
  viewer: Viewer | null;
  connections: Signal<number>;
}) {
  const epoch = connections.value;
  return (
    <main class="column admin" id="content" tabIndex={-1}>
      <h1 class="admin__heading">{msg('admin-heading')}</h1>
      {(viewer === null || (viewer.role === 'ADMIN' && system === null)) && (
        <p class="hint">{msg('app-loading')}</p>
      )}
      {viewer !== null && viewer.role !== 'ADMIN' && (
        <Message tone="notice">
          <p>{msg('admin-not-admin', enumMsg('admin-role', viewer.role))}</p>
        </Message>
      )}
      {viewer?.role === 'ADMIN' && system !== null && (
        <>
          <CleanUpProblems system={system} />
          <HoldForm hold={system.hold} />
          <PeopleTable self={viewer.user.id} epoch={epoch} />
          <TokenTable epoch={epoch} />
          <WebhookList epoch={epoch} />
          <UseTable epoch={epoch} />
          <AuditTable epoch={epoch} />
        </>
      )}
    </main>
  );
}

/** The jobrunners that remove no old jobs, and why. */
function CleanUpProblems({ system }: { system: System }) {
  return system.runners.map(({ id, host, online, cleanUpProblem }) =>
    !online || cleanUpProblem === null ? null : (
      <Message key={id} tone="warning">
        <p>{msg('admin-clean-up-problem', host)}</p>
        <p>
          <ForeignText>{cleanUpProblem}</ForeignText>
        </p>
      </Message>
    ),
  );
}
