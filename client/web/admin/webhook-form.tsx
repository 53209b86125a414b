// Owns the form of a webhook, for a new one and for changing one.
import type { RefObject } from 'preact';
import { useId, useRef, useState } from 'preact/hooks';
import { harmlessLabel } from '../../../schema/text/harmless.ts';
import type { WebhookEvent, WebhookFormat, WebhookFragment } from '../../generated/graphql.ts';
import { useMutationRequest } from '../connection/mutation.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Message } from '../parts/message.tsx';
import { SendButton } from '../parts/send-button.tsx';
import { enumMsg, msg } from './messages.ts';
import { CreateWebhookMutation, UpdateWebhookMutation } from './webhook.graphql.ts';
import type { NewSecret } from './webhook-secret.tsx';
import './admin-field.css';

const events = [
  'STARTED',
  'QUESTION',
  'UNANSWERED',
  'ANSWERED',
  'STOPPED',
  'HANDED_OVER',
  'ENDED',
  'QUIET',
  'ERRORS_ROSE',
  'HELD',
  'RELEASED',
] as const;
const formats = ['JSON', 'TEXT', 'CHAT'] as const;

/** What the form sends. */
interface Draft {
  readonly name: string;
  readonly url: string;
  readonly events: readonly WebhookEvent[];
  readonly format: WebhookFormat;
  readonly template: string;
  readonly enabled: boolean;
}

const draftOf = (webhook: WebhookFragment | null): Draft =>
  webhook === null
    ? { name: '', url: '', events: ['QUESTION', 'ENDED'], format: 'JSON', template: '', enabled: true }
    : { ...webhook, template: webhook.template ?? '' };

/**
 * @param webhook null for a new one
 * @param onDone called after a success, also when the dialog was closed before it; with the secret of a new webhook
 */
export function WebhookForm({
  webhook,
  onDone,
  onClose,
}: {
  webhook: WebhookFragment | null;
  onDone: (made: NewSecret | null) => void;
  onClose: () => void;
}) {
  const [draft, setDraft] = useState(() => draftOf(webhook));
  const change = (part: Partial<Draft>): void => setDraft((before) => ({ ...before, ...part }));
  const { save, sending, problem } = useSaving(webhook, onDone, onClose);
  const first = useRef<HTMLInputElement>(null);
  const id = useId();
  return (
    <Dialog
      heading={
        webhook === null
          ? msg('admin-webhooks-new-heading')
          : msg('admin-webhooks-edit-heading', harmlessLabel(webhook.name))
      }
      initialFocus={first}
      onClose={onClose}
      actions={
        <>
          <button type="button" class="cdx-button" onClick={onClose}>
            {msg('parts-dialog-cancel')}
          </button>
          <SendButton
            type="submit"
            form={id}
            class="cdx-button cdx-button--weight-primary cdx-button--action-progressive"
            sending={sending}
          >
            {webhook === null ? msg('admin-webhooks-create') : msg('admin-webhooks-save')}
          </SendButton>
        </>
      }
    >
      <form
        id={id}
        class="webhook-form"
        onSubmit={(event) => {
          event.preventDefault();
          void save(draft);
        }}
      >
        <TextField
          label={msg('admin-webhooks-name')}
          value={draft.name}
          field={first}
          onInput={(name) => change({ name })}
        />
        <TextField
          label={msg('admin-webhooks-url')}
          hint={msg('admin-webhooks-url-hint')}
          value={draft.url}
          onInput={(url) => change({ url })}
        />
        <EventChoice chosen={draft.events} onChange={(chosen) => change({ events: chosen })} />
        <fieldset class="webhook-form__choice">
          <legend>{msg('admin-webhooks-form')}</legend>
          {formats.map((format) => (
            <label key={format}>
              <input
                type="radio"
                name={`${id}-format`}
                checked={draft.format === format}
                onChange={() => change({ format })}
              />
              {enumMsg('admin-webhooks-format', format)}
            </label>
          ))}
        </fieldset>
        {draft.format !== 'JSON' && (
          <TextField
            label={msg('admin-webhooks-template')}
            hint={msg(
              'admin-webhooks-template-hint',
              '{message}, {event}, {job}, {title}, {owner}, {by}, {url}',
            )}
            placeholder="{message} {url}"
            value={draft.template}
            onInput={(template) => change({ template })}
          />
        )}
        <label class="admin__check">
          <input
            type="checkbox"
            checked={draft.enabled}
            onChange={(event) => change({ enabled: event.currentTarget.checked })}
          />
          {msg('admin-webhooks-enable')}
        </label>
        {problem !== null && (
          <Message tone="error" inline>
            {problem}
          </Message>
        )}
      </form>
    </Dialog>
  );
}

/** Sends the form: as a new webhook, or as a change. */
function useSaving(
  webhook: WebhookFragment | null,
  onDone: (made: NewSecret | null) => void,
  onClose: () => void,
) {
  const failed = (why: string): string => msg('admin-failed', why);
  const onRefusal = ({ message }: { readonly message: string }): string => message;
  const creating = useMutationRequest(CreateWebhookMutation, {
    select: (data) => data.createWebhook,
    failed,
    onRefusal,
  });
  const updating = useMutationRequest(UpdateWebhookMutation, {
    select: (data) => data.updateWebhook,
    failed,
    onRefusal,
  });
  const save = async ({ name, url, events: chosen, format, template, enabled }: Draft): Promise<void> => {
    const input = { name, url, events: [...chosen], format, template, enabled };
    const made = webhook === null ? await creating.send({ input }) : null;
    const updated = webhook === null ? null : await updating.send({ webhookId: webhook.id, input });
    if (made === null && updated === null) return;
    // Another dialog may be open by then.
    if (creating.isShown()) onClose();
    onDone(made === null ? null : { name, secret: made.made.secret });
  };
  const { sending, problem } = webhook === null ? creating : updating;
  return { save, sending, problem };
}

function EventChoice({
  chosen,
  onChange,
}: {
  chosen: readonly WebhookEvent[];
  onChange: (chosen: readonly WebhookEvent[]) => void;
}) {
  return (
    <fieldset class="webhook-form__choice">
      <legend>{msg('admin-webhooks-events')}</legend>
      {events.map((event) => (
        <label key={event}>
          <input
            type="checkbox"
            checked={chosen.includes(event)}
            onChange={({ currentTarget }) =>
              onChange(
                events.filter((each) => (each === event ? currentTarget.checked : chosen.includes(each))),
              )
            }
          />
          {enumMsg('admin-webhooks-event', event)}
        </label>
      ))}
    </fieldset>
  );
}

function TextField({
  label,
  hint,
  placeholder = '',
  value,
  field,
  onInput,
}: {
  label: string;
  hint?: string;
  placeholder?: string;
  value: string;
  field?: RefObject<HTMLInputElement | null>;
  onInput: (value: string) => void;
}) {
  const id = useId();
  return (
    <div class="admin__field">
      <label for={id}>{label}</label>
      <div class="cdx-text-input">
        <input
          id={id}
          ref={field ?? null}
          class="cdx-text-input__input"
          type="text"
          autocomplete="off"
          spellcheck={false}
          placeholder={placeholder}
          {...(hint === undefined ? {} : { 'aria-describedby': `${id}-hint` })}
          value={value}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      </div>
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}
