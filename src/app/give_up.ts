/** How one permission is given up: `Deno.permissions.revoke` unless a test says otherwise. */
export type Revoke = (descriptor: Deno.PermissionDescriptor) => Promise<unknown>;

/**
 * What nothing needs once the program runs. The state and its lock are open by then, and the configuration is read
 * again by cat. A folder could not be kept: what was granted whole can be revoked whole only. Kept are the network,
 * the host's interfaces, and cat for routes and limits.
 */
const NEEDLESS: readonly Deno.PermissionDescriptor[] = [
  { name: "write" },
  { name: "read" },
  { name: "env" },
  { name: "ffi" },
  { name: "import" },
];

/** Gives up for good what the running program does not need: a fault that lets others in finds less. */
export async function giveUpPermissions(
  revoke: Revoke = (descriptor) => Deno.permissions.revoke(descriptor),
): Promise<void> {
  for (const descriptor of NEEDLESS) await revoke(descriptor);
}
