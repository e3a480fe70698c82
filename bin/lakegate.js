#!/usr/bin/env node
// The one door for every command. The sources are TypeScript; tsx lets Node 20 to 24 run them as they are.
import { register } from 'tsx/esm/api';

register();
await import('../src/main.ts');
