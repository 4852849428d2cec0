// The modalities of a study, each as a small plate.
import { Group } from '@mantine/core';
import classes from './studies.module.css';

export const ModalityBadge = ({ modality }: { readonly modality: string }) => (
  <span className={classes.modality}>{modality}</span>
);

export const ModalityBadges = ({ modalities }: { readonly modalities: readonly string[] }) => (
  <Group gap={4}>
    {modalities.map((modality) => (
      <ModalityBadge key={modality} modality={modality} />
    ))}
  </Group>
);
