// What a browser is allowed to do with our answers. Content Security Policy level 3, Fetch (CORP), HTML (COOP).

/** For pages: only our own scripts; WebAssembly for the codecs; styles inline, because Mantine writes its variables so. */
export const pagePolicy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** For the OHIF viewer: as our own pages, but it also reads what it keeps in blobs. */
export const ohifPolicy = pagePolicy.replace("connect-src 'self'", "connect-src 'self' blob: data:");

/** For its workers, which decode: their codecs make functions of strings. A worker's policy is that of its script. */
export const ohifWorkerPolicy = ohifPolicy.replace("'wasm-unsafe-eval'", "'wasm-unsafe-eval' 'unsafe-eval'");

/** For everything else, stored documents above all: nothing in it may run. */
export const dataPolicy = "default-src 'none'; frame-ancestors 'none'; sandbox";

/** Sent with every answer. The referrer is left out because addresses hold study UIDs. */
export const securityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': dataPolicy,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};
