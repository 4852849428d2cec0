// A web server over a real, empty archive, for tests that store and retrieve.
import type { TestContext } from 'node:test';
import { createImagingPool } from '@concord/imaging/node';
import type { WebServerParts } from '../src/web/web-server.ts';
import { openRealArchive } from './real-archive.ts';
import { startWeb, webParts } from './web.ts';

export const startDicomweb = async (t: TestContext, overrides: Partial<WebServerParts> = {}) => {
  const imaging = overrides.imaging ?? createImagingPool({ threads: 1 });
  const { archive } = await openRealArchive(t);
  const { parts, log } = webParts({ archive, imaging, ...overrides });
  const web = await startWeb(t, parts);
  if (overrides.imaging === undefined) t.after(() => imaging.close());
  return { ...web, archive, log, service: `${web.url}/dicom-web` };
};
