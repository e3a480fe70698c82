import { CLICKHOUSE_SERVER, EMBEDDED } from '../support/backend.ts';
import { doorsSuite } from './doors-suite.ts';

doorsSuite(EMBEDDED);
doorsSuite(CLICKHOUSE_SERVER);
