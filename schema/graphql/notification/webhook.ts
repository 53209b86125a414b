// Owns the GraphQL types of webhooks and their deliveries, and changing them. Not sending (server/webhook).
import {
  DeliveryNotFound,
  type WebhookDelivery,
  WebhookDisabled,
} from '../../model/notification/delivery.ts';
import type { DeliveryState } from '../../model/notification/delivery-state.ts';
import {
  InvalidWebhook,
  maxWebhooks,
  Webhook,
  type WebhookFormat,
  WebhookNotFound,
  type WebhookSettings,
} from '../../model/notification/webhook.ts';
import type { EventKind } from '../../text/event-text.ts';
import { builder } from '../builder.ts';
import type { DeliveryOfEvent, MadeWebhook, Viewer } from '../context.ts';
import { rowNumber } from '../id.ts';
import { connectionType, pageAfter, pageArgs, rowOfCursor } from '../pagination.ts';
import { inRange } from '../refusal.ts';
import { refusal } from '../refusal-type.ts';

const administer = { administer: true } as const;

const EventKindType = builder.enumType('WebhookEvent', {
  description: 'What a webhook is notified of. Further values may be added.',
  values: {
    STARTED: { value: 'started', description: 'scap was started for a job.' },
    QUESTION: { value: 'question', description: 'scap asked a question.' },
    UNANSWERED: {
      value: 'unanswered',
      description:
        'A question has waited for some minutes (--escalate-after), and nobody has answered or claimed it. Sent again after twice, four times … that time.',
    },
    ANSWERED: { value: 'answered', description: 'A question was answered.' },
    STOPPED: { value: 'stopped', description: 'A user asked for a running job to be stopped.' },
    HANDED_OVER: { value: 'handed_over', description: 'Another deployer is responsible for a job now.' },
    ENDED: { value: 'ended', description: 'A job has ended, with any outcome.' },
    QUIET: {
      value: 'quiet',
      description: 'Production errors did not rise in the minutes after the end of a job (--watch-errors).',
    },
    ERRORS_ROSE: {
      value: 'errors_rose',
      description: 'Production errors rose during or after a job that has ended.',
    },
    HELD: { value: 'held', description: 'Deployments were held.' },
    RELEASED: {
      value: 'released',
      description: 'Deployments were released. Nothing is sent for a hold that ends at its time.',
    },
    TEST: { value: 'test', description: 'A test message, which `testWebhook` sends. It cannot be chosen.' },
  } satisfies Record<Uppercase<EventKind>, { value: EventKind; description: string }>,
});

const FormatType = builder.enumType('WebhookFormat', {
  description: 'The form of the messages of a webhook. Further values may be added.',
  values: {
    JSON: { value: 'json', description: 'The event as data.' },
    TEXT: { value: 'text', description: 'One line of plain text.' },
    CHAT: { value: 'chat', description: 'That line as `{"text": …}`, as Slack and Mattermost accept it.' },
  } satisfies Record<Uppercase<WebhookFormat>, { value: WebhookFormat; description: string }>,
});

const DeliveryStateType = builder.enumType('WebhookDeliveryState', {
  description: 'The state of a delivery. Further values may be added.',
  values: {
    PENDING: { value: 'pending', description: 'It waits for its first or its next attempt.' },
    DELIVERED: { value: 'delivered', description: 'The receiver answered with a status of 200 to 299.' },
    FAILED: { value: 'failed', description: 'It will not be sent again, unless it is replayed.' },
  } satisfies Record<Uppercase<DeliveryState>, { value: DeliveryState; description: string }>,
});

const DeliveryType = builder.objectRef<DeliveryOfEvent>('WebhookDelivery').implement({
  authScopes: administer,
  description: 'The delivery of one event to one webhook. Deliveries are kept for 30 days.',
  fields: (t) => ({
    id: t.id({
      description: 'The id, as `replayDelivery` takes it.',
      resolve: ({ delivery }) => delivery.id,
    }),
    event: t.field({
      type: EventKindType,
      description: 'What happened.',
      resolve: ({ event }) => event.kind,
    }),
    messageId: t.string({
      description: 'The header `webhook-id`: the same for each attempt and each replay.',
      resolve: ({ event }) => `evt_${event.token}`,
    }),
    jobId: t.id({
      nullable: true,
      description: 'The job; null if the event concerns none.',
      resolve: ({ event }) => event.jobId ?? null,
    }),
    state: t.field({
      type: DeliveryStateType,
      description: 'Its state.',
      resolve: ({ delivery }) => delivery.state,
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When it was created.',
      resolve: ({ delivery }) => delivery.createdAt,
    }),
    attempts: t.int({ description: 'The number of attempts.', resolve: ({ delivery }) => delivery.attempts }),
    attemptedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the last attempt ended; null if there was none.',
      resolve: ({ delivery }) => delivery.attemptedAt ?? null,
    }),
    nextAttemptAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the next attempt is due; null if it is not pending.',
      resolve: ({ delivery }) => delivery.nextAttemptAt ?? null,
    }),
    duration: t.int({
      nullable: true,
      description: 'How long the last attempt took, in milliseconds.',
      resolve: ({ delivery }) => delivery.duration ?? null,
    }),
    status: t.int({
      nullable: true,
      description: 'The HTTP status of the last attempt; null if there was no response.',
      resolve: ({ delivery }) => delivery.status ?? null,
    }),
    response: t.string({
      nullable: true,
      description: 'The beginning of the last response; null if there was none.',
      resolve: ({ delivery }) => delivery.response ?? null,
    }),
    problem: t.string({
      nullable: true,
      description: 'Why the last attempt failed; null if it succeeded, or there was none.',
      resolve: ({ delivery }) => delivery.problem ?? null,
    }),
    replayOf: t.id({
      nullable: true,
      description: 'The delivery that this one repeats; null if none.',
      resolve: ({ delivery }) => delivery.replayOf ?? null,
    }),
  }),
});

const DeliveryConnectionType = connectionType('WebhookDelivery', DeliveryType, {
  scope: 'administer',
  description: 'A page of deliveries, newest first.',
  one: 'delivery',
  many: 'deliveries',
  rowOf: ({ delivery }) => delivery.id,
});

/** The largest page of deliveries. */
const maxDeliveries = 100;

builder.objectType(Webhook, {
  name: 'Webhook',
  authScopes: administer,
  description: 'An address of another program that receives events. Its secret is not included.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id.' }),
    name: t.exposeString('name', { description: 'The name that an admin chose.' }),
    url: t.exposeString('url', { description: 'The address. Its path can be a secret of the receiver.' }),
    events: t.field({
      type: [EventKindType],
      description: 'The events that it receives, at most 20.',
      resolve: ({ events }) => [...events],
    }),
    format: t.field({
      type: FormatType,
      description: 'The form of its messages.',
      resolve: ({ format }) => format,
    }),
    template: t.string({
      nullable: true,
      description: 'The template of the line, for TEXT and CHAT; null for the default.',
      resolve: ({ template }) => template ?? null,
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When it was created.',
      resolve: (each) => each.createdAt,
    }),
    enabled: t.boolean({
      description: 'Whether it receives events.',
      resolve: ({ disabledAt }) => disabledAt == null,
    }),
    disabledReason: t.string({
      nullable: true,
      description: 'Why a server disabled it; null if an admin did, or if it is enabled.',
      resolve: ({ disabledReason }) => disabledReason ?? null,
    }),
    failingSince: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Since when all attempts have failed; null if the last one succeeded, or there was none.',
      resolve: ({ failingSince }) => failingSince ?? null,
    }),
    deliveries: t.field({
      type: DeliveryConnectionType,
      description: 'Its deliveries, newest first.',
      args: pageArgs(t.arg, { size: 20, max: maxDeliveries }),
      resolve: async ({ id }, { first, after }, { webhooks }) => {
        const size = inRange('first', first ?? 20, 1, maxDeliveries);
        const part = { webhookId: id, first: size, before: rowOfCursor(after) };
        return pageAfter(await webhooks.deliveries(part), after);
      },
    }),
  }),
});

builder.queryField('webhooks', (t) =>
  t.field({
    type: [Webhook],
    authScopes: administer,
    description: `All webhooks, oldest first, at most ${maxWebhooks}, or a few more after simultaneous requests.`,
    resolve: async (_root, _args, { webhooks }) => [...(await webhooks.list())],
  }),
);

const MadeWebhookType = builder.objectRef<MadeWebhook>('MadeWebhook').implement({
  authScopes: administer,
  description: 'A webhook with a new secret.',
  fields: (t) => ({
    secret: t.exposeString('secret', {
      description: 'The key of the signatures, in the form of Standard Webhooks. It is returned only once.',
    }),
    webhook: t.field({ type: Webhook, description: 'The webhook.', resolve: ({ webhook }) => webhook }),
  }),
});

const WebhookInput = builder.inputType('WebhookInput', {
  description: 'A webhook as an admin describes it.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'The name: 1 to 80 characters.' }),
    url: t.string({ required: true, description: 'The address: https or http, without a user name.' }),
    events: t.field({
      type: [EventKindType],
      required: true,
      description: 'The events that it receives: at least one.',
    }),
    format: t.field({ type: FormatType, defaultValue: 'json', description: 'The form of its messages.' }),
    template: t.string({
      description:
        'For TEXT and CHAT: a line that can contain {message}, {event}, {job}, {title}, {owner}, {by} and {url}. Default: `{message} {url}`.',
    }),
    enabled: t.boolean({ defaultValue: true, description: 'Whether it receives events.' }),
  }),
});

/** The settings that an input describes. Pure. */
const settingsOf = (input: typeof WebhookInput.$inferInput): WebhookSettings => ({
  name: input.name,
  url: input.url,
  events: input.events,
  format: input.format ?? 'json',
  template: input.template ?? null,
  enabled: input.enabled ?? true,
});

const adminOf = ({ user, through }: Viewer) => ({ by: user, through });

builder.mutationFields((t) => {
  const webhookId = t.arg.id({ required: true, description: 'The id of the webhook.' });
  const input = t.arg({ type: WebhookInput, required: true, description: 'The webhook.' });
  return {
    createWebhook: t.field({
      type: MadeWebhookType,
      authScopes: administer,
      description: 'Creates a webhook, and returns the secret that signs its messages.',
      args: { input },
      errors: {
        types: [InvalidWebhook],
        union: { name: 'CreateWebhookResult', description: 'The result of `createWebhook`.' },
        result: { name: 'CreateWebhookSuccess', description: 'The webhook was created.' },
        dataField: { name: 'made', description: 'The webhook and its secret.' },
      },
      resolve: (_root, args, { webhooks, viewer }) =>
        webhooks.create(settingsOf(args.input), adminOf(viewer)),
    }),
    updateWebhook: t.field({
      type: Webhook,
      authScopes: administer,
      description: 'Changes a webhook. Its secret stays the same.',
      args: { webhookId, input },
      errors: {
        types: [InvalidWebhook, WebhookNotFound],
        union: { name: 'UpdateWebhookResult', description: 'The result of `updateWebhook`.' },
        result: { name: 'UpdateWebhookSuccess', description: 'The webhook was changed.' },
        dataField: { name: 'webhook', description: 'The changed webhook.' },
      },
      resolve: (_root, args, { webhooks, viewer }) =>
        webhooks.update(rowNumber(args.webhookId), settingsOf(args.input), adminOf(viewer)),
    }),
    renewWebhookSecret: t.field({
      type: MadeWebhookType,
      authScopes: administer,
      description:
        'Gives a webhook a new secret immediately. Messages are no longer signed with the previous one.',
      args: { webhookId },
      errors: {
        types: [WebhookNotFound],
        union: { name: 'RenewWebhookSecretResult', description: 'The result of `renewWebhookSecret`.' },
        result: { name: 'RenewWebhookSecretSuccess', description: 'The webhook has a new secret.' },
        dataField: { name: 'made', description: 'The webhook and its new secret.' },
      },
      resolve: (_root, args, { webhooks, viewer }) =>
        webhooks.renewSecret(rowNumber(args.webhookId), adminOf(viewer)),
    }),
    deleteWebhook: t.field({
      type: [Webhook],
      authScopes: administer,
      description: 'Deletes a webhook and its deliveries.',
      args: { webhookId },
      errors: {
        types: [WebhookNotFound],
        union: { name: 'DeleteWebhookResult', description: 'The result of `deleteWebhook`.' },
        result: { name: 'DeleteWebhookSuccess', description: 'The webhook was deleted.' },
        dataField: { name: 'webhooks', description: `The remaining webhooks, at most ${maxWebhooks}.` },
      },
      resolve: async (_root, args, { webhooks, viewer }) => {
        await webhooks.delete(rowNumber(args.webhookId), adminOf(viewer));
        return [...(await webhooks.list())];
      },
    }),
    testWebhook: t.id({
      authScopes: administer,
      description: 'Sends a test message to a webhook. Returns the id of its delivery.',
      args: { webhookId },
      errors: {
        types: [WebhookNotFound, WebhookDisabled],
        union: { name: 'TestWebhookResult', description: 'The result of `testWebhook`.' },
        result: { name: 'TestWebhookSuccess', description: 'The message will be sent immediately.' },
        dataField: { name: 'deliveryId', description: 'The id of the delivery.' },
      },
      resolve: async (_root, args, { webhooks, viewer }) =>
        idOf(await webhooks.test(rowNumber(args.webhookId), adminOf(viewer))),
    }),
    replayDelivery: t.id({
      authScopes: administer,
      description:
        'Sends the event of a delivery again, with the same `webhook-id`. Returns the id of the new delivery.',
      args: { deliveryId: t.arg.id({ required: true, description: 'The id of the delivery.' }) },
      errors: {
        types: [DeliveryNotFound, WebhookDisabled],
        union: { name: 'ReplayDeliveryResult', description: 'The result of `replayDelivery`.' },
        result: { name: 'ReplayDeliverySuccess', description: 'The event will be sent immediately.' },
        dataField: { name: 'deliveryId', description: 'The id of the new delivery.' },
      },
      resolve: async (_root, args, { webhooks, viewer }) =>
        idOf(await webhooks.replay(rowNumber(args.deliveryId), adminOf(viewer))),
    }),
  };
});

const idOf = ({ id }: WebhookDelivery): string => String(id);

const message = 'A message for the user.';
builder.objectType(InvalidWebhook, {
  interfaces: refusal(InvalidWebhook, 'INVALID_WEBHOOK'),
  authScopes: administer,
  name: 'InvalidWebhook',
  description:
    'The name, the address, the events or the template are invalid, or there are too many webhooks.',
  fields: (t) => ({ message: t.exposeString('message', { description: message }) }),
});
builder.objectType(WebhookNotFound, {
  interfaces: refusal(WebhookNotFound, 'WEBHOOK_NOT_FOUND'),
  authScopes: administer,
  name: 'WebhookNotFound',
  description: 'The webhook does not exist.',
  fields: (t) => ({ message: t.exposeString('message', { description: message }) }),
});
builder.objectType(WebhookDisabled, {
  interfaces: refusal(WebhookDisabled, 'WEBHOOK_DISABLED'),
  authScopes: administer,
  name: 'WebhookDisabled',
  description: 'The webhook is disabled. Nothing was sent.',
  fields: (t) => ({ message: t.exposeString('message', { description: message }) }),
});
builder.objectType(DeliveryNotFound, {
  interfaces: refusal(DeliveryNotFound, 'DELIVERY_NOT_FOUND'),
  authScopes: administer,
  name: 'DeliveryNotFound',
  description: 'The delivery does not exist.',
  fields: (t) => ({ message: t.exposeString('message', { description: message }) }),
});
