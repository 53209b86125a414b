// Owns the GraphQL document that moves a job within its queue. Owns no behaviour.
import { graphql } from '../../../generated/gql.ts';

export const MoveJobMutation = graphql(`
  mutation MoveJob($input: MoveJobInput!) {
    moveJob(input: $input) {
      __typename
      ... on MoveJobSuccess { job { id } }
      ... on JobNotFound { message }
      ... on JobNotMoved { message }
    }
  }
`);
