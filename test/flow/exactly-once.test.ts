import { EMBEDDED } from '../support/backend.ts';
import { exactlyOnceSuite } from './exactly-once-suite.ts';

exactlyOnceSuite(EMBEDDED);
