// Owns the documents about the system as a whole: runners, queue, who is looking. Owns no behaviour.
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
      runners { id host online seenAt scap simulated }
      activeJobs { ...JobSummary }
      queuedJobs { ...JobSummary }
      sampleChanges { number subject project status }
    }
  }
`);
