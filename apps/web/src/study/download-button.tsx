// Downloads a study, shows how far it is, and stops when pressed again.
import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDownload, IconX } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { dicomwebAddress, findDataSets } from '../api.ts';
import { textAt } from '../dicom-json.ts';
import type { Study } from '../studies/study.ts';
import { downloadStudy, pathInZip, type Wanted } from './download-study.ts';

/** Every object of the study with its place, series by series. */
const listObjects = async (study: string, signal: AbortSignal): Promise<readonly Wanted[]> => {
  const { dataSets } = await findDataSets(`${dicomwebAddress(study)}/instances`, signal);
  const inSeries = new Map<string, number>();
  return dataSets.map((dataSet) => {
    const series = textAt(dataSet, 'SeriesInstanceUID');
    const place = (inSeries.get(series) ?? 0) + 1;
    inSeries.set(series, place);
    const path = pathInZip([...inSeries.keys()].indexOf(series) + 1, place);
    return { study, series, instance: textAt(dataSet, 'SOPInstanceUID'), path };
  });
};

const save = (content: Blob, name: string) => {
  const address = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(address), 60_000);
};

const fail = (error: unknown) =>
  notifications.show({
    color: 'red',
    title: 'The study was not downloaded',
    message: error instanceof Error ? error.message : String(error),
    autoClose: 12_000,
  });

const useDownload = (study: string) => {
  const [progress, setProgress] = useState<{ done: number; total: number }>();
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);
  const start = async () => {
    const stop = new AbortController();
    running.current = stop;
    try {
      setProgress({ done: 0, total: 0 });
      const wanted = await listObjects(study, stop.signal);
      const onProgress = (done: number) => setProgress({ done, total: wanted.length });
      const content = await downloadStudy(wanted, { signal: stop.signal, onProgress });
      save(content, `study-${study.replaceAll(/[^\d.]/gu, '')}.zip`);
    } catch (error) {
      if (!stop.signal.aborted) fail(error);
    } finally {
      setProgress(undefined);
    }
  };
  return { progress, start, stop: () => running.current?.abort() };
};

export const DownloadButton = ({ study }: { readonly study: Study }) => {
  const { progress, start, stop } = useDownload(study.uid);
  return progress ? (
    <Button variant="default" leftSection={<IconX size={16} />} onClick={stop} className="figures">
      Cancel download {progress.total > 0 && `(${progress.done} of ${progress.total})`}
    </Button>
  ) : (
    <Button variant="default" leftSection={<IconDownload size={16} />} onClick={() => void start()}>
      Download
    </Button>
  );
};
