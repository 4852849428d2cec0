// WADO-URI `anonymize`: the instance without identity, or a refusal where that cannot be promised. PS3.18 9.4.1.2, PS3.15 E.1.
import type { StoredInstance } from '../archive/archive.ts';
import { HttpProblem } from '../web/problem.ts';
import { isDocument } from './document-makings.ts';
import type { DicomwebParts } from './parts.ts';
import { invalid, type Query, single } from './query.ts';
import { isVideo } from './rendered-video.ts';

/** What would put identity back into the answer, or could not be seen through. */
const excluded = ['annotation', 'imageAnnotation', 'presentationUID', 'presentationSeriesUID'];

/**
 * The instance as it is to be answered with: without identity where the query asks for that.
 * @throws HttpProblem invalid-parameter, not-acceptable (identity may stand in what is not looked at here)
 */
export const anonymousWhereAsked = async (
  query: Query,
  instance: StoredInstance,
  { archive, anonymous }: DicomwebParts,
): Promise<StoredInstance> => {
  const asked = single(query, 'anonymize');
  if (asked === undefined) return instance;
  if (asked !== 'yes') throw invalid('anonymize', 'is yes or left out');
  if (anonymous === undefined) throw invalid('anonymize', 'is not possible here');
  const contradiction = excluded.find((name) => query.has(name));
  if (contradiction !== undefined) throw invalid(contradiction, 'and anonymize exclude each other');
  const why = isDocument(instance)
    ? 'a document'
    : isVideo(instance)
      ? 'a video'
      : await shownIdentity(instance, archive);
  if (why === undefined) return anonymous(instance);
  throw new HttpProblem('not-acceptable', `Identity cannot be taken out of ${why}.`);
};

/** Pixels are not read: an image that says there is text in them is not given out. PS3.3 C.7.6.1.1.7. */
const shownIdentity = async (instance: StoredInstance, archive: DicomwebParts['archive']) => {
  const header = await archive.header(instance);
  if (header.string('BurnedInAnnotation') === 'YES') return 'an image with text burned into its pixels';
  if (header.string('RecognizableVisualFeatures') === 'YES') return 'an image that shows a face';
  return undefined;
};
