// The `concord` command and its sub-commands.
import { Command } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { alerts } from './alerts.ts';
import { backup } from './backup.ts';
import { conformance } from './conformance.ts';
import { convert } from './convert.ts';
import { deidentify } from './deidentify.ts';
import { dump } from './dump.ts';
import { echo } from './echo.ts';
import { examTypes } from './exam-types.ts';
import { find } from './find.ts';
import { frames } from './frames.ts';
import { get } from './get.ts';
import { jobs } from './jobs.ts';
import { json } from './json.ts';
import { keyObjects } from './key-objects.ts';
import { media } from './media.ts';
import { modify } from './modify.ts';
import { move } from './move.ts';
import { ohif } from './ohif.ts';
import { password } from './password.ts';
import { patients } from './patients.ts';
import { peers } from './peers.ts';
import { push } from './push.ts';
import { query } from './query.ts';
import { reindex } from './reindex.ts';
import { render } from './render.ts';
import { restore } from './restore.ts';
import { retrieve } from './retrieve.ts';
import { rules } from './rules.ts';
import { serve } from './serve.ts';
import { storage } from './storage.ts';
import { store } from './store.ts';
import type { Surroundings } from './surroundings.ts';
import { transcode } from './transcode.ts';
import { transfers } from './transfers.ts';
import { validate } from './validate.ts';
import { validateAssociation } from './validate-association.ts';
import { verify } from './verify.ts';
import { worklist } from './worklist.ts';

/** Every command, bound to what it may touch. Parsing throws a CommanderError instead of ending the process. */
export function createProgram(surroundings: Surroundings): Command {
  const program = new Command('concord')
    .description('DICOM from the command line: server, sign of life, sending, finding, getting, looking')
    .version(manifest.version)
    .addHelpText('after', '\nExit codes: 0 all went well, 1 something failed, 2 wrong use.')
    .showHelpAfterError('(--help tells how it is used)');
  for (const make of [
    serve,
    echo,
    store,
    find,
    get,
    move,
    dump,
    validate,
    convert,
    transcode,
    render,
    frames,
    modify,
    json,
    deidentify,
    password,
    push,
    alerts,
    examTypes,
    jobs,
    rules,
    transfers,
    query,
    retrieve,
    patients,
    keyObjects,
    worklist,
    storage,
    peers,
    conformance,
    validateAssociation,
    verify,
    backup,
    restore,
    reindex,
    media,
    ohif,
  ])
    program.addCommand(make(surroundings));
  for (const command of [program, ...program.commands.flatMap((each) => [each, ...each.commands])])
    command.exitOverride().configureOutput({
      writeOut: (text) => surroundings.print(text.trimEnd()),
      writeErr: (text) => surroundings.note(text.trimEnd()),
    });
  return program;
}
