// Owns the section of webhooks: the list, and which of them is being edited or shown with its deliveries. Not the form (webhook-form.tsx), not the deliveries (webhook-deliveries.tsx).
import { useQuery } from '@urql/preact';
import { useState } from 'preact/hooks';
import { harmlessLabel } from '../../../schema/text/harmless.ts';
import type { WebhookFragment } from '../../generated/graphql.ts';
import { whyItFailed } from '../connection/client.ts';
import { useMutationRequest } from '../connection/mutation.ts';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';
import { ForeignLabel } from '../parts/foreign-text.tsx';
import { Message } from '../parts/message.tsx';
import { Moment } from '../parts/moment.tsx';
import { enumMsg, msg } from './messages.ts';
import { DeleteWebhookMutation, RenewWebhookSecretMutation, WebhooksQuery } from './webhook.graphql.ts';
import { WebhookDeliveries } from './webhook-deliveries.tsx';
import { WebhookForm } from './webhook-form.tsx';
import { type NewSecret, WebhookSecret } from './webhook-secret.tsx';
import './admin-table.css';
import './webhook.css';

/** What is open beside the list. */
type Open =
  | { readonly what: 'edit' | 'renew' | 'delete'; readonly webhook: WebhookFragment }
  | { readonly what: 'new' };

/** @param epoch the number of connections so far */
export function WebhookList({ epoch }: { epoch: number }) {
  const [{ data, error }, ask] = useQuery({ query: WebhooksQuery, variables: {}, context: contextOf(epoch) });
  const [open, setOpen] = useState<Open | null>(null);
  const [secret, setSecret] = useState<NewSecret | null>(null);
  const [shown, setShown] = useState<string | null>(null);
  const webhooks = data?.webhooks ?? null;
  const close = (): void => setOpen(null);
  const reload = (): void => ask({ requestPolicy: 'network-only' });
  const onSecret = (made: NewSecret | null): void => {
    if (made !== null) setSecret(made);
    reload();
  };
  return (
    <section class="admin__section" aria-label={msg('admin-webhooks-heading')}>
      <h2 class="section-heading">{msg('admin-webhooks-heading')}</h2>
      <p class="hint">{msg('admin-webhooks-help')}</p>
      {error !== undefined && (
        <Message tone="error">
          <p>{msg('parts-list-load-failed', whyItFailed(error))}</p>
          <button type="button" class="cdx-button" onClick={reload}>
            {msg('parts-list-again')}
          </button>
        </Message>
      )}
      {webhooks === null && error === undefined && <p class="hint">{msg('app-loading')}</p>}
      {webhooks?.length === 0 && <p class="hint">{msg('admin-webhooks-empty')}</p>}
      {webhooks?.map((webhook) => (
        <WebhookCard
          key={webhook.id}
          webhook={webhook}
          isShown={shown === webhook.id}
          onShow={() => setShown(shown === webhook.id ? null : webhook.id)}
          onOpen={(what) => setOpen({ what, webhook })}
          onChange={reload}
        />
      ))}
      <p>
        <button type="button" class="cdx-button" onClick={() => setOpen({ what: 'new' })}>
          {msg('admin-webhooks-add')}
        </button>
      </p>
      {open?.what === 'new' && <WebhookForm webhook={null} onDone={onSecret} onClose={close} />}
      {open?.what === 'edit' && <WebhookForm webhook={open.webhook} onDone={onSecret} onClose={close} />}
      {open?.what === 'renew' && <RenewDialog webhook={open.webhook} onDone={onSecret} onClose={close} />}
      {open?.what === 'delete' && <DeleteDialog webhook={open.webhook} onDone={reload} onClose={close} />}
      {secret !== null && <WebhookSecret made={secret} onClose={() => setSecret(null)} />}
    </section>
  );
}

/** A new object at each new connection, so that the list is loaded again. */
const contexts = new Map<number, { requestPolicy: 'network-only' }>();
function contextOf(epoch: number): { requestPolicy: 'network-only' } {
  const context = contexts.get(epoch) ?? { requestPolicy: 'network-only' };
  contexts.set(epoch, context);
  return context;
}

function WebhookCard({
  webhook,
  isShown,
  onShow,
  onOpen,
  onChange,
}: {
  webhook: WebhookFragment;
  isShown: boolean;
  onShow: () => void;
  onOpen: (what: 'edit' | 'renew' | 'delete') => void;
  onChange: () => void;
}) {
  const name = harmlessLabel(webhook.name);
  return (
    <article class="webhook" aria-label={name}>
      <h3 class="webhook__name">
        <ForeignLabel>{webhook.name}</ForeignLabel>{' '}
        <span class="webhook__state">
          {webhook.enabled ? msg('admin-webhooks-enabled') : msg('admin-webhooks-disabled')}
        </span>
      </h3>
      <p class="webhook__address">
        <ForeignLabel>{webhook.url}</ForeignLabel>
      </p>
      <p class="hint">
        {msg(
          'admin-webhooks-sends',
          webhook.events.map((event) => enumMsg('admin-webhooks-event', event)).join(', '),
          enumMsg('admin-webhooks-format', webhook.format),
        )}
      </p>
      {webhook.disabledReason !== null && (
        <Message tone="warning" inline>
          {msg('admin-webhooks-disabled-because', harmlessLabel(webhook.disabledReason))}
        </Message>
      )}
      {webhook.enabled && webhook.failingSince !== null && (
        <Message tone="warning" inline>
          {msg('admin-webhooks-failing')} <Moment iso={webhook.failingSince} />
        </Message>
      )}
      <p class="webhook__acts">
        <button
          type="button"
          class="cdx-button"
          aria-expanded={isShown}
          aria-label={msg('admin-webhooks-deliveries-label', name)}
          onClick={onShow}
        >
          {msg('admin-webhooks-deliveries')}
        </button>
        {(['edit', 'renew', 'delete'] as const).map((what) => (
          <button
            key={what}
            type="button"
            class="cdx-button"
            aria-label={msg(`admin-webhooks-${what}-label`, name)}
            onClick={() => onOpen(what)}
          >
            {msg(`admin-webhooks-${what}`)}
          </button>
        ))}
      </p>
      {isShown && <WebhookDeliveries webhook={webhook} onChange={onChange} />}
    </article>
  );
}

function RenewDialog({
  webhook,
  onDone,
  onClose,
}: {
  webhook: WebhookFragment;
  onDone: (made: NewSecret) => void;
  onClose: () => void;
}) {
  const request = useMutationRequest(RenewWebhookSecretMutation, {
    select: (data) => data.renewWebhookSecret,
    failed: (why) => msg('admin-failed', why),
    onRefusal: ({ message }) => message,
  });
  return (
    <ConfirmDialog
      heading={msg('admin-webhooks-renew-ask', harmlessLabel(webhook.name))}
      confirm={msg('admin-webhooks-renew-confirm')}
      request={request}
      onConfirm={async () => {
        const success = await request.send({ webhookId: webhook.id });
        if (success !== null) onDone({ name: webhook.name, secret: success.made.secret });
        return success !== null;
      }}
      onClose={onClose}
    >
      <p>{msg('admin-webhooks-renew-follows')}</p>
    </ConfirmDialog>
  );
}

function DeleteDialog({
  webhook,
  onDone,
  onClose,
}: {
  webhook: WebhookFragment;
  onDone: () => void;
  onClose: () => void;
}) {
  const request = useMutationRequest(DeleteWebhookMutation, {
    select: (data) => data.deleteWebhook,
    failed: (why) => msg('admin-failed', why),
    onRefusal: ({ message }) => message,
  });
  return (
    <ConfirmDialog
      heading={msg('admin-webhooks-delete-ask', harmlessLabel(webhook.name))}
      confirm={msg('admin-webhooks-delete-confirm')}
      request={request}
      onConfirm={async () => {
        const success = await request.send({ webhookId: webhook.id });
        if (success !== null) onDone();
        return success !== null;
      }}
      onClose={onClose}
    >
      <p>{msg('admin-webhooks-delete-follows')}</p>
    </ConfirmDialog>
  );
}
