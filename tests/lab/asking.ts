/** Who calls this user at a program of the lab is asked for a password. */
export const ASKING = "vault";
