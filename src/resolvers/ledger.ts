export interface LedgerServices {
  readonly ledgerComesHere?: never;
}
export function ledgerResolver(..._args: readonly unknown[]) {
  return async () => null;
}
