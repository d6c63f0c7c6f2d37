/** What `sipmasq --help` prints. */
export const HELP = `sipmasq: makes the SIP phones behind this router work.
It masquerades registrations and calls between the phones' network (inside)
and the provider's (outside), and relays their audio.

Usage: sipmasq [COMMAND] [--config FILE] [--log-level LEVEL]

  run        start and stay in the foreground; the default
  check      read the configuration, say all that is wrong with it, or print it
             with every default, the networks found and the calls it allows
  selftest   register a phone, call through sipmasq with audio, and crash it in
             calls, on this machine alone; it may run beside another sipmasq
  version    print the version

  --config FILE      without it /etc/sipmasq/config.toml is read if it exists;
                     an empty or missing configuration works
  --log-level LEVEL  error, warn, info or debug, whatever the configuration says

First steps:
  sipmasq selftest       does it work on this machine?
  sipmasq check          which networks would it serve?
  sipmasq                start it; the first lines name addresses and ports
  Then set this router's inside address as the outbound proxy of each phone
  and leave the provider's name as its registrar.

Signals: TERM or INT end in order, a second one at once; HUP reads the
configuration again; USR2 writes statistics to the log.
Exit codes: 0 fine, 1 failed while running, 2 wrong usage or configuration.
`;
