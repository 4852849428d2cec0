// The selections of a study: under which title, by whom, why, and the images themselves. PS3.3 A.35.4
import type { StudyKeyObjects } from '@concord/server/api';
import { Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { dicomwebAddress } from '../api.ts';
import { shownDate, shownTime } from '../format/date-time.ts';
import { nameInLine } from '../format/person-name.ts';
import { counted } from '../format/quantity.ts';
import { Thumbnail } from '../study/thumbnail.tsx';
import classes from './key-objects.module.css';
import { useKeyObjects } from './key-objects-api.ts';

/** More pictures than this say nothing in a list. */
const mostPictures = 12;
const pictureSize = 56;

const framesText = (frames: readonly number[]): string =>
  frames.length === 0 ? '' : ` · ${frames.length === 1 ? 'frame' : 'frames'} ${frames.slice(0, 5).join(', ')}`;

const Selection = ({ selection }: { readonly selection: StudyKeyObjects }) => {
  const { title, modifier, description, observer, created, objects } = selection;
  const about = [
    `${shownDate(created.slice(0, 8))} ${shownTime(created.slice(8))}`.trim(),
    observer === '' ? '' : nameInLine(observer),
    counted(objects.length, 'object'),
  ];
  return (
    <li className={classes.selection}>
      <div className={classes.words}>
        <Text fw={600}>{modifier === '' ? title : `${title}: ${modifier}`}</Text>
        <Text size="xs" className="quiet figures">
          {about.filter((each) => each !== '').join(' · ')}
        </Text>
        {description !== '' && (
          <Text size="sm" className={classes.text}>
            {description}
          </Text>
        )}
      </div>
      <ul className={classes.pictures}>
        {objects.slice(0, mostPictures).map(({ studyInstanceUid, seriesInstanceUid, sopInstanceUid, frames }) => (
          <li key={sopInstanceUid}>
            <Link
              to="/studies/$study/series/$series"
              params={{ study: studyInstanceUid, series: seriesInstanceUid }}
              title={`Open the series of this image${framesText(frames)}`}
              preload={false}
            >
              <Thumbnail
                address={dicomwebAddress(studyInstanceUid, seriesInstanceUid, sopInstanceUid)}
                modality=""
                size={pictureSize}
              />
            </Link>
          </li>
        ))}
      </ul>
    </li>
  );
};

/** Nothing where a study has none. */
export const KeyObjectList = ({ study }: { readonly study: string }) => {
  const { data = [], error } = useKeyObjects(study);
  if (error) return <Text size="sm">{error.message}</Text>;
  if (data.length === 0) return null;
  return (
    <ul className={classes.list} aria-label="Key images">
      {data.map((selection) => (
        <Selection key={selection.sopInstanceUid} selection={selection} />
      ))}
    </ul>
  );
};
