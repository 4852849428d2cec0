// Modality Performed Procedure Step as this server takes it: what PS3.4 Annex F leaves to it.
import {
  performedProcedureStepRetrieve as retrieveOfTheStandard,
  service,
  performedProcedureStep as serviceOfTheStandard,
} from '@concord/network';

/** What modalities report of their work. */
export const performedProcedureStep = service({
  ...serviceOfTheStandard,
  operations: {
    'N-CREATE': {
      statuses: {
        0x0000: 'the step is kept',
        0x0106: 'the state is not IN PROGRESS',
        0x0110: 'the step could not be kept',
        0x0111: 'there is a step with this UID',
        0x0120: 'Performed Procedure Step Status or the UID of the step is missing',
      },
      dataSetBytes: 32 * 2 ** 20,
    },
    'N-SET': {
      statuses: {
        0x0000: 'the step is changed',
        0x0106: 'the state is none that a step can have',
        0x0110: 'the step is completed or discontinued (error ID A710H), or could not be kept',
        0x0112: 'there is no step with this UID',
      },
      dataSetBytes: 32 * 2 ** 20,
    },
  },
  attributes: {
    'N-CREATE': [
      {
        keyword: 'PerformedProcedureStepStatus',
        presence: 'ALWAYS',
        source: 'requestor',
        value: 'IN PROGRESS; anything else is refused with 0106H',
      },
      {
        keyword: 'ScheduledStepAttributesSequence',
        presence: 'ANAP',
        source: 'requestor',
        value: 'the first Study Instance UID in it says to which study the instances belong',
      },
    ],
    'N-SET': [
      {
        keyword: 'PerformedProcedureStepStatus',
        presence: 'ANAP',
        source: 'requestor',
        value: 'COMPLETED or DISCONTINUED ends the step',
      },
      {
        keyword: 'PerformedSeriesSequence',
        presence: 'ANAP',
        source: 'requestor',
        value:
          'images and other composite instances that it references are expected here; it replaces what was said before',
      },
    ],
  },
  text: {
    activity: 'Take what modalities report of their work',
    remoteActivity: 'Report a performed procedure step',
    description:
      'The step is kept as it was reported. When it is completed or discontinued, the instances that its series name are expected here: those that have not arrived are shown by name, and a study with all of them counts as complete at once, on the evidence of the performed procedure step. Several steps of one modality for one study add up. A scheduled step of the worklist that it references is started by it, and ends as it ends. The server sends no N-SET of its own and passes the step on to nobody.',
  },
});

/** What is known here of a step, for whoever asks. */
export const performedProcedureStepRetrieve = service({
  ...retrieveOfTheStandard,
  operations: {
    'N-GET': {
      statuses: {
        0x0000: 'every attribute that was asked for, or, where none was named, the whole step',
        0x0001: 'the step has no such attribute; those that it has are in the answer',
        0x0112: 'there is no step with this UID',
      },
    },
  },
  attributes: {
    'N-GET': [
      {
        keyword: 'PerformedProcedureStepStatus',
        presence: 'ANAP',
        source: 'step',
        value: 'as the step has it; any other of its attributes may be asked for',
      },
    ],
  },
  text: {
    activity: 'Answer what is known of a performed procedure step',
    remoteActivity: 'Ask about a performed procedure step',
    description:
      'The step is given as the modality reported it, with what its N-SETs changed, in every state. An attribute that is asked for and that the step does not have is named in the Attribute Identifier List of the answer, whose status is then 0001H.',
  },
});
