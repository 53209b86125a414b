// Owns the GraphQL documents about the train. Owns no behaviour.
import { graphql } from '../../generated/gql.ts';

export const TrainUpdatesSubscription = graphql(`
  subscription TrainUpdates {
    trainUpdates {
      ...TrainState
      task { id url version status date }
      blockers { id title url }
      sources { name readAt problem }
      groups { name wikiCount versions { version wikis } }
      next { ...TrainState }
    }
  }
`);

/** The newest train jobs, with what ran before each. */
export const LastTrainsQuery = graphql(`
  query LastTrains {
    jobs(first: 10, filter: { kinds: [TRAIN] }) {
      nodes {
        ...JobSummary
        parameters { ... on TrainParameters { group from before { name versions { version wikiCount } } } }
      }
    }
  }
`);

export const StartTrainMutation = graphql(`
  mutation StartTrain($input: StartTrainInput!) {
    startTrain(input: $input) {
      __typename
      ... on StartTrainSuccess { job { id } }
      ... on TrainUnavailable { message }
      ... on TrainChanged { message }
      ... on InvalidTrain { message }
      ... on LaneOccupied { message }
      ... on UnknownLane { message }
      ... on DeploymentsHeld { message }
    }
  }
`);
