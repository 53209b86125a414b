// Owns holds: while one counts, no deployment is started. Not how it is shown (schema/graphql/hold.ts).
import { defineEntity, p } from '@mikro-orm/core';
import { text, time } from './column.ts';
import { User } from './user.ts';

const HoldSchema = defineEntity({
  name: 'Hold',
  tableName: 'hold',
  properties: {
    id: p.integer().primary(),
    /** In the words of whoever holds, for everybody to read. */
    reason: text(),
    user: () => p.manyToOne(User).mapToPk(),
    createdAt: time(),
    /** When it ends by itself; null: not before it is released. */
    endsAt: time().nullable(),
    releasedAt: time().nullable(),
    releasedBy: () => p.manyToOne(User).mapToPk().nullable(),
  },
});
/** All deployments held by an admin. It counts until it is released or ends. */
export class Hold extends HoldSchema.class {}
HoldSchema.setClass(Hold);
