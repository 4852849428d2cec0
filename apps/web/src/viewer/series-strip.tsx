// The series of the study, to go from one to another.
import { Link } from '@tanstack/react-router';
import { dicomwebAddress } from '../api.ts';
import { shownCount } from '../format/quantity.ts';
import type { Series } from '../study/study-queries.ts';
import { Thumbnail } from '../study/thumbnail.tsx';
import classes from './viewer.module.css';

interface SeriesStripProps {
  readonly study: string;
  readonly series: readonly Series[];
  readonly onChosen?: () => void;
}

const pictureSize = 116;

export const SeriesStrip = ({ study, series, onChosen }: SeriesStripProps) => (
  <nav aria-label="Series" className={classes.strip}>
    {series.map(({ uid, modality, number, description, instances }) => (
      <Link
        key={uid}
        to="/studies/$study/series/$series"
        params={{ study, series: uid }}
        search={{}}
        activeOptions={{ includeSearch: false }}
        replace
        className={classes.stripItem}
        {...(onChosen ? { onClick: onChosen } : {})}
      >
        <Thumbnail address={dicomwebAddress(study, uid)} modality={modality} size={pictureSize} />
        <span className={classes.stripText}>
          <b>{modality}</b> {number ?? ''} · {shownCount(instances)}
        </span>
        <span className={classes.stripText}>{description}</span>
      </Link>
    ))}
  </nav>
);
