// One series of a study: its picture, what it is, and on request every image in it.
import { Group, Text, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { dicomwebAddress } from '../api.ts';
import { counted } from '../format/quantity.ts';
import { SendButton } from '../jobs/send-button.tsx';
import { ModalityBadge } from '../studies/modality-badges.tsx';
import { InstanceStrip } from './instance-strip.tsx';
import { prefetchStates } from './presentation-states.ts';
import classes from './study.module.css';
import { prefetchOpening, type Series } from './study-queries.ts';
import { Thumbnail } from './thumbnail.tsx';

const pictureSize = 132;

export const SeriesCard = ({ study, series }: { readonly study: string; readonly series: Series }) => {
  const [open, setOpen] = useState(false);
  const queries = useQueryClient();
  const expectOpening = () => {
    prefetchOpening(queries, study, series.uid);
    prefetchStates(queries, study);
  };
  const details = [series.bodyPart, series.protocol, series.equipment, [series.date, series.time].join(' ').trim()];
  return (
    <li className={classes.series}>
      <div className={classes.seriesHead}>
        <Thumbnail address={dicomwebAddress(study, series.uid)} modality={series.modality} size={pictureSize} />
        <div className={classes.seriesText}>
          <Group gap={8} wrap="nowrap">
            <ModalityBadge modality={series.modality || '?'} />
            <Text size="sm" className="quiet figures">
              {series.number === undefined ? 'Series' : `Series ${series.number}`}
            </Text>
            <SendButton
              small
              selection={{ studyInstanceUid: study, seriesInstanceUid: series.uid }}
              what={series.number === undefined ? 'this series' : `series ${series.number}`}
            />
          </Group>
          <Link
            to="/studies/$study/series/$series"
            params={{ study, series: series.uid }}
            className={classes.seriesLink}
            preload={false}
            onPointerEnter={expectOpening}
            onFocus={expectOpening}
          >
            {series.description || 'No description'}
          </Link>
          <Text size="sm" className="figures">
            {counted(series.instances, 'object')}
          </Text>
          <Text size="xs" className="quiet">
            {details.filter((detail) => detail !== '').join(' · ')}
          </Text>
        </div>
      </div>
      <UnstyledButton className={classes.stripButton} onClick={() => setOpen(!open)} aria-expanded={open}>
        {open ? <IconChevronUp size={15} /> : <IconChevronDown size={15} />}
        {open ? 'Hide images' : 'Show images'}
      </UnstyledButton>
      {open && <InstanceStrip study={study} series={series} />}
    </li>
  );
};
