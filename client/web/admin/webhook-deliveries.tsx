// Owns the log of the deliveries of one webhook, with test messages and replays.
import { useClient } from '@urql/preact';
import { useCallback, useEffect, useState } from 'preact/hooks';
import type { WebhookDeliveryFragment, WebhookFragment } from '../../generated/graphql.ts';
import { useMutationRequest } from '../connection/mutation.ts';
import { ForeignText } from '../parts/foreign-text.tsx';
import { ListFooter } from '../parts/list-footer.tsx';
import { Message } from '../parts/message.tsx';
import { Moment } from '../parts/moment.tsx';
import { SendButton } from '../parts/send-button.tsx';
import { TableHead } from '../parts/table-head.tsx';
import { followLink, jobPath } from '../route.ts';
import { usePaginatedList } from '../state/paginated-list.ts';
import { serverNow } from '../state/server-clock.ts';
import { enumMsg, msg } from './messages.ts';
import { DeliveriesQuery, ReplayDeliveryMutation, TestWebhookMutation } from './webhook.graphql.ts';

const pageSize = 20;
/** How often the list is loaded again while an attempt is due, in milliseconds. */
const reloadInterval = 2_000;
/** Attempts that are due later than this do not make the list reload, in milliseconds. */
const soon = 30_000;

/** Whether an attempt is due now or soon. Pure. @param now milliseconds since 1970 */
export const isDueSoon = (
  { nextAttemptAt }: Pick<WebhookDeliveryFragment, 'nextAttemptAt'>,
  now: number,
): boolean => nextAttemptAt !== null && Date.parse(nextAttemptAt) - now < soon;

/** @param onChange called when a delivery may have changed the state of the webhook */
export function WebhookDeliveries({ webhook, onChange }: { webhook: WebhookFragment; onChange: () => void }) {
  const client = useClient();
  const load = useCallback(
    async (after: string | null) => {
      const variables = { first: pageSize, after };
      const options = { requestPolicy: 'network-only' } as const;
      const { data, error } = await client.query(DeliveriesQuery, variables, options);
      return { page: data?.webhooks.find(({ id }) => id === webhook.id)?.deliveries, error };
    },
    [client, webhook.id],
  );
  const list = usePaginatedList(load, 0);
  const isWaiting = list.nodes?.some((each) => isDueSoon(each, serverNow())) ?? false;
  const reload = (): void => {
    list.reload();
    onChange();
  };
  useEffect(() => {
    if (!isWaiting) return;
    const timer = setInterval(reload, reloadInterval);
    return () => clearInterval(timer);
  }, [isWaiting]);

  const test = useMutationRequest(TestWebhookMutation, {
    select: (data) => data.testWebhook,
    failed: (why) => msg('admin-failed', why),
    onRefusal: ({ message }) => message,
  });
  const replay = useMutationRequest(ReplayDeliveryMutation, {
    select: (data) => data.replayDelivery,
    failed: (why) => msg('admin-failed', why),
    onRefusal: ({ message }) => message,
  });
  const [replayed, setReplayed] = useState<string | null>(null);
  const problem = test.problem ?? replay.problem;
  const again = async (deliveryId: string): Promise<void> => {
    if (replay.sending) return;
    setReplayed(deliveryId);
    if ((await replay.send({ deliveryId })) !== null) reload();
  };
  return (
    <div class="webhook__log">
      <p>
        <SendButton
          sending={test.sending}
          blocked={!webhook.enabled}
          onClick={async () => {
            if ((await test.send({ webhookId: webhook.id })) !== null) reload();
          }}
        >
          {msg('admin-webhooks-test')}
        </SendButton>
      </p>
      {problem !== null && (
        <Message tone="error" inline>
          {problem}
        </Message>
      )}
      {list.nodes !== null && list.nodes.length > 0 && (
        <table class="admin-table">
          <TableHead
            columns={[
              msg('admin-webhooks-column-at'),
              msg('admin-webhooks-column-event'),
              msg('admin-webhooks-column-state'),
              msg('admin-webhooks-column-response'),
              msg('admin-people-column-actions'),
            ]}
          />
          <tbody>
            {list.nodes.map((delivery) => (
              <DeliveryRow
                key={delivery.id}
                delivery={delivery}
                sending={replay.sending && replayed === delivery.id}
                onReplay={webhook.enabled ? () => void again(delivery.id) : null}
              />
            ))}
          </tbody>
        </table>
      )}
      <ListFooter list={list} empty={msg('admin-webhooks-no-deliveries')} />
    </div>
  );
}

/** @param onReplay null if it cannot be sent again now */
function DeliveryRow({
  delivery,
  sending,
  onReplay,
}: {
  delivery: WebhookDeliveryFragment;
  sending: boolean;
  onReplay: (() => void) | null;
}) {
  const { id, createdAt, event, jobId, state, attempts, nextAttemptAt, status, problem, response, duration } =
    delivery;
  return (
    <tr>
      <td class="admin-table__time" data-label={msg('admin-webhooks-column-at')}>
        <Moment iso={createdAt} />
      </td>
      <td data-label={msg('admin-webhooks-column-event')}>
        <div>
          {enumMsg('admin-webhooks-event', event)}{' '}
          {jobId !== null && (
            <a href={jobPath(jobId)} onClick={followLink} aria-label={msg('job-open', jobId)}>
              {jobId}
            </a>
          )}
          {delivery.replayOf !== null && <span class="hint"> {msg('admin-webhooks-replayed')}</span>}
        </div>
      </td>
      <td data-label={msg('admin-webhooks-column-state')}>
        <div>
          <span class={`webhook__delivery webhook__delivery--${state.toLowerCase()}`}>
            {enumMsg('admin-webhooks-state', state)}
          </span>
          {attempts > 1 && <span class="hint"> {msg('admin-webhooks-attempts', attempts)}</span>}
          {nextAttemptAt !== null && attempts > 0 && (
            <p class="hint">
              {msg('admin-webhooks-next')} <Moment iso={nextAttemptAt} />
            </p>
          )}
        </div>
      </td>
      <td data-label={msg('admin-webhooks-column-response')}>
        <div>
          {status !== null && msg('admin-webhooks-status', status, duration ?? 0)}
          {problem !== null && (
            <p>
              <ForeignText>{problem}</ForeignText>
            </p>
          )}
          {response !== null && response.trim() !== '' && (
            <details>
              <summary>{msg('admin-webhooks-response')}</summary>
              <pre class="webhook__response">
                <ForeignText>{response}</ForeignText>
              </pre>
            </details>
          )}
        </div>
      </td>
      <td class="admin-table__acts">
        <SendButton
          class="cdx-button cdx-button--size-small"
          sending={sending}
          blocked={onReplay === null}
          aria-label={msg('admin-webhooks-replay-label', id)}
          onClick={() => onReplay?.()}
        >
          {msg('admin-webhooks-replay')}
        </SendButton>
      </td>
    </tr>
  );
}
