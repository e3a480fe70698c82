import { EMBEDDED } from '../support/backend.ts';
import { jobsWroteSuite } from './jobs-wrote-suite.ts';

jobsWroteSuite(EMBEDDED);
