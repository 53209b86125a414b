// Owns the GraphQL types of questions, and answering them. Not which of several answers is accepted (schema/model/job/interaction.ts).
import { User } from '../../model/account/user.ts';
import {
  AnswerNotAccepted,
  type Choice,
  claimOf,
  type Delivery,
  deliveryOf,
  Interaction,
  InteractionAlreadyAnswered,
  InteractionGone,
  type InteractionKind,
  keyOf,
} from '../../model/job/interaction.ts';
import { Job } from '../../model/job/job.ts';
import { builder } from '../builder.ts';
import { rowNumber, shownId } from '../id.ts';
import { refusal } from '../refusal-type.ts';

const InteractionKindType = builder.enumType('InteractionKind', {
  description: 'The kind of answer that a question needs. Further values may be added.',
  values: {
    CHOICES: { value: 'choices', description: 'The code of one of its choices.' },
    TEXT: { value: 'text', description: 'One line of text of at most 4,000 characters; it may be empty.' },
  } satisfies Record<Uppercase<InteractionKind>, { value: InteractionKind; description: string }>,
});

const DeliveryType = builder.enumType('AnswerDelivery', {
  description: 'How far the delivery of an answer is. Further values may be added.',
  values: {
    PENDING: { value: 'pending', description: 'The answer is accepted and will be written to scap.' },
    DELIVERED: { value: 'delivered', description: 'The answer was written to scap.' },
    FAILED: {
      value: 'failed',
      description: 'The answer was not written: scap had exited or closed its input.',
    },
    UNKNOWN: {
      value: 'unknown',
      description: 'The job was lost, so it is unknown whether scap read the answer.',
    },
  } satisfies Record<Uppercase<Delivery>, { value: Delivery; description: string }>,
});

const ChoiceType = builder.objectRef<Choice>('Choice').implement({
  authScopes: { read: true },
  description: 'An answer that the user can choose.',
  fields: (t) => ({
    label: t.exposeString('label', { description: 'The label, for example of a button.' }),
    code: t.exposeString('code', { description: 'The answer that scap gets if this is chosen.' }),
  }),
});

builder.objectType(Interaction, {
  name: 'Interaction',
  authScopes: { read: true },
  description: 'A question of scap. It is answered at most once.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id, as `answerInteraction` takes it.' }),
    job: t.field({
      type: Job,
      description: 'The job that asks.',
      resolve: async (interaction, _args, { jobs }) => {
        const job = await jobs.load(interaction.job);
        if (!job) throw new Error(`interaction ${interaction.id} has no job`);
        return job;
      },
    }),
    kind: t.field({
      type: InteractionKindType,
      description: 'The kind of answer that it needs.',
      resolve: (i) => i.kind,
    }),
    key: t.string({
      nullable: true,
      description:
        'The stable name of a question that scap is known to ask, for example `backport.confirm` or `testservers.continue`; null for any other. The documentation lists them.',
      resolve: keyOf,
    }),
    prompt: t.exposeString('prompt', {
      description: 'The text of the question, possibly with several lines. At most 65,536 characters.',
    }),
    choices: t.field({
      type: [ChoiceType],
      description: 'The offered answers in the order of scap, at most 64; empty for the kind TEXT.',
      resolve: ({ choices }) => choices,
    }),
    default: t.exposeString('default', {
      nullable: true,
      description:
        'The suggested answer (a code or a text); null if none exists. It is never sent automatically.',
    }),
    askedAt: t.field({
      type: 'DateTime',
      description: 'When the question was asked.',
      resolve: (i) => i.askedAt,
    }),
    answer: t.exposeString('answer', {
      nullable: true,
      description: 'The accepted answer; null while none exists.',
    }),
    answeredBy: t.field({
      type: User,
      nullable: true,
      description: 'Who answered; null while there is no answer.',
      resolve: ({ answeredBy }, _args, { users }) => (answeredBy ? users.load(answeredBy) : null),
    }),
    answeredAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it was answered; null while there is no answer.',
      resolve: (i) => i.answeredAt,
    }),
    deliveredAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the answer was written to scap; null before that.',
      resolve: (i) => i.deliveredAt,
    }),
    delivery: t.field({
      type: DeliveryType,
      nullable: true,
      description: 'How far the delivery of the answer is; null while there is no answer.',
      resolve: async (interaction, _args, { jobs }) => {
        const job = await jobs.load(interaction.job);
        return job && deliveryOf(interaction, job);
      },
    }),
    claimedBy: t.field({
      type: User,
      nullable: true,
      description:
        'Who handles the question, as they said; null if nobody did within the last three minutes, and once it is answered. Everyone can still answer.',
      resolve: (interaction, _args, { users }) => {
        const claim = claimOf(interaction);
        return claim === null ? null : users.load(claim.userId);
      },
    }),
    claimedUntil: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the claim of `claimedBy` expires; null if none exists.',
      resolve: (interaction) => claimOf(interaction)?.until ?? null,
    }),
    lineNumber: t.exposeInt('lineNumber', {
      nullable: true,
      description:
        'The number of the first log line of the question; null for questions that the first version of SpiderPig stored.',
    }),
  }),
});

builder.objectType(InteractionAlreadyAnswered, {
  interfaces: refusal(InteractionAlreadyAnswered, 'INTERACTION_ALREADY_ANSWERED'),
  name: 'InteractionAlreadyAnswered',
  authScopes: { read: true },
  description: 'Someone else answered first. This answer was not sent.',
  fields: (t) => ({
    message: t.exposeString('message', {
      description: 'A message for the user: who answered what, and when.',
    }),
    interaction: t.field({
      type: Interaction,
      description: 'The question with the accepted answer.',
      resolve: ({ interaction }) => interaction,
    }),
  }),
});
builder.objectType(InteractionGone, {
  interfaces: refusal(InteractionGone, 'INTERACTION_GONE'),
  name: 'InteractionGone',
  authScopes: { read: true },
  description: 'The question is no longer open or does not exist. Nothing was sent.',
  fields: (t) => ({ message: t.exposeString('message', { description: 'A message for the user.' }) }),
});
builder.objectType(AnswerNotAccepted, {
  interfaces: refusal(AnswerNotAccepted, 'ANSWER_NOT_ACCEPTED'),
  name: 'AnswerNotAccepted',
  authScopes: { read: true },
  description: 'The question does not allow this answer. Nothing was sent, and the question is still open.',
  fields: (t) => ({ message: t.exposeString('message', { description: 'A message for the user.' }) }),
});

const AnswerInteractionInput = builder.inputType('AnswerInteractionInput', {
  description: 'An answer to a question.',
  fields: (t) => ({
    interactionId: t.id({ required: true, description: 'The id of the question.' }),
    answer: t.string({
      required: true,
      description: 'The code of a choice, or one line of text. scap gets exactly this and a newline.',
    }),
  }),
});

builder.mutationField('answerInteraction', (t) =>
  t.field({
    type: Interaction,
    authScopes: { deploy: true },
    description:
      'Answers a question of a job, no matter who started it. If several users answer at the same time, only the first answer is accepted.',
    args: { input: t.arg({ type: AnswerInteractionInput, required: true, description: 'The answer.' }) },
    errors: {
      types: [InteractionAlreadyAnswered, InteractionGone, AnswerNotAccepted],
      union: { name: 'AnswerInteractionResult', description: 'The result of `answerInteraction`.' },
      result: {
        name: 'AnswerInteractionSuccess',
        description: 'The answer was accepted and will be written to scap.',
      },
      dataField: { name: 'interaction', description: 'The question with its answer.' },
    },
    resolve: (_root, { input }, { interactions, viewer }) => {
      const interactionId = rowNumber(input.interactionId);
      if (interactionId === null) throw new InteractionGone(shownId(input.interactionId), 'unknown');
      const { user, through } = viewer;
      return interactions.answer({ interactionId, answer: input.answer, user, through });
    },
  }),
);

const ClaimInteractionInput = builder.inputType('ClaimInteractionInput', {
  description: 'Which question the viewer handles.',
  fields: (t) => ({
    interactionId: t.id({ required: true, description: 'The id of the question.' }),
  }),
});

builder.mutationField('claimInteraction', (t) =>
  t.field({
    type: Interaction,
    authScopes: { deploy: true },
    description:
      'Shows to everyone, for three minutes, that the viewer handles an open question; replaces the claim of another user. Everyone can still answer.',
    args: { input: t.arg({ type: ClaimInteractionInput, required: true, description: 'Which question.' }) },
    errors: {
      types: [InteractionAlreadyAnswered, InteractionGone],
      union: { name: 'ClaimInteractionResult', description: 'The result of `claimInteraction`.' },
      result: { name: 'ClaimInteractionSuccess', description: 'The viewer handles the question.' },
      dataField: { name: 'interaction', description: 'The question with the claim.' },
    },
    resolve: (_root, { input }, { interactions, viewer: { user, through } }) => {
      const interactionId = rowNumber(input.interactionId);
      if (interactionId === null) throw new InteractionGone(shownId(input.interactionId), 'unknown');
      return interactions.claim({ interactionId, user, through });
    },
  }),
);
