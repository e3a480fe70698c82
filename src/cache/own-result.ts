/**
 * What a computation made, for the caller who began it: that one need not read its own text back. It is held from when it was made until it is
 * taken, once: a computation that the cache runs again later leaves nothing here, because what is kept is bytes and not objects.
 */
export class OwnResult<Value> {
  #made: { readonly value: Value } | null = null;
  #isTaken = false;

  made(value: Value): void {
    if (!this.#isTaken) this.#made = { value };
  }

  /** Null if another one's computation, or the store, had the answer. */
  take(): { readonly value: Value } | null {
    const made = this.#made;
    this.#made = null;
    this.#isTaken = true;
    return made;
  }
}
