// The command that mends what a reason tells, as the API gives it, with this machine's id and name in it.

// A word of a shell as it is: names come from Azure, and a tag's value from anybody.
export const quoted = (text) => (/^[\w./:=-]+$/.test(text) ? text : `'${String(text).replaceAll("'", "'\\''")}'`);

// Reasons that were recorded without their command: the commonest ones.
const USUAL = {
  AzureVmIsNotInDesiredPowerState: "az vm start --ids $VM",
  AzureVmAgentNotReady: "az vm restart --ids $VM",
  ExtensionFailed: "az vm restart --ids $VM",
};

export function mend(reason, vmId) {
  const command = reason.command ?? (Object.hasOwn(USUAL, reason.code) ? USUAL[reason.code] : null);
  if (typeof command !== "string" || !command) return null;
  const values = { VM: String(vmId), NAME: String(vmId).split("/").pop() };
  return command.replaceAll(/\$(VM|NAME)\b/g, (_, place) => quoted(values[place]));
}
