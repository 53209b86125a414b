// @vitest-environment happy-dom
// Tests the section of webhooks: creating one with its secret, changing, testing, replaying, deleting.
import { cleanup, screen, waitFor, within } from '@testing-library/preact';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GraphqlStandIn, renderWith } from '../../../tests/component/graphql-stand-in.tsx';
import { isDueSoon } from './webhook-deliveries.tsx';
import { WebhookList } from './webhook-list.tsx';

const webhook = {
  __typename: 'Webhook',
  id: '1',
  name: 'Bridge',
  url: 'https://chat.example/hook',
  events: ['QUESTION', 'ENDED'],
  format: 'CHAT',
  template: null,
  enabled: true,
  disabledReason: null,
  failingSince: null,
};
const delivery = {
  __typename: 'WebhookDelivery',
  id: '5',
  event: 'ENDED',
  jobId: '28',
  state: 'FAILED',
  createdAt: '2026-11-20T12:00:00.000Z',
  attempts: 10,
  nextAttemptAt: null,
  duration: 12,
  status: 500,
  response: 'out of order',
  problem: 'The receiver answered with the status 500.',
  replayOf: null,
};

let server: GraphqlStandIn;
let webhooks: readonly object[];

beforeEach(() => {
  server = new GraphqlStandIn();
  webhooks = [webhook];
  server.answer('Webhooks', () => ({ webhooks }));
  server.answer('Deliveries', () => ({
    webhooks: [
      {
        __typename: 'Webhook',
        id: '1',
        deliveries: {
          __typename: 'WebhookDeliveryConnection',
          nodes: [delivery],
          pageInfo: { __typename: 'PageInfo', hasNextPage: false, endCursor: '5' },
          totalCount: 1,
        },
      },
    ],
  }));
});
afterEach(cleanup);

const show = () => renderWith(server, <WebhookList epoch={1} />);
const mutations = () => server.sent.filter(({ name }) => name !== 'Webhooks' && name !== 'Deliveries');

test('without webhooks, the section says so and offers to add one', async () => {
  webhooks = [];
  show();
  expect(await screen.findByText('No webhooks.')).toBeTruthy();
  expect(screen.getByRole('button', { name: 'Add a webhook…' })).toBeTruthy();
});

test('a new webhook is sent, and its secret is shown once', async () => {
  server.answer('CreateWebhook', () => ({
    createWebhook: {
      __typename: 'CreateWebhookSuccess',
      made: { __typename: 'MadeWebhook', secret: 'whsec_abc' },
    },
  }));
  const user = show();
  await user.click(await screen.findByRole('button', { name: 'Add a webhook…' }));
  const form = within(await screen.findByRole('dialog', { name: 'New webhook' }));
  await user.type(form.getByLabelText('Name'), 'Log');
  await user.type(form.getByLabelText('Address'), 'https://log.example/x');
  await user.click(form.getByLabelText('held'));
  await user.click(form.getByLabelText('one line of text'));
  await user.click(form.getByRole('button', { name: 'Create' }));
  const dialog = within(await screen.findByRole('dialog', { name: 'Secret of Log' }));
  expect(dialog.getByText('whsec_abc')).toBeTruthy();
  expect(mutations()).toEqual([
    {
      name: 'CreateWebhook',
      variables: {
        input: {
          name: 'Log',
          url: 'https://log.example/x',
          events: ['QUESTION', 'ENDED', 'HELD'],
          format: 'TEXT',
          template: '',
          enabled: true,
        },
      },
    },
  ]);
  await user.click(dialog.getByRole('button', { name: 'Done' }));
  expect(screen.queryByText('whsec_abc')).toBeNull();
});

test('a refused change keeps what was typed, with the message of the server', async () => {
  server.answer('UpdateWebhook', () => ({
    updateWebhook: { __typename: 'InvalidWebhook', message: 'Choose at least one event.' },
  }));
  const user = show();
  await user.click(await screen.findByRole('button', { name: 'Edit Bridge' }));
  const form = within(await screen.findByRole('dialog', { name: 'Edit Bridge' }));
  await user.click(form.getByLabelText('question'));
  await user.click(form.getByLabelText('ended'));
  await user.click(form.getByRole('button', { name: 'Save' }));
  expect(await form.findByText('Choose at least one event.')).toBeTruthy();
  expect(form.getByLabelText('Address')).toHaveProperty('value', 'https://chat.example/hook');
});

test('the deliveries show what the receiver answered, and can be sent again', async () => {
  server.answer('ReplayDelivery', () => ({ replayDelivery: { __typename: 'ReplayDeliverySuccess' } }));
  server.answer('TestWebhook', () => ({ testWebhook: { __typename: 'TestWebhookSuccess' } }));
  const user = show();
  await user.click(await screen.findByRole('button', { name: 'Deliveries of Bridge' }));
  expect(await screen.findByText('The receiver answered with the status 500.')).toBeTruthy();
  expect(screen.getByText('out of order')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Send delivery 5 again' }));
  await user.click(screen.getByRole('button', { name: 'Send a test message' }));
  await waitFor(() =>
    expect(mutations()).toEqual([
      { name: 'ReplayDelivery', variables: { deliveryId: '5' } },
      { name: 'TestWebhook', variables: { webhookId: '1' } },
    ]),
  );
});

test('a webhook that the server disabled says why', async () => {
  webhooks = [{ ...webhook, enabled: false, disabledReason: 'The receiver is gone.' }];
  show();
  expect(await screen.findByText(/The receiver is gone\./)).toBeTruthy();
  expect(screen.getByText('disabled')).toBeTruthy();
});

test('a webhook is deleted after a confirmation', async () => {
  server.answer('DeleteWebhook', () => ({ deleteWebhook: { __typename: 'DeleteWebhookSuccess' } }));
  const user = show();
  await user.click(await screen.findByRole('button', { name: 'Delete Bridge' }));
  expect(mutations()).toEqual([]);
  const dialog = within(await screen.findByRole('dialog', { name: 'Delete the webhook Bridge?' }));
  await user.click(dialog.getByRole('button', { name: 'Delete' }));
  await waitFor(() =>
    expect(mutations()).toEqual([{ name: 'DeleteWebhook', variables: { webhookId: '1' } }]),
  );
});

test('only an attempt that is due soon is waited for', () => {
  const now = Date.parse('2026-11-20T12:00:00.000Z');
  expect(isDueSoon({ nextAttemptAt: null }, now)).toBe(false);
  expect(isDueSoon({ nextAttemptAt: '2026-11-20T12:00:05.000Z' }, now)).toBe(true);
  expect(isDueSoon({ nextAttemptAt: '2026-11-20T12:05:00.000Z' }, now)).toBe(false);
});
