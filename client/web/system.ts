// Owns the types of what every page knows: the system as a whole and the viewer.
import type { SystemUpdatesSubscription, ViewerQuery } from '../generated/graphql.ts';

/** The jobrunners, the active and queued jobs, the hold, the state of the database. */
export type System = SystemUpdatesSubscription['systemUpdates'];
/** The signed-in user and their rights. */
export type Viewer = NonNullable<ViewerQuery['viewer']>;
