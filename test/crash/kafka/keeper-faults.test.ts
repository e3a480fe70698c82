import { kafkaFaultsSuite } from './kafka-faults-suite.ts';

kafkaFaultsSuite({ keeper: true });
