import { EMBEDDED } from '../support/backend.ts';
import { sixthKindSuite } from './sixth-kind-suite.ts';

sixthKindSuite(EMBEDDED);
