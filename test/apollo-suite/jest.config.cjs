const { join } = require('node:path');

const ROOT = join(__dirname, '../..');

/** What Apollo's suite asks for is the product's own copy: schemas of two copies refuse each other. */
module.exports = {
  testMatch: ['<rootDir>/*.jest.cjs'],
  transform: { '\\.ts$': '<rootDir>/transform-typescript.cjs' },
  moduleNameMapper: {
    '^(graphql|@apollo/server)(/.*)?$': `${ROOT}/node_modules/$1$2`,
  },
};
