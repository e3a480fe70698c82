const { transformSync } = require('esbuild');

/** Jest runs CommonJS, so the product's modules become that on the way. */
module.exports = {
  process: (source, file) =>
    transformSync(source, { loader: 'ts', format: 'cjs', target: 'node20', sourcefile: file, sourcemap: 'inline' }),
};
