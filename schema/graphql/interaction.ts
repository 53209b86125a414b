// Owns how questions are shown and answered. Not which answer wins (schema/model/job/interaction.ts).

import { User } from '../model/account/user.ts';
import {
  AnswerNotAccepted,
  type Choice,
  type Delivery,
  deliveryOf,
  Interaction,
  InteractionAlreadyAnswered,
  InteractionGone,
  type InteractionKind,
} from '../model/job/interaction.ts';
import { Job } from '../model/job/job.ts';
import { builder } from './builder.ts';
import { rowNumber, shownId } from './id.ts';

const InteractionKindType = builder.enumType('InteractionKind', {
  description: 'How a question is answered.',
  values: {
    CHOICES: { value: 'choices', description: 'With the code of one of its choices.' },
    TEXT: { value: 'text', description: 'With one line of text, possibly empty, at most 4,000 characters.' },
  } satisfies Record<Uppercase<InteractionKind>, { value: InteractionKind; description: string }>,
});

const DeliveryType = builder.enumType('AnswerDelivery', {
  description: 'How far an answer came.',
  values: {
    PENDING: { value: 'pending', description: 'Accepted, and about to be written to scap.' },
    DELIVERED: { value: 'delivered', description: 'Written to scap.' },
    FAILED: { value: 'failed', description: 'Not written: scap had ended, or no longer read.' },
    UNKNOWN: {
      value: 'unknown',
      description: 'The job was lost in between: nobody can say whether scap read it.',
    },
  } satisfies Record<Uppercase<Delivery>, { value: Delivery; description: string }>,
});

const ChoiceType = builder.objectRef<Choice>('Choice').implement({
  authScopes: { read: true },
  description: 'A button.',
  fields: (t) => ({
    label: t.exposeString('label', { description: 'What it says.' }),
    code: t.exposeString('code', { description: 'The answer when it is pressed: what scap reads.' }),
  }),
});

builder.objectType(Interaction, {
  name: 'Interaction',
  authScopes: { read: true },
  description: 'A question that scap asked. It is answered once at most, by one person.',
  fields: (t) => ({
    id: t.exposeID('id', {}),
    job: t.field({
      type: Job,
      description: 'Whose question it is.',
      resolve: async (interaction, _args, { jobs }) => {
        const job = await jobs.load(interaction.job);
        if (!job) throw new Error(`interaction ${interaction.id} has no job`);
        return job;
      },
    }),
    kind: t.field({ type: InteractionKindType, description: 'How it is answered.', resolve: (i) => i.kind }),
    prompt: t.exposeString('prompt', {
      description:
        'What scap asks, as it wrote it: text, perhaps of several lines. At most 65,536 characters.',
    }),
    choices: t.field({
      type: [ChoiceType],
      description: 'The answers offered, in scap’s order; empty for TEXT.',
      resolve: ({ choices }) => choices,
    }),
    default: t.exposeString('default', {
      nullable: true,
      description: 'What scap suggests: a code, or a text. Never sent by itself.',
    }),
    askedAt: t.field({ type: 'DateTime', description: 'When it was asked.', resolve: (i) => i.askedAt }),
    answer: t.exposeString('answer', {
      nullable: true,
      description: 'The answer that counts; null while there is none.',
    }),
    answeredBy: t.field({
      type: User,
      nullable: true,
      description: 'By whom.',
      resolve: ({ answeredBy }, _args, { users }) => (answeredBy ? users.load(answeredBy) : null),
    }),
    answeredAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When.',
      resolve: (i) => i.answeredAt,
    }),
    deliveredAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When the answer was written to scap.',
      resolve: (i) => i.deliveredAt,
    }),
    delivery: t.field({
      type: DeliveryType,
      nullable: true,
      description: 'How far the answer came; null while there is none.',
      resolve: async (interaction, _args, { jobs }) => {
        const job = await jobs.load(interaction.job);
        return job && deliveryOf(interaction, job);
      },
    }),
    lineNumber: t.exposeInt('lineNumber', {
      nullable: true,
      description: 'The line of the job’s log that says it; null for questions of the first version.',
    }),
  }),
});

builder.objectType(InteractionAlreadyAnswered, {
  name: 'InteractionAlreadyAnswered',
  authScopes: { read: true },
  description: 'Somebody was faster. Their answer stands; this one went nowhere.',
  fields: (t) => ({
    message: t.exposeString('message', { description: 'Who answered what, and when. Fit to be shown.' }),
    interaction: t.field({
      type: Interaction,
      description: 'The question with the answer that counts.',
      resolve: ({ interaction }) => interaction,
    }),
  }),
});
builder.objectType(InteractionGone, {
  name: 'InteractionGone',
  authScopes: { read: true },
  description: 'The question is no longer asked, or there never was one. Nothing was sent.',
  fields: (t) => ({ message: t.exposeString('message', { description: 'Fit to be shown.' }) }),
});
builder.objectType(AnswerNotAccepted, {
  name: 'AnswerNotAccepted',
  authScopes: { read: true },
  description: 'The answer is none that this question takes. Nothing was sent; the question is still open.',
  fields: (t) => ({ message: t.exposeString('message', { description: 'Fit to be shown.' }) }),
});

const AnswerInteractionInput = builder.inputType('AnswerInteractionInput', {
  description: 'Which question, and what to answer.',
  fields: (t) => ({
    interactionId: t.id({ required: true, description: 'Binds the answer to this very question.' }),
    answer: t.string({
      required: true,
      description: 'The code of a choice, or one line of text: exactly what scap reads, without its newline.',
    }),
  }),
});

builder.mutationField('answerInteraction', (t) =>
  t.field({
    type: Interaction,
    authScopes: { deploy: true },
    description:
      'Answers a question of a job that anyone started. Of any number of answers at once, one counts.',
    args: { input: t.arg({ type: AnswerInteractionInput, required: true }) },
    errors: {
      types: [InteractionAlreadyAnswered, InteractionGone, AnswerNotAccepted],
      union: { name: 'AnswerInteractionResult', description: 'What came of an answer.' },
      result: {
        name: 'AnswerInteractionSuccess',
        description: 'This answer counts, and is on its way to scap.',
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
