import { expect, test } from 'vitest';
import { awaitWarehouse } from '../../src/warehouse/await-warehouse.ts';
import { StateHolder } from '../../src/warehouse/state-holder.ts';
import type { WarehouseState } from '../../src/warehouse/warehouse.ts';

function warehouse() {
  const held = new StateHolder<WarehouseState>({ state: 'starting' });
  return { state: () => held.now, onState: held.listen.bind(held), set: held.set.bind(held) };
}

test('a start goes on when the warehouse is up, also where its first process ended before', async () => {
  const coming = warehouse();
  const up = awaitWarehouse(coming);
  coming.set({ state: 'down', reason: 'the engine process ended (SIGKILL)', sinceMs: 0 });
  coming.set({ state: 'up', generation: 1 });
  await up;
  await awaitWarehouse(coming);
});

test('at the deadline it says for what it waited for how long, and what is known of it', async () => {
  const never = warehouse();
  await expect(awaitWarehouse(never, { deadlineMs: 20 })).rejects.toMatchObject({
    code: 'WAREHOUSE_DOWN',
    message: 'expected the warehouse to come up within 0.02 s, but it is still starting',
  });
  never.set({ state: 'down', reason: 'the server cannot be reached (TypeError)', sinceMs: 0 });
  await expect(awaitWarehouse(never, { deadlineMs: 20 })).rejects.toThrow('the server cannot be reached (TypeError)');
});

test('and not until then where the start itself is given up', async () => {
  const given = warehouse();
  const up = awaitWarehouse(given);
  given.set({ state: 'closed' });
  await expect(up).rejects.toThrow('it was told to stop');
});
