// A program of its own for tests: an archive whose rules about age are applied again and again, by the clock of the process. Says what each round did.
import { join } from 'node:path';
import { openAlerts } from '../src/alerts/open-alerts.ts';
import { openArchive } from '../src/archive/open-archive.ts';
import { openSqlite } from '../src/database/sqlite.ts';
import { openFileSystemStore } from '../src/objects/file-system.ts';
import { createBelievedClock } from '../src/retention/believed-clock.ts';
import { openRetention } from '../src/retention/open-retention.ts';
import { ctSlice, encoded, explicitVrLittleEndian, inPieces } from './data-sets.ts';

const nothing = () => undefined;
const log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
const [, , folder = ''] = process.argv;
const now = () => new Date();
const database = await openSqlite(join(folder, 'index.sqlite'));
const objects = { folder: join(folder, 'objects'), reserve: 0, journal: 0 };
const store = await openFileSystemStore({ ...objects, flushIndex: database.flush, failed: nothing });
const archive = await openArchive({
  ...{ database, store, now, log, system: 'TEST', duplicates: 'keep', coercionWarning: 'off' },
  implementation: { classUid: '1.2.3.4', versionName: 'TEST' },
  coercion: { incomingDefaults: [], incomingNames: 'as sent', incomingSex: 'as sent' },
  patientConflicts: 'quarantine',
});
const alerts = openAlerts({ database, log, now });
const retention = await openRetention({
  ...{ database, archive, now, log },
  settings: {
    retention: [{ name: 'old', olderThan: 30, by: 'reception' }],
    ...{ purgeAfter: 30, quota: 0, quotaPolicy: 'refuse', temporaryTime: 24 },
  },
  believedNow: createBelievedClock({ database, alerts, now, log }),
  everyMs: 3_600_000,
});
/** Two studies: one is there, one was rejected. */
if ((await archive.statistics()).studies === 0)
  for (const study of ['1.2.1', '1.2.2']) {
    const dataSet = ctSlice({
      StudyInstanceUID: study,
      SeriesInstanceUID: `${study}.1`,
      SOPInstanceUID: `${study}.1.1`,
    });
    const transferSyntaxUid = explicitVrLittleEndian;
    await archive.receive({ dataSet: inPieces(encoded(dataSet), 4096), transferSyntaxUid, origin: { via: 'import' } });
    if (study === '1.2.2') await archive.reject({ studyInstanceUid: study }, { by: 'vet', reason: '' });
    await database.batch([{ text: ['update study set is_open = 0'], values: [] }]);
  }
let busy: Promise<unknown> = Promise.resolve();
/** A line asks for a round; `acknowledge` first says that the clock is right. */
process.stdin.on('data', (text) => {
  busy = busy.then(async () => {
    if (String(text).includes('acknowledge'))
      for (const { alertId } of await alerts.list()) await alerts.acknowledge(alertId, 'vet');
    const { rejected, purged } = await retention.round();
    const { studies } = await archive.statistics();
    process.stdout.write(`${JSON.stringify({ year: now().getUTCFullYear(), rejected, purged, studies })}\n`);
  });
});
process.stdin.on('end', async () => {
  await busy;
  await retention.close();
  await alerts.close();
  await store.close();
  await database.close();
});
process.stdout.write('ready\n');
