// Owns the documents about the whole system: runners, active and queued jobs, the viewer.
import { graphql } from '../generated/gql.ts';

export const ViewerQuery = graphql(`
  query Viewer {
    viewer { user { id name } role canDeploy }
  }
`);

export const SystemUpdatesSubscription = graphql(`
  subscription SystemUpdates {
    systemUpdates {
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
  }
`);
