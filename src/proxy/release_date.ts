/** No clock of a running sipmasq is earlier than this, in wall ms: what is shows a router that booted in 1970 (DESIGN §5). */
export const RELEASED_AT_WALL_MS: number = Date.UTC(2026, 10, 1);
