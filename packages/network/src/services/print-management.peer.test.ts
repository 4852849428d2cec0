// Print Management with DCMTK on the other side: its spooler prints at our SCP, we print at its printer.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { DataSet } from '@concord/dicom';
import { testAcceptor } from '../../testing/acceptor.ts';
import { ctSlice } from '../../testing/instances.ts';
import { freePort, run, start, temporaryFolder } from '../../testing/programs.ts';
import {
  type BoundService,
  bind,
  connect,
  createFilmBox,
  createFilmSession,
  deleteFilmSession,
  getPrinter,
  printFilmBox,
  printManagement,
  printSopClasses,
  setImageBox,
} from '../index.ts';

/** DCMTK's settings: our SCP as a remote printer, its own as a local one. */
function writeSettings(folder: string, ours: number, theirs: number): string {
  for (const name of ['spool', 'database', 'lut']) mkdirSync(join(folder, name));
  const printer = (section: string, aeTitle: string, port: number, type: string) =>
    [
      `[${section}]`,
      `Aetitle = ${aeTitle}`,
      'Hostname = 127.0.0.1',
      `Port = ${port}`,
      'Description = test',
      `Type = ${type}`,
      'MaxPDU = 32768',
      'SupportsPresentationLUT = false',
      'SupportsTrim = true',
      'DisplayFormat=1,1',
      'FilmSizeID = 14INX17IN',
      'FilmDestination = MAGAZINE',
      'MagnificationType = NONE',
      'MediumType = BLUE FILM',
      'ResolutionID = STANDARD',
      'BorderDensity = BLACK',
      'MaxDensity = 320',
      'MinDensity = 20',
      'SmoothingType = 1',
    ].join('\n');
  const settings = `[[GENERAL]]\n[PRINT]\nSpooler = dcmprscu\nServer = dcmprscp\nDirectory = ${folder}/spool\nDeletePrintJobs = false\n[DATABASE]\nDirectory = ${folder}/database\n[LUT]\nDirectory = ${folder}/lut\n[NETWORK]\naetitle = SPOOLER\n[[COMMUNICATION]]\n`;
  const file = join(folder, 'dcmpstat.cfg');
  writeFileSync(
    file,
    `${settings}${printer('OURS', 'CONCORD', ours, 'PRINTER')}\n${printer('THEIRS', 'THEIRS', theirs, 'LOCALPRINTER')}\n`,
  );
  return file;
}

interface Printed {
  readonly done: string[];
  /** Pixel bytes of the images that came. */
  pixels: number;
}

/** A printer of one film box with one image box. */
function memoryPrinter(printed: Printed): BoundService {
  const names: Readonly<Record<string, string>> = Object.fromEntries(
    Object.entries(printSopClasses).map(([name, uid]) => [uid, name]),
  );
  const answer = new DataSet();
  const imageBox = new DataSet();
  imageBox.set('ReferencedSOPClassUID', printSopClasses.grayscaleImageBox);
  imageBox.set('ReferencedSOPInstanceUID', '1.2.3.3');
  answer.set('ReferencedImageBoxSequence', [imageBox]);
  const status = new DataSet();
  status.set('PrinterStatus', 'NORMAL');
  const note = (operation: string, sopClassUid: string): void => {
    printed.done.push(`${operation} ${names[sopClassUid]}`);
  };
  return bind(printManagement, {
    'N-CREATE': async ({ sopClassUid, sopInstanceUid }) => {
      note('create', sopClassUid);
      const film = sopClassUid === printSopClasses.filmBox;
      return {
        code: 0x0000,
        sopInstanceUid: sopInstanceUid ?? (film ? '1.2.3.2' : '1.2.3.1'),
        ...(film && { dataSet: answer }),
      };
    },
    'N-SET': async ({ sopClassUid, dataSet }) => {
      note('set', sopClassUid);
      printed.pixels += dataSet?.items('BasicGrayscaleImageSequence')[0]?.bytes('PixelData')?.length ?? 0;
      return { code: 0x0000 };
    },
    'N-GET': async ({ sopClassUid }) => {
      note('get', sopClassUid);
      return { code: 0x0000, dataSet: status };
    },
    'N-ACTION': async ({ sopClassUid }) => {
      note('print', sopClassUid);
      return { code: 0x0000 };
    },
    'N-DELETE': async ({ sopClassUid }) => {
      note('delete', sopClassUid);
      return { code: 0x0000 };
    },
  });
}

test('dcmprscu prints a film at our SCP', async () => {
  using folder = temporaryFolder();
  const printed: Printed = { done: [], pixels: 0 };
  await using acceptor = await testAcceptor([memoryPrinter(printed)]);
  const settings = writeSettings(folder.path, acceptor.port, await freePort());
  const image = join(folder.path, 'image.dcm');
  writeFileSync(image, ctSlice(1, { size: 64 }).part10);
  const prepared = await run('dcmpsprt', ['-c', settings, '-p', 'OURS', '--layout', '1', '1', image], folder.path);
  assert.equal(prepared.code, 0, prepared.output);
  const job = readdirSync(join(folder.path, 'database')).find((name) => name.startsWith('SP_')) ?? '';
  const { code, output } = await run(
    'dcmprscu',
    ['-v', '-c', settings, '-p', 'OURS', join(folder.path, 'database', job)],
    folder.path,
  );
  assert.equal(code, 0, output);
  assert.deepEqual(
    printed.done.filter((step) => !step.startsWith('get')),
    [
      'create filmSession',
      'create filmBox',
      'set grayscaleImageBox',
      'print filmBox',
      'delete filmBox',
      'delete filmSession',
    ],
    output,
  );
  assert.ok(printed.pixels >= 64 * 64, `${printed.pixels} bytes of pixels`);
});

test('we print a film at dcmprscp', async () => {
  using folder = temporaryFolder();
  const port = await freePort();
  const settings = writeSettings(folder.path, await freePort(), port);
  const server = await start('dcmprscp', ['-c', settings, '-p', 'THEIRS'], port, folder.path);
  try {
    await using association = await connect(
      { host: '127.0.0.1', port, calledAeTitle: 'THEIRS', callingAeTitle: 'CONCORD' },
      [{ abstractSyntax: printSopClasses.grayscaleMeta, transferSyntaxes: ['1.2.840.10008.1.2'] }],
    );
    const mode = 'grayscale' as const;
    const status = await getPrinter({ association, mode });
    assert.equal(status.dataSet?.string('PrinterStatus'), 'NORMAL');
    const session = await createFilmSession({ association, mode });
    assert.equal(session.code, 0);
    const reference = new DataSet();
    reference.set('ReferencedSOPClassUID', printSopClasses.filmSession);
    reference.set('ReferencedSOPInstanceUID', session.sopInstanceUid ?? '');
    const film = new DataSet();
    film.set('ImageDisplayFormat', 'STANDARD\\1,1');
    film.set('ReferencedFilmSessionSequence', [reference]);
    const box = await createFilmBox({ association, mode, dataSet: film });
    assert.equal(box.code, 0, box.comment);
    const imageBox = box.dataSet?.items('ReferencedImageBoxSequence')[0]?.string('ReferencedSOPInstanceUID') ?? '';
    const image = new DataSet();
    for (const [keyword, value] of Object.entries({
      SamplesPerPixel: 1,
      PhotometricInterpretation: 'MONOCHROME2',
      Rows: 64,
      Columns: 64,
      BitsAllocated: 8,
      BitsStored: 8,
      HighBit: 7,
      PixelRepresentation: 0,
      PixelData: new Uint8Array(64 * 64),
    }))
      image.set(keyword, value);
    const content = new DataSet();
    content.set('ImageBoxPosition', 1);
    content.set('BasicGrayscaleImageSequence', [image]);
    const set = await setImageBox({ association, mode, sopInstanceUid: imageBox, dataSet: content });
    assert.equal(set.code, 0, set.comment);
    assert.equal((await printFilmBox({ association, mode, sopInstanceUid: box.sopInstanceUid ?? '' })).code, 0);
    assert.equal(
      (await deleteFilmSession({ association, mode, sopInstanceUid: session.sopInstanceUid ?? '' })).code,
      0,
    );
    await association.release();
  } finally {
    await server.stop();
  }
});
