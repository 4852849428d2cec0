// The softcopy presentation states of a study, the newest first: what a viewer may show its images with. PS3.3 A.33, C.11.10, C.11.11.
import type { DataSet } from '@concord/dicom';
import {
  presentationStateClasses,
  readSpatialTransformation,
  type SpatialTransformation,
  subtractsMask,
} from '@concord/imaging';
import type { Archive } from '../archive/archive.ts';
import { type Database, join, sql } from '../database/database.ts';
import type { Configuration } from '../settings/settings.ts';

export type StateKind = keyof typeof presentationStateClasses;

/** A state as a viewer lists it. */
export interface StudyPresentationState {
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly kind: StateKind;
  /** Content Label and Content Description; '' where there is none. */
  readonly label: string;
  readonly description: string;
  /** Content Creator's Name, as it is stored. */
  readonly creator: string;
  /** Presentation Creation Date and Time, `YYYYMMDDHHMMSS.FFFFFF` as far as they are given. */
  readonly created: string;
  /** Why it is not displayed; '' where it is. */
  readonly notDisplayed: string;
  /** How the image is turned and mirrored. */
  readonly spatial: SpatialTransformation;
  /** What it is for; no frames: all of them. Blending: the underlying images. */
  readonly images: readonly { readonly sopInstanceUid: string; readonly frames: readonly number[] }[];
}

/** States that are read of one study, those stored last: more than a person looks through. */
const mostStates = 1000;
/** Data sets that are read at a time. */
const readAtOnce = 16;

const kinds = Object.keys(presentationStateClasses) as readonly StateKind[];
const kindOf = (sopClassUid: string): StateKind | undefined =>
  kinds.find((kind) => presentationStateClasses[kind] === sopClassUid);

/** The newest by the date of creation, then the one stored last, then the higher UID. */
const newestFirst = (one: Ranked, other: Ranked): number =>
  compare(other.state.created, one.state.created) ||
  other.stored - one.stored ||
  compare(other.state.sopInstanceUid, one.state.sopInstanceUid);

interface Ranked {
  readonly state: StudyPresentationState;
  /** Greater for what was stored later. */
  readonly stored: number;
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

export interface StateParts {
  readonly database: Database;
  readonly archive: Pick<Archive, 'instances' | 'header'>;
  /** Whether images are shown with states that subtract a mask. */
  readonly maskStates: Configuration['maskStates'];
}

/** Asks the index for the states of a study and reads what each says of itself. */
export const createStatesOfStudy =
  ({ database, archive, maskStates }: StateParts) =>
  async (studyInstanceUid: string): Promise<readonly StudyPresentationState[]> => {
    const classes = join(
      Object.values(presentationStateClasses).map((uid) => sql`${uid}`),
      ', ',
    );
    const rows = await database.all<{ uid: string; stored: number }>(sql`
      select i.sop_instance_uid as uid, i.instance_key as stored from study s
        join series e on e.study_key = s.study_key join instance i on i.series_key = e.series_key
      where s.study_instance_uid = ${studyInstanceUid} and i.sop_class_uid in (${classes})
      order by i.instance_key desc limit ${mostStates}`);
    if (rows.length === 0) return [];
    const storedAt = new Map(rows.map(({ uid, stored }) => [uid, stored]));
    const instances = await archive.instances({ studyInstanceUid, sopInstanceUid: [...storedAt.keys()] });
    const ranked: Ranked[] = [];
    for (let at = 0; at < instances.length; at += readAtOnce) {
      const some = instances.slice(at, at + readAtOnce).map(async (instance): Promise<readonly Ranked[]> => {
        const kind = kindOf(instance.sopClassUid);
        if (kind === undefined) return [];
        const { sopInstanceUid, seriesInstanceUid } = instance;
        const said = saidBy(await archive.header(instance), kind, maskStates);
        return [
          { state: { sopInstanceUid, seriesInstanceUid, kind, ...said }, stored: storedAt.get(sopInstanceUid) ?? 0 },
        ];
      });
      ranked.push(...(await Promise.all(some)).flat());
    }
    return ranked.sort(newestFirst).map(({ state }) => state);
  };

function saidBy(
  dataSet: DataSet,
  kind: StateKind,
  maskStates: StateParts['maskStates'],
): Omit<StudyPresentationState, 'sopInstanceUid' | 'seriesInstanceUid' | 'kind'> {
  const text = (keyword: string) => dataSet.string(keyword)?.trim() ?? '';
  return {
    label: text('ContentLabel'),
    description: text('ContentDescription'),
    creator: text('ContentCreatorName'),
    created: `${text('PresentationCreationDate')}${text('PresentationCreationTime')}`,
    notDisplayed:
      maskStates === 'marked' && subtractsMask(dataSet) ? 'It subtracts a mask, which is not done on this page.' : '',
    spatial: readSpatialTransformation(dataSet),
    images: imagesOf(dataSet, kind),
  };
}

function imagesOf(dataSet: DataSet, kind: StateKind): StudyPresentationState['images'] {
  const parts =
    kind === 'blending'
      ? dataSet.items('BlendingSequence').filter((part) => part.string('BlendingPosition') === 'UNDERLYING')
      : [dataSet];
  return parts
    .flatMap((part) => part.items('ReferencedSeriesSequence'))
    .flatMap((series) => series.items('ReferencedImageSequence'))
    .flatMap((image) => {
      const sopInstanceUid = image.string('ReferencedSOPInstanceUID');
      return sopInstanceUid === undefined ? [] : [{ sopInstanceUid, frames: image.numbers('ReferencedFrameNumber') }];
    });
}
