// The data set of a notification, made and read. Pure. PS3.4 Table R.3.2-1.
import { DataSet } from '@concord/dicom';

export interface NotifiedInstance {
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid: string;
  readonly sopClassUid: string;
}

export interface Notification {
  readonly studyInstanceUid: string;
  readonly instances: readonly NotifiedInstance[];
}

/** One that was read. */
export interface ToldNotification extends Notification {
  /** All that it is about, also those of which no instance can be had. */
  readonly seriesInstanceUids: readonly string[];
}

export function notificationOf({ studyInstanceUid, instances }: Notification, retrieveAeTitle: string): DataSet {
  const dataSet = new DataSet();
  dataSet.set('ReferencedPerformedProcedureStepSequence', []);
  dataSet.set('StudyInstanceUID', studyInstanceUid);
  const series = [...Map.groupBy(instances, ({ seriesInstanceUid }) => seriesInstanceUid)];
  dataSet.set(
    'ReferencedSeriesSequence',
    series.map(([seriesInstanceUid, members]) => {
      const item = new DataSet();
      item.set('SeriesInstanceUID', seriesInstanceUid);
      item.set(
        'ReferencedSOPSequence',
        members.map((member) => instanceItem(member, retrieveAeTitle)),
      );
      return item;
    }),
  );
  return dataSet;
}

function instanceItem({ sopClassUid, sopInstanceUid }: NotifiedInstance, retrieveAeTitle: string): DataSet {
  const item = new DataSet();
  item.set('ReferencedSOPClassUID', sopClassUid);
  item.set('ReferencedSOPInstanceUID', sopInstanceUid);
  item.set('InstanceAvailability', 'ONLINE');
  item.set('RetrieveAETitle', retrieveAeTitle);
  return item;
}

/** Undefined where a UID is missing. Instances that cannot be had are left out. */
export function readNotification(dataSet: DataSet): ToldNotification | undefined {
  const studyInstanceUid = dataSet.string('StudyInstanceUID') ?? '';
  const allSeries = dataSet.items('ReferencedSeriesSequence');
  const seriesInstanceUids = allSeries.flatMap((series) => series.string('SeriesInstanceUID') ?? []);
  const instances = allSeries.flatMap((series) =>
    series
      .items('ReferencedSOPSequence')
      .filter((item) => item.string('InstanceAvailability') !== 'UNAVAILABLE')
      .map((item) => ({
        seriesInstanceUid: series.string('SeriesInstanceUID') ?? '',
        sopInstanceUid: item.string('ReferencedSOPInstanceUID') ?? '',
        sopClassUid: item.string('ReferencedSOPClassUID') ?? '',
      })),
  );
  const isWhole = instances.every((each) => each.seriesInstanceUid !== '' && each.sopInstanceUid !== '');
  // An item for each place where it can be had names it again.
  const once = [...new Map(instances.map((each) => [each.sopInstanceUid, each])).values()];
  return studyInstanceUid !== '' && isWhole ? { studyInstanceUid, seriesInstanceUids, instances: once } : undefined;
}
