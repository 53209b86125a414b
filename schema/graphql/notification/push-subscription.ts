// Owns the GraphQL types of Web Push: the key, and storing and removing the subscription of a browser. Not sending (server/push).
import { InvalidPushSubscription, type PushReach } from '../../model/notification/push-subscription.ts';
import { sessionViewer } from '../account/session.ts';
import { ViewerType } from '../account/user.ts';
import { builder } from '../builder.ts';
import { refusal } from '../refusal-type.ts';

builder.objectField(ViewerType, 'pushKey', (t) =>
  t.string({
    authScopes: { browser: true },
    description:
      'The public key of this SpiderPig (VAPID, base64url), with which a browser subscribes for Web Push. Not available to tokens.',
    resolve: (_viewer, _args, { pushSubscriptions }) => pushSubscriptions.key(),
  }),
);

const PushReachType = builder.enumType('PushReach', {
  description:
    'The jobs of which a browser is notified. All subscribed browsers are notified of holds and of questions that nobody handles. Further values may be added.',
  values: {
    OWN: { value: 'own', description: 'Your own jobs.' },
    ALL: { value: 'all', description: 'All jobs.' },
  } satisfies Record<Uppercase<PushReach>, { value: PushReach; description: string }>,
});

const SavePushSubscriptionInput = builder.inputType('SavePushSubscriptionInput', {
  description: 'The subscription of a browser, as its `PushSubscription` has it.',
  fields: (t) => ({
    endpoint: t.string({
      required: true,
      description: 'The URL at the push service: at most 1,000 characters.',
    }),
    p256dh: t.string({
      required: true,
      description: 'The public key of the browser: 65 bytes as base64url.',
    }),
    auth: t.string({ required: true, description: 'The secret of the subscription: 16 bytes as base64url.' }),
    reach: t.field({ type: PushReachType, required: true, description: 'Of which jobs it is notified.' }),
  }),
});

builder.mutationFields((t) => ({
  savePushSubscription: t.boolean({
    authScopes: { browser: true },
    description:
      'Sends messages to this browser while no page is open, until its session ends. Replaces an earlier subscription of it. Not available to tokens.',
    args: {
      input: t.arg({ type: SavePushSubscriptionInput, required: true, description: 'The subscription.' }),
    },
    errors: {
      types: [InvalidPushSubscription],
      union: { name: 'SavePushSubscriptionResult', description: 'The result of `savePushSubscription`.' },
      result: { name: 'SavePushSubscriptionSuccess', description: 'The browser is notified from now on.' },
      dataField: { name: 'saved', description: 'Always true.' },
    },
    resolve: async (_root, { input }, { pushSubscriptions, viewer }) => {
      await pushSubscriptions.save(sessionViewer(viewer), input);
      return true;
    },
  }),
  removePushSubscription: t.boolean({
    authScopes: { browser: true },
    description: 'Sends no more messages to this browser. Returns true. Not available to tokens.',
    resolve: async (_root, _args, { pushSubscriptions, viewer }) => {
      await pushSubscriptions.remove(sessionViewer(viewer));
      return true;
    },
  }),
}));

builder.objectType(InvalidPushSubscription, {
  interfaces: refusal(InvalidPushSubscription, 'INVALID_PUSH_SUBSCRIPTION'),
  authScopes: { browser: true },
  name: 'InvalidPushSubscription',
  description: 'This is not a push subscription of a browser.',
  fields: (t) => ({ message: t.exposeString('message', { description: 'A message for the user.' }) }),
});
