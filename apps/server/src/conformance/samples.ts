// Samples of what is made here, where the statement says that they are. PS3.2 A.8.1.1
import type { ObjectBuilder } from '@concord/conformance';
import { uidName, writePart10 } from '@concord/dicom';
import type { FastifyInstance } from 'fastify';
import type { Configuration } from '../settings/settings.ts';
import { HttpProblem, quote } from '../web/problem.ts';
import { madeClasses } from './made-classes.ts';

const folder = '/conformance/samples/';

/** `key-object-selection-document-storage.dcm` */
const fileOf = ({ variant, sopClasses: [uid = ''] }: ObjectBuilder): string =>
  `${(variant ?? uidName(uid) ?? uid)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')}.dcm`;

/** What makes objects under these settings, each with the address of its sample. */
export const buildersOf = (configuration: Configuration): readonly ObjectBuilder[] =>
  madeClasses(configuration).map(({ builder }) => ({
    ...builder,
    sample: `${configuration.publicUrl.replace(/\/$/, '')}${folder}${fileOf(builder)}`,
  }));

/** Registers the samples of what the statement lists. */
export function registerSamples(app: FastifyInstance, configuration: Configuration): void {
  app.get<{ Params: { file: string } }>(`${folder}:file`, async ({ params: { file } }, reply) => {
    const made = madeClasses(configuration).find(({ builder }) => fileOf(builder) === file);
    if (!made) throw new HttpProblem('not-found', `No object is made here that goes by ${quote(file)}.`);
    const { dataSet, transferSyntaxUid } = await made.sample();
    const bytes = writePart10({ dataSet, transferSyntaxUid });
    reply.header('content-disposition', `attachment; filename="${file}"`);
    return reply.type('application/dicom').send(Buffer.from(bytes));
  });
}
