// The attributes of one instance: metadata over DICOMweb, with those bulk values that a picture needs. PS3.18 10.4.1.1.2.
import { type DataSet, DicomError, fromJson } from '@concord/dicom';
import { findDataSets, RequestError, request, servicePrefix } from '../api.ts';
import { isObject, type JsonObject, listOf, textOf } from '../json.ts';

export interface Header {
  /** As the server sent it, for the table of attributes. */
  readonly json: JsonObject;
  readonly dataSet: DataSet;
  /** In which it is stored; '' where the server does not say. */
  readonly transferSyntaxUid: string;
  /** It has pixels that can be asked for frame by frame. */
  readonly hasPixels: boolean;
}

const pixelTags = ['7FE00010', '7FE00008', '7FE00009'];
const availableTransferSyntax = '00083002';

/** LUT Data, palettes, Overlay Data, Spectroscopy Data: without them a picture would be another one, or none. */
const neededTag = /^(?:56000020|00283006|0028[12]2[0-2][1-4]|60[0-9A-F]{2}3000)$/iu;
const mostNeeded = 64;
const deepest = 16;

/** Addresses of bulk values that a picture needs, at any depth. */
const neededAddresses = (dataSet: JsonObject, depth = 0): readonly string[] =>
  Object.entries(dataSet).flatMap(([tag, attribute]) => {
    if (!isObject(attribute) || depth > deepest) return [];
    const address = textOf(attribute, 'BulkDataURI');
    if (address !== '') return neededTag.test(tag) ? [address] : [];
    return attribute.vr === 'SQ'
      ? listOf(attribute.Value)
          .filter(isObject)
          .flatMap((item) => neededAddresses(item, depth + 1))
      : [];
  });

/** The address on our own origin: behind a proxy the server may know itself by another name. Undefined outside DICOMweb. */
export const ownAddress = (address: string, page: string): string | undefined => {
  if (!URL.canParse(address, page)) return undefined;
  const { pathname, search } = new URL(address, page);
  return pathname.startsWith(`${servicePrefix()}/dicom-web/`) ? pathname + search : undefined;
};

const fetchBulk = async (json: JsonObject, signal: AbortSignal): Promise<ReadonlyMap<string, Uint8Array>> => {
  const addresses = [...new Set(neededAddresses(json))].slice(0, mostNeeded);
  const values = await Promise.all(
    addresses.map(async (address) => {
      const own = ownAddress(address, window.location.href);
      if (own === undefined) return undefined;
      const response = await request(own, { headers: { accept: 'application/octet-stream' }, signal });
      return [address, new Uint8Array(await response.arrayBuffer())] as const;
    }),
  );
  return new Map(values.filter((value) => value !== undefined));
};

const readDataSet = (json: JsonObject, bulk: ReadonlyMap<string, Uint8Array>): DataSet => {
  try {
    return fromJson(json, { bulkData: (address) => bulk.get(address) });
  } catch (error) {
    if (!(error instanceof DicomError)) throw error;
    throw new RequestError(200, `The attributes cannot be read: ${error.message}`, { cause: error });
  }
};

/** @throws RequestError */
export const loadHeader = async (instanceAddress: string, signal: AbortSignal): Promise<Header> => {
  const { dataSets } = await findDataSets(`${instanceAddress}/metadata`, signal);
  const [json] = dataSets;
  if (json === undefined) throw new RequestError(404, 'The archive has no attributes of this object.');
  const dataSet = readDataSet(json, await fetchBulk(json, signal));
  const [transferSyntaxUid] = listOf(
    isObject(json[availableTransferSyntax]) ? json[availableTransferSyntax].Value : [],
  );
  return {
    json,
    dataSet,
    transferSyntaxUid: typeof transferSyntaxUid === 'string' ? transferSyntaxUid : '',
    hasPixels: pixelTags.some((tag) => tag in json),
  };
};
