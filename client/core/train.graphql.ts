// Owns the fragment of the train that the page and the package read. Owns no operation.
import { graphql } from '../generated/gql.ts';

/** What is different between the current train and the next one. */
export const TrainState = graphql(`
  fragment TrainState on Train {
    state
    version
    oldVersion
    isCheckedOut
    station
    exceptionCount
    exceptions { wiki version expected }
    warnings
  }
`);
