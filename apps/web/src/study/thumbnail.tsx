// A small picture of an image or of what stands for a series; a sign where there is nothing to see.
import { IconFileText, IconHeartRateMonitor, IconPhotoOff, IconReportMedical } from '@tabler/icons-react';
import { useState } from 'react';
import classes from './study.module.css';

const icons: Readonly<Record<string, typeof IconFileText>> = {
  SR: IconReportMedical,
  DOC: IconFileText,
  PLAN: IconReportMedical,
  ECG: IconHeartRateMonitor,
  HD: IconHeartRateMonitor,
  EPS: IconHeartRateMonitor,
};

interface ThumbnailProps {
  /** Of the resource in DICOMweb that the picture stands for. */
  readonly address: string;
  readonly modality: string;
  /** Longer side in CSS pixels. */
  readonly size: number;
}

export const Thumbnail = ({ address, modality, size }: ThumbnailProps) => {
  const [failed, setFailed] = useState(false);
  const Icon = icons[modality] ?? IconPhotoOff;
  const pixels = size * 2;
  return (
    <span className={classes.thumbnail}>
      {failed ? (
        <Icon size={Math.round(size / 4)} stroke={1.2} className={classes.noPicture} aria-hidden />
      ) : (
        <img
          src={`${address}/thumbnail?viewport=${pixels},${pixels}`}
          alt=""
          loading="lazy"
          decoding="async"
          onError={() => setFailed(true)}
        />
      )}
    </span>
  );
};
