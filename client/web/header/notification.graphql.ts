// Owns the GraphQL documents of notifications. Owns no behaviour.
import { graphql } from '../../generated/gql.ts';

export const EndedJobQuery = graphql(`
  query EndedJob($id: ID!) {
    job(id: $id) { id outcome reason }
  }
`);

/** What the watch over errors after the end of a job says. */
export const JobWatchSubscription = graphql(`
  subscription JobWatch($jobId: ID!) {
    jobHealthUpdates(jobId: $jobId) { watch { state text } }
  }
`);

export const PushKeyQuery = graphql(`
  query PushKey {
    viewer { pushKey }
  }
`);

export const SavePushMutation = graphql(`
  mutation SavePush($input: SavePushSubscriptionInput!) {
    savePushSubscription(input: $input) {
      __typename
      ... on InvalidPushSubscription { message }
    }
  }
`);

export const RemovePushMutation = graphql(`
  mutation RemovePush {
    removePushSubscription
  }
`);
