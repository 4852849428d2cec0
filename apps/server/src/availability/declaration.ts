// Instance Availability Notification as this server takes and sends it: what PS3.4 Annex R leaves to it.
import { service, instanceAvailability as serviceOfTheStandard } from '@concord/network';

/** What peers tell this server. */
export const availability = service({
  ...serviceOfTheStandard,
  operations: {
    'N-CREATE': {
      statuses: {
        0x0000: 'noted',
        0x0110: 'it could not be noted',
        0x0120: 'Study Instance UID or a UID of an instance is missing',
      },
      dataSetBytes: 32 * 2 ** 20,
    },
  },
  text: {
    activity: 'Note which instances a study has',
    remoteActivity: 'Say which instances are available',
    description:
      'The instances that a notification names are expected here: those that have not arrived are shown by name, and a study with all of them counts as complete at once. Nothing is fetched by itself. Instances whose availability is UNAVAILABLE are not expected.',
  },
});

/** What this server tells peers. */
export const tellAvailability = service({
  ...serviceOfTheStandard,
  name: 'Instance Availability Notification: sent',
  role: 'SCU',
  text: {
    activity: 'Say which instances are available',
    remoteActivity: 'Note which instances are available',
    description:
      'When a study is complete, and again when more of it has come, each peer of the settings with notification gets one N-CREATE that names every instance, as ONLINE, with the AE title to retrieve it from. It is tried again with growing waits until it is answered.',
  },
});
