import type { CommandName } from "./arguments.ts";

/** What `sipmasq --help` prints. */
export const HELP = `sipmasq: makes the SIP phones behind this router work.
It masquerades registrations and calls between the phones' network (inside)
and the provider's (outside), and relays their audio.

Usage: sipmasq [COMMAND] [FILE] [--config FILE] [--log-level LEVEL]

  run        start and stay in the foreground; the default
  check      read the configuration, say all that is wrong with it, or print it
             with every default, the networks found and the calls it allows
  selftest   register a phone, call through sipmasq with audio, and crash it in
             calls, on this machine alone; it may run beside another sipmasq
  version    print the version
  help       print this, or with a command's name what there is to know about it

  --config FILE      without it /etc/sipmasq/config.toml is read if it exists;
                     an empty or missing configuration works
  --log-level LEVEL  error, warn, info or debug, whatever the configuration says

First steps:
  1. sipmasq selftest     Does it work on this machine?
  2. sipmasq check        Which networks would it serve? It names the interface
                          of the phones (inside) and of the provider (outside).
  3. Wrong ones? Write them into /etc/sipmasq/config.toml and check again:
       [inside]
       interface = "eth1"
       [outside]
       interface = "ppp0"
  4. sipmasq              Start it; the first lines name addresses and ports.
  5. Set this router's inside address as the outbound proxy of each phone and
     leave the provider's name as its registrar. The log says "registered".
  No audio, no calls in? Open UDP 5060 and 10000-10999 in the firewall.

Signals: TERM or INT end in order, a second one at once; HUP reads the
configuration again; USR2 writes statistics to the log.
Exit codes: 0 fine, 1 failed while running, 2 wrong usage or configuration.
`;

/** What `sipmasq help COMMAND` prints. */
export const COMMAND_HELP: Readonly<Record<CommandName, string>> = {
  run: `sipmasq run [FILE] [--log-level LEVEL]

Starts sipmasq and stays in the foreground; without any command the same.
FILE is the configuration, else /etc/sipmasq/config.toml if it exists; with
neither, every key has its default. The log goes to standard error.

  sipmasq run /etc/sipmasq/config.toml
  sipmasq run --log-level debug      show every message, whatever the file says

A wrong configuration is named with its lines, and nothing starts (exit code 2).
While it runs:
  kill -HUP PID    read the configuration again; a wrong one changes nothing
  kill -USR2 PID   write phones, calls and counters to the log
  kill PID         end in order; calls are taken up again at the next start
`,
  check: `sipmasq check [FILE]

Reads the configuration and this host's network and starts nothing. Either all
that is wrong is named with its lines (exit code 2), or the effective
configuration is printed as TOML: every key, where its value comes from, which
networks were found, and how many calls the ports and open files allow.
A port of ours that another process has is named with that process (exit code
1), a [state] path that is not ours to use too (exit code 2). Beside a running
sipmasq its process id is told, and that it has the ports is no fault.
FILE is as in run.

  sipmasq check                      would it work with what it finds here?
  sipmasq check new.toml             try a file before it is used
  sipmasq check > config.toml        begin a configuration with every default
`,
  selftest: `sipmasq selftest

Starts a sipmasq of its own with a phone and a provider on loopback addresses,
registers, calls out and in, verifies the audio by its tone, and crashes and
restarts it in calls. It needs no configuration, touches no other sipmasq and
tells each step; exit code 0 when all went well.

  sipmasq selftest
`,
  version: `sipmasq version

Prints the versions of sipmasq and of its runtime: what a report of a fault
should begin with.

  sipmasq version
`,
  help: `sipmasq help [COMMAND]

Prints the overview, or what there is to know about one command.

  sipmasq help check
  sipmasq check --help               the same
`,
};
