// Searching other archives and fetching from them, as this server does it. PS3.4 Annex C
import { queryFind, queryGet, queryMove, queryRetrieveSopClasses, service } from '@concord/network';
import { keyTypeOf } from '../archive/keys.ts';
import { returnKeys } from './question.ts';

const levels = ['STUDY', 'SERIES', 'IMAGE'] as const;
const classes = queryRetrieveSopClasses;
/** Identifiers go out in the two syntaxes every system has. PS3.5 10.1 */
const transferSyntaxes = ['1.2.840.10008.1.2.1', '1.2.840.10008.1.2'] as const;

export const searchOthers = service({
  ...queryFind,
  name: 'Query of other archives',
  role: 'SCU',
  sopClasses: [classes.studyRootFind, classes.patientRootFind],
  transferSyntaxes,
  keys: levels.flatMap((level) => returnKeys[level].map((keyword) => ({ level, keyword, type: keyTypeOf(keyword) }))),
  text: {
    activity: 'Search other archives',
    remoteActivity: 'Answer queries',
    description:
      'A user, or a program over the administration interface, searches several configured peers side by side. Study Root is used where the peer accepts it, otherwise Patient Root. Queries are hierarchical, ask for no extended negotiation, and are ended by C-CANCEL when enough has come or nobody waits any more. A peer to which the sending of instances ended without an answer, by a crash or a lost connection, is asked for them, at the level of instances, before they are sent again.',
  },
});

export const moveFromOthers = service({
  ...queryMove,
  name: 'Retrieval from other archives by C-MOVE',
  role: 'SCU',
  sopClasses: [classes.studyRootMove, classes.patientRootMove],
  transferSyntaxes,
  text: {
    activity: 'Have instances sent here',
    remoteActivity: 'Send what is asked for to a third system',
    description:
      'What a user has chosen among the answers is asked for as a job, with this server as the Move Destination. What has arrived is counted against what the peer listed.',
  },
});

export const getFromOthers = service({
  ...queryGet,
  name: 'Retrieval from other archives by C-GET',
  role: 'SCU',
  sopClasses: [classes.studyRootGet, classes.patientRootGet],
  transferSyntaxes,
  text: {
    activity: 'Fetch instances',
    remoteActivity: 'Send what is asked for',
    description:
      'The same for peers that are configured so. Instances come over the association of the request, in presentation contexts for which this server takes the role of the Storage SCP.',
  },
});
