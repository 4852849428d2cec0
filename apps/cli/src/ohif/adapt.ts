// Files of OHIF's published build as they are served under /ohif beside a server: addresses moved, what is not needed left out.

/** Where the server serves it. */
export const basePath = '/ohif/';

/** The data source is the server that serves the page, so that nothing has to be configured. */
const configuration = `window.config = ${JSON.stringify(
  {
    routerBasename: '/ohif',
    extensions: [],
    modes: [],
    customizationService: {},
    showStudyList: true,
    showWarningMessageForCrossOrigin: true,
    showLoadingIndicator: true,
    strictZSpacingForVolumeViewport: true,
    groupEnabledModesFirst: true,
    maxNumRequests: { interaction: 100, thumbnail: 75, prefetch: 25 },
    investigationalUseDialog: { option: 'always' },
    defaultDataSourceName: 'concord',
    dataSources: [
      {
        namespace: '@ohif/extension-default.dataSourcesModule.dicomweb',
        sourceName: 'concord',
        configuration: {
          friendlyName: 'Concord',
          name: 'concord',
          wadoUriRoot: '/wado',
          qidoRoot: '/dicom-web',
          wadoRoot: '/dicom-web',
          qidoSupportsIncludeField: true,
          imageRendering: 'wadors',
          thumbnailRendering: 'wadors',
          enableStudyLazyLoad: true,
          supportsFuzzyMatching: true,
          supportsWildcard: true,
          singlepart: 'bulkdata,video,pdf',
          bulkDataURI: { enabled: true },
        },
      },
    ],
  },
  undefined,
  2,
)};\n`;

/** Maps for debuggers, a service worker that loads code from elsewhere, files for other web servers. */
const leftOut = /\.map$|^(?:sw|init-service-worker|google|app-config)\.js$|^(?:_headers|_redirects|serve\.json)$/u;

/** A file of the build with its new content; several where inline scripts become files; none where it is left out. */
export function adapted(path: string, bytes: Uint8Array): readonly (readonly [path: string, bytes: Uint8Array])[] {
  if (leftOut.test(path)) return [];
  if (path === 'index.html') return page(Buffer.from(bytes).toString('utf8'));
  if (path.endsWith('.css')) return [[path, replaced(bytes, 'url(/', `url(${basePath}`)]];
  if (!path.includes('/') && path.endsWith('.js')) {
    return [[path, replaced(bytes, '__webpack_require__.p = "/"', `__webpack_require__.p = "${basePath}"`)]];
  }
  return [[path, bytes]];
}

/** What is in no build: the configuration. */
export const addedFiles: readonly (readonly [path: string, bytes: Uint8Array])[] = [
  ['app-config.js', Buffer.from(configuration)],
];

const replaced = (bytes: Uint8Array, from: string, to: string): Uint8Array =>
  Buffer.from(bytes).includes(from) ? Buffer.from(Buffer.from(bytes).toString('utf8').replaceAll(from, to)) : bytes;

/** Inline scripts become files, so that the page needs no exception from "scripts of our own server only". */
function page(html: string): readonly (readonly [string, Uint8Array])[] {
  const scripts: (readonly [string, Uint8Array])[] = [];
  const text = html
    .replace(/<script[^>]*init-service-worker\.js"[^>]*><\/script>/gu, '')
    .replace(/<script>([^<]+)<\/script>/gu, (_, script: string) => {
      const path = `inline-${scripts.length + 1}.js`;
      scripts.push([path, Buffer.from(script.replaceAll('PUBLIC_URL="/"', `PUBLIC_URL="${basePath}"`))]);
      return `<script src="/${path}"></script>`;
    })
    .replace(/(src|href|content)="\/(?!\/)/gu, `$1="${basePath}`);
  return [['index.html', Buffer.from(text)], ...scripts];
}
