// Owns the schema, assembled from the modules of all nouns. Defines no type itself.
import type { GraphQLSchema } from 'graphql';
import { builder } from './builder.ts';
import { metered } from './meter.ts';
import './account/user.ts';
import './account/session.ts';
import './account/token.ts';
import './account/second-factor.ts';
import './account/person.ts';
import './job/hold.ts';
import './account/audit.ts';
import './job/change.ts';
import './log.ts';
import './job/interaction.ts';
import './job/stop.ts';
import './job/job.ts';
import './job/job-run.ts';
import './job/job-part.ts';
import './job/job-refusal.ts';
import './job/job-list.ts';
import './job/start-job.ts';
import './job/retry-job.ts';
import './job/revert-job.ts';
import './job/move-job.ts';
import './job/runner.ts';
import './health.ts';
import './system.ts';

export const schema: GraphQLSchema = metered(builder.toSchema());
