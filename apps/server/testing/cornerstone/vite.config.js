// The loader's workers and codecs become files of their own.
export default {
  base: './',
  worker: { format: 'es' },
  build: { assetsInlineLimit: 0, minify: false, reportCompressedSize: false },
};
