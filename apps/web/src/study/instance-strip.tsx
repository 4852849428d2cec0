// Every image of a series in a row; each opens the viewer at its place.
import { Checkbox, Loader, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { dicomwebAddress, servicePrefix } from '../api.ts';
import { counted } from '../format/quantity.ts';
import { useChosenImages } from '../key-objects/chosen-images.tsx';
import keyClasses from '../key-objects/key-objects.module.css';
import classes from './study.module.css';
import { type Instance, type Series, useInstances } from './study-queries.ts';
import { Thumbnail } from './thumbnail.tsx';

/** More pictures than this make the page heavy; the viewer has them all. */
const mostShown = 300;
const pictureSize = 84;

/** Chooses an image for a selection of key images; those of open media are only looked at. */
const Choose = ({ instance }: { readonly instance: Instance }) => {
  const { chosen, toggle } = useChosenImages();
  if (servicePrefix() !== '') return null;
  return (
    <Checkbox
      className={keyClasses.choose}
      size="xs"
      aria-label={`Choose image ${instance.number ?? ''}`.trim()}
      checked={chosen.includes(instance.uid)}
      onChange={() => toggle(instance.uid)}
    />
  );
};

/** Where each instance begins in the stack of the viewer, which counts frames; from 1. */
const starts = (instances: readonly Instance[]): readonly number[] => {
  const places: number[] = [];
  let next = 1;
  for (const { frames } of instances) {
    places.push(next);
    next += frames;
  }
  return places;
};

export const InstanceStrip = ({ study, series }: { readonly study: string; readonly series: Series }) => {
  const { data: instances, error } = useInstances(study, series.uid);
  if (error) return <Text size="sm">{error.message}</Text>;
  if (!instances) return <Loader size="sm" m="sm" aria-label="Loading the images" />;
  const places = starts(instances);
  return (
    <>
      <ul className={classes.strip}>
        {instances.slice(0, mostShown).map((instance, index) => (
          <li key={instance.uid} className={classes.place}>
            <Choose instance={instance} />
            <Link
              to="/studies/$study/series/$series"
              params={{ study, series: series.uid }}
              search={places[index] === 1 ? {} : { image: places[index] ?? 1 }}
              className={classes.instance}
              preload={false}
            >
              <Thumbnail
                address={dicomwebAddress(study, series.uid, instance.uid)}
                modality={series.modality}
                size={pictureSize}
              />
              <span className="figures">
                {instance.number ?? '–'}
                {instance.frames > 1 && ` · ${counted(instance.frames, 'frame')}`}
              </span>
            </Link>
          </li>
        ))}
      </ul>
      {instances.length > mostShown && (
        <Text size="xs" className="quiet" mt={6}>
          The first {mostShown} of {counted(instances.length, 'object')}; open the series to see all.
        </Text>
      )}
    </>
  );
};
