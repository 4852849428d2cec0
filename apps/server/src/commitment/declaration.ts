// Storage Commitment Push Model as this server provides and uses it: what PS3.4 Annex J leaves to it.
import {
  storageCommitmentReports as reportsOfTheStandard,
  service,
  storageCommitment as serviceOfTheStandard,
} from '@concord/network';

const events = [
  { id: 1, name: 'Storage Commitment Request Successful', behavior: 'every instance that was asked about is stored' },
  {
    id: 2,
    name: 'Storage Commitment Request Complete - Failures Exist',
    behavior: 'the instances of Failed SOP Sequence are not stored, each with its reason',
  },
] as const;

/** What peers ask of this server. */
export const commitment = service({
  ...serviceOfTheStandard,
  operations: {
    'N-ACTION': {
      statuses: {
        0x0000: 'the request is kept; the report follows',
        0x0110: 'the request could not be kept, or names too many instances',
        0x0112: 'the instance is not the well-known one',
        0x0120: 'Transaction UID, Referenced SOP Sequence or one of its UIDs is missing',
        0x0121: 'Transaction UID, Referenced SOP Sequence or one of its UIDs is empty',
        0x0123: 'the action type is not 1',
      },
      // 100,000 instances with UIDs of full length.
      dataSetBytes: 32 * 2 ** 20,
    },
  },
  actions: [{ id: 1, name: 'Request Storage Commitment', behavior: 'each instance is looked up at once' }],
  events,
  text: {
    activity: 'Take responsibility for instances',
    remoteActivity: 'Ask for storage commitment',
    description:
      'Each instance is looked up in the index and in the object store before the request is answered; one that comes later is not waited for, and one that a person takes out before the report goes is reported as failed (0112H). The report is a job that outlives a restart. It goes over the association of the request while that is open, otherwise, and where that fails, over one that this server opens to the configured peer of that AE title, several reports over one association. It is tried again with growing waits. A study of which something was committed never goes by itself, whatever its age and however full the archive is: retention rules and quotas leave it alone, and there is no time limit. Only a person can delete it. Storage Media File-Set ID and UID are ignored.',
  },
});

/** What this server asks of peers, over associations that it opens. */
export const askCommitment = service({
  ...serviceOfTheStandard,
  name: 'Storage Commitment Push Model: requests',
  role: 'SCU',
  actions: [{ id: 1, name: 'Request Storage Commitment', behavior: 'sent when a job has sent its instances' }],
  text: {
    activity: 'Ask for storage commitment',
    remoteActivity: 'Take responsibility for instances',
    description:
      'When a job that sends to a peer with commitment is over, one N-ACTION names every instance that the peer confirmed. The association is kept open for a while, so that the report may come over it.',
  },
});

/** The reports of this server, where it opens the association for them. */
export const tellCommitment = service({
  ...reportsOfTheStandard,
  name: 'Storage Commitment Push Model: reports to peers',
  role: 'SCP',
  operations: {
    'N-EVENT-REPORT': {
      statuses: {
        0x0000: 'the peer has the report',
        0x0107: 'the peer has the report, and did not know each attribute',
      },
    },
  },
  events,
  text: {
    activity: 'Report on storage commitment',
    remoteActivity: 'Note what is committed',
    description:
      'The outcome of a request whose association has ended goes over one that this server opens to the configured peer of the requesting AE title, with the role of the provider proposed by SCP/SCU role selection. It is tried again with growing waits.',
  },
});

/** The reports that answer it, on associations of either side. */
export const commitmentReports = service({
  ...reportsOfTheStandard,
  operations: {
    'N-EVENT-REPORT': {
      statuses: {
        0x0000: 'the outcome is kept',
        0x0110: 'the outcome could not be kept',
        0x0113: 'the event type is neither 1 nor 2',
        0x0115: 'the transaction is not one that was asked of this peer',
      },
      dataSetBytes: 32 * 2 ** 20,
    },
  },
  events,
  text: {
    activity: 'Note what a peer committed itself to',
    remoteActivity: 'Report on storage commitment',
    description:
      'The outcome of each instance is kept with its job. An instance that the report does not name counts as not committed. A report that comes after the wait for it is over is honoured.',
  },
});
