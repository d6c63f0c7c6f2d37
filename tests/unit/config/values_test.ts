import {
  formatDuration,
  formatListen,
  formatPorts,
  parseDuration,
  parseListen,
  parseLogLevel,
  parsePorts,
  parseStatePath,
} from "../../../src/config/values.ts";
import { checkForm } from "./forms.ts";

const same = (text: string): string => text;

Deno.test("durations are whole numbers with a unit, from a second to a day", () => {
  checkForm({
    parse: parseDuration,
    format: formatDuration,
    good: [
      ["30s", 30_000, "30s"],
      ["5m", 300_000, "5m"],
      ["300s", 300_000, "5m"],
      ["2h", 7_200_000, "2h"],
      ["1500ms", 1500, "1500ms"],
      ["90s", 90_000, "90s"],
      ["1s", 1000, "1s"],
      ["24h", 86_400_000, "24h"],
    ],
    bad: [
      ["30", 'write "30s"'],
      ["1.5s", 'write "1500ms"'],
      ["5 s", 'write "5s"'],
      ["5min", 'write "5m"'],
      ["300 Seconds", 'write "5m"'],
      ["1h30m", 'write "90m"'],
      ["1d", 'write "24h"'],
      ["-5s", "whole number and ms, s, m or h"],
      ["2d", 'from "1s" to "24h"'],
      ["0", 'from "1s" to "24h"'],
      ["5x", "whole number"],
      ["soon", "whole number"],
      ["", "whole number"],
      ["999ms", `from "1s" to "24h"`],
      ["0s", `from "1s" to "24h"`],
      ["25h", 'from "1s" to "24h"'],
    ],
  });
});

Deno.test("a port range is unprivileged, in order, and holds two pairs", () => {
  checkForm({
    parse: parsePorts,
    format: formatPorts,
    good: [
      ["10000-10999", { low: 10000, high: 10999 }, "10000-10999"],
      ["1024-65535", { low: 1024, high: 65535 }, "1024-65535"],
      ["20001-20005", { low: 20001, high: 20005 }, "20001-20005"],
    ],
    bad: [
      ["10000", 'first and a last port: write "10000-10999"'],
      ["65000", 'write "65000-65535"'],
      ["80", 'write "10000-10999"'],
      ["10000:10999", 'write "10000-10999"'],
      ["10000 - 10999", 'write "10000-10999"'],
      ["10000..10999", 'write "10000-10999"'],
      ["10999,10000", 'write "10000-10999"'],
      ["a-b", 'write it as in "10000-10999"'],
      ["1000-2000", 'from 1024 to 65535: write "1024-2000"'],
      ["60000-65536", 'from 1024 to 65535: write "60000-65535"'],
      ["1-2", "from 1024 to 65535"],
      ["10999-10000", 'lower port comes first: write "10000-10999"'],
      ["10000-10002", "needs 4 ports"],
      ["10001-10004", "needs 4 ports"],
    ],
  });
});

Deno.test("a listener is a transport that is there and a port", () => {
  checkForm({
    parse: parseListen,
    format: formatListen,
    good: [
      ["udp:5060", { transport: "udp", port: 5060 }, "udp:5060"],
      ["UDP:1", { transport: "udp", port: 1 }, "udp:1"],
      ["udp:65535", { transport: "udp", port: 65535 }, "udp:65535"],
    ],
    bad: [
      ["tcp:5070", 'tcp is not supported: write "udp:5070"'],
      ["tls:5061", 'tls is not supported: write "udp:5060"'],
      ["192.168.1.1:5070", 'only the port here: write "udp:5070"'],
      ["udp:192.168.1.1:5070", 'only the port here: write "udp:5070"'],
      ["0.0.0.0", 'only the port here: write "udp:5060"'],
      ["[2001:db8::1]:5070", 'IPv6 is not supported: write "udp:5060"'],
      ["5070", 'transport and port: write "udp:5070"'],
      ["5070/udp", 'transport and port: write "udp:5070"'],
      ["*:5070", 'transport and port: write "udp:5070"'],
      ["udp", 'transport and port: write "udp:5060"'],
      ["udp:", 'write "udp:5060"'],
      ["udp:sip", 'write it as in "udp:5060"'],
      ["udp:0", "from 1 to 65535"],
      ["udp:65536", "from 1 to 65535"],
    ],
  });
});

Deno.test("a log level is one of four, a state file is auto or a path", () => {
  checkForm({
    parse: parseLogLevel,
    format: same,
    good: [["error", "error", "error"], ["debug", "debug", "debug"]],
    bad: [
      ["verbose", 'there are error, warn, info, debug: write "debug"'],
      ["INFO", 'write "info"'],
      ["warning", 'write "warn"'],
      ["constructor", 'write "error" or "warn" or "info" or "debug"'],
    ],
  });
  checkForm({
    parse: parseStatePath,
    format: same,
    good: [["auto", "auto", "auto"], ["/srv/s.kv", "/srv/s.kv", "/srv/s.kv"]],
    bad: [["", "auto"], ["/srv/", 'names a folder: write "/srv/state.kv"'], [
      "/a\0b",
      "file's whole path",
    ], [
      "state.kv",
      "file's whole path",
    ], ["~/s.kv", "file's whole path"]],
  });
});
