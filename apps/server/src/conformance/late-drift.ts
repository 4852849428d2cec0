// Drift is looked for once the statement is known: it is made in a moment of rest, as it takes time that clients would wait. PS3.2 6
import type { DataSet } from '@concord/dicom';
import type { Log } from '@concord/network';
import { type ContentCheck, createDriftWatch, type DriftWatch } from './drift.ts';
import type { Stated } from './stated-behaviour.ts';

/** Associations that wait for the statement; of more the oldest go unseen. */
const mostWaiting = 200;
/** Objects that wait: each holds its pixels. */
const mostObjects = 10;

export interface LateDriftParts {
  /** What the statement says of what runs. */
  readonly stated: () => Promise<Stated>;
  /** What compares objects with it; asked for with the first that is made. */
  readonly contents: () => Promise<ContentCheck>;
  /** Resolves when nobody waits for anything; rejects when the server stops. */
  readonly rest: Promise<void>;
  readonly log: Log;
  /** As DriftParts has it. */
  readonly margin: number;
}

/** Keeps the newest. */
function keepNewest<T>(list: T[], one: T, most: number): void {
  list.push(one);
  if (list.length > most) list.shift();
}

export interface LateDriftWatch extends Pick<DriftWatch, 'see' | 'made'> {
  /** As DriftWatch has it; waits for the statement. */
  list(): Promise<ReturnType<DriftWatch['list']>>;
}

/** The statement is asked for at rest, or once somebody asks what was seen, or an object was made. */
export function lateDriftWatch({ stated, contents, rest, log, margin }: LateDriftParts): LateDriftWatch {
  const records: Parameters<DriftWatch['see']>[0][] = [];
  const objects: { readonly object: DataSet; readonly source: DataSet | undefined }[] = [];
  let watch: DriftWatch | undefined;
  let check: ContentCheck | undefined;
  let loading: Promise<void> | undefined;
  let showing: Promise<void> | undefined;
  const checked: ContentCheck = (...known) => check?.(...known) ?? [];
  const load = async (): Promise<void> => {
    try {
      const loaded = createDriftWatch({ stated: await stated(), contents: checked, log, margin });
      for (const record of records.splice(0)) loaded.see(record);
      watch = loaded;
    } catch (error) {
      loading = undefined;
      log.error({ err: error }, 'associations cannot be compared with the statement');
    }
  };
  const begin = (): Promise<void> => {
    loading ??= load();
    return loading;
  };
  rest.then(begin, () => undefined);
  const showObjects = async (): Promise<void> => {
    try {
      check ??= await contents();
      await begin();
      for (const { object, source } of objects.splice(0)) watch?.made(object, source);
    } catch (error) {
      log.error({ err: error }, 'objects cannot be compared with the statement');
    }
  };
  return {
    see(record) {
      if (watch) watch.see(record);
      else keepNewest(records, record, mostWaiting);
    },
    made(object, source) {
      keepNewest(objects, { object, source }, mostObjects);
      showing = showObjects();
    },
    async list() {
      await begin();
      await showing;
      return watch?.list() ?? [];
    },
  };
}
