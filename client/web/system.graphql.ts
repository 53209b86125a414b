// Owns the documents about the whole system: runners, active and queued jobs, the viewer.
import { graphql } from '../generated/gql.ts';

export const ViewerQuery = graphql(`
  query Viewer {
    viewer { user { id name } role canDeploy }
  }
`);

export const SystemNow = graphql(`
  fragment SystemNow on System {
    version
    simulated
    gerritUrl
    hasTrain
    database { since message }
    lanes
    hold { id reason by { name } since endsAt }
    runners { id host lanes online laneProblem cleanUpProblem scap simulated }
    activeJobs { ...JobSummary }
    queuedJobs { ...JobSummary }
    queuedCount
    retention { days jobs }
    sampleChanges { number subject project status }
  }
`);

/** The state that the page shows until its subscription delivers: a connection takes longer than a request. */
export const SystemQuery = graphql(`
  query System {
    system { ...SystemNow }
  }
`);

export const SystemUpdatesSubscription = graphql(`
  subscription SystemUpdates {
    systemUpdates { ...SystemNow }
  }
`);
