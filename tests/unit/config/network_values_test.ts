import { assertEquals } from "@std/assert";
import { formatCidr } from "../../../src/base/cidr.ts";
import {
  isHostName,
  isOneHost,
  parseInterface,
  parseNetwork,
} from "../../../src/config/network_values.ts";
import { checkForm } from "./forms.ts";

Deno.test("a network is a prefix that leaves something outside", () => {
  checkForm({
    parse: parseNetwork,
    format: formatCidr,
    good: [
      ["192.168.2.0/24", { family: 4, network: "192.168.2.0", bits: 24 }, "192.168.2.0/24"],
      ["10.0.0.0/8", { family: 4, network: "10.0.0.0", bits: 8 }, "10.0.0.0/8"],
      ["10.1.1.1", { family: 4, network: "10.1.1.1", bits: 32 }, "10.1.1.1/32"],
    ],
    bad: [
      ["0.0.0.0/0", "with it every address would be inside"],
      ["::/0", "IPv6 is not supported"],
      ["128.0.0.0/1", "with it nearly every address would be inside"],
      ["fd00::/8", "IPv6 is not supported"],
      [
        "192.168.2.5/24",
        'an address in 192.168.2.0/24: write "192.168.2.0/24" or "192.168.2.5/32"',
      ],
      ["192.168.2.0", 'without its prefix length: write "192.168.2.0/24"'],
      ["192.168.2.0/255.255.255.0", 'write "192.168.2.0/24"'],
      ["192.168.2.0 255.255.254.0", 'write "192.168.2.0/23"'],
      ["192.168.2.0/0.0.0.255", 'write "192.168.2.0/24"'],
      ["192.168.2.5/255.255.255.0", 'write "192.168.2.0/24" or "192.168.2.5/32"'],
      ["192.168.2.0/255.0.255.0", 'write it as in "192.168.2.0/24"'],
      ["192.168.2", 'write "192.168.2.0/24"'],
      ["10", 'write it as in "192.168.2.0/24"'],
      ["192.168.2.*", 'write "192.168.2.0/24"'],
      ["172.16/12", 'write "172.16.0.0/12"'],
      ["192.168.2.0/33", 'write it as in "192.168.2.0/24"'],
      ["eth1", "that of an inside interface is inside by itself"],
    ],
  });
});

Deno.test("an interface is auto, a name, or one IPv4 address with its prefix length", () => {
  checkForm({
    parse: (text) => parseInterface(text, "inside"),
    format: (text) => text,
    good: [
      ["auto", "auto", "auto"],
      ["eth0", "eth0", "eth0"],
      ["eth0.10", "eth0.10", "eth0.10"],
      ["eth0:1", "eth0:1", "eth0:1"],
      ["127.0.1.1/24", "127.0.1.1/24", "127.0.1.1/24"],
    ],
    bad: [
      ["192.168.1.1", 'without its prefix length: write "192.168.1.1/24"'],
      ["192.168.1.1/255.255.0.0", 'without its prefix length: write "192.168.1.1/16"'],
      ["192.168.1.1:5060", 'the port stands in listen: write "192.168.1.1/24"'],
      ["192.168.1.1/33", 'a prefix length is from 0 to 32: write "192.168.1.1/24"'],
      ["192.168.1.0/24", 'the address of this machine in it, as in "192.168.1.1/24"'],
      ["192.168.1/24", "at most 15 characters"],
      ["0.0.0.0/0", 'which is no single address: write "auto"'],
      ["::", 'which is no single address: write "auto"'],
      ["224.0.0.1/24", "one address of this machine"],
      ["2001:db8::1/64", "IPv6 is not supported"],
      ["2001:db8::1", "IPv6 is not supported"],
      ["", 'write "auto"'],
      ["Auto", 'write "auto"'],
      ["any", 'write "auto"'],
      ["eth*", `without wildcards, or "auto" for every one with a private address: write "auto"`],
      ["eth0,eth1", 'takes one name, or "auto" for every one with a private address: write "auto"'],
      ["eth0 eth1", 'write "auto" or "eth0"'],
      ["eth0/24", 'a name has no prefix length: write "eth0"'],
      ["$IF", "at most 15 characters"],
      ["interface-of-the-house", "at most 15 characters"],
    ],
  });
});

Deno.test("an outside interface is one as well, auto is another one", () => {
  checkForm({
    parse: (text) => parseInterface(text, "outside"),
    format: (text) => text,
    good: [["ppp0", "ppp0", "ppp0"]],
    bad: [["a0,b0", 'or "auto" for that of the default route: write "auto" or "a0"']],
  });
});

Deno.test("a host's address and name are told from others", () => {
  assertEquals(["10.0.0.1", "0.0.0.0", "224.0.0.1"].map(isOneHost), [true, false, false]);
  assertEquals(["a.example", "a", "a.1", "a-.b"].map((name) => isHostName(name)), [
    true,
    false,
    false,
    false,
  ]);
  assertEquals(isHostName("a", 1), true);
});
