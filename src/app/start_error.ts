/** A start that failed for a reason the user can do something about; its message is the sentence to show. */
export class StartError extends Error {
  /** Its name, as logs and tests tell it from faults of our own. */
  override readonly name = "StartError";
}
