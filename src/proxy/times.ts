/** Times of the proxy's own, in ms; those of transactions are in `transaction/timers.ts`. */
export const TIMES = {
  /** Timer C (RFC 3261 §16.6 step 11), RULES V3. */
  timerC: 600_000,
  /** A target that has sent nothing for so long is given up while another is left (RULES N4). */
  silence: 4_000,
  /** A dead server is skipped for so long (RULES N4). */
  dead: 60_000,
  /** The same trouble of a server is said again after so long: when it had answered in between, and when it had not. */
  saidAgain: 600_000,
  stillDown: 3_600_000,
  /** One that has lasted so long is said however short ago another one was. */
  outageLasts: 60_000,
  /** How long the end of a dialog is remembered (RULES X2), and a challenged request's server (RULES N3). */
  memory: 32_000,
  /** A 2xx waits for our outside address so long: a little less than its transaction lives (RFC 6026 timer M). */
  heldBack: 30_000,
  /** A BYE to the outside waits for our address there so long; after that its call is over for the other side too. */
  owedBye: 3_600_000,
  /** A binding lives so much longer than stored (DESIGN §5, RULES C2). */
  bindingGrace: 60_000,
  /** How often the names of configured providers are looked up. */
  providers: 300_000,
  /** The same after one could not be found. */
  providersAgain: 30_000,
  /** The names of a dialog's far end are not looked up again for so long: about as long as a failure is remembered. */
  farEndNames: 5_000,
  /** From so long on a side that was never heard, or an answer without its ACK, is a fault and no short call. */
  silentSide: 5_000,
  /** A call without ports of ours and without a word for so long is over. */
  quiet: 86_400_000,
  /** A source that a call or registration has worked with is known for so long. */
  earned: 3_600_000,
  /** A source that was refused its share is named in the log so often. */
  warned: 3_600_000,
  /** Life of a subscription's dialog when nobody says another. */
  subscription: 3_600_000,
  /** The longest grant of a registration or subscription that is kept (RULES V7): who wants it longer comes back. */
  longestGrant: 86_400_000,
} as const;
