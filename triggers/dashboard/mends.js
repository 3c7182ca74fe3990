// The command that mends what a reason tells, where one command does; the reason's own words say the rest.

const named = (id) => {
  const [, , subscription, , group, , , , name] = String(id).split("/");
  return { subscription, group, name };
};

// A word of a shell as it is: names come from Azure, and a tag's value from anybody.
export const quoted = (text) => (/^[\w./:=-]+$/.test(text) ? text : `'${String(text).replaceAll("'", "'\\''")}'`);

const vm = (verb) => (id) => `az vm ${verb} --ids ${quoted(id)}`;
const asr = (verb) => (id) => {
  const { group, name } = named(id);
  return `asr ${verb} ${quoted(name)} -g ${quoted(group)}`;
};

const MENDS = {
  AzureVmIsNotInDesiredPowerState: vm("start"),
  AzureVmAgentNotReady: vm("restart"),
  ExtensionFailed: vm("restart"),
  StaleLinks: asr("protect"),
  ReplicationFailed: asr("protect"),
  ItemGone: asr("protect"),
  ProtectedVmGone: asr("unprotect"),
  ProtectedVmReplaced: asr("unprotect"),
  NobodyAsked: asr("protect"),
  ProtectedDifferently: asr("drift"),
  DriftCanBeFixed: asr("drift"),
  LockedReadOnly: (id) => `az lock list --resource-group ${quoted(named(id).group)} --output table`,
  LockedCanNotDelete: (id) => `az lock list --resource-group ${quoted(named(id).group)} --output table`,
  VaultAmbiguous: asr("targets --kind vault"),
  RecoveryRegionUnsuitable: asr("targets --kind region"),
  RecoveryRegionNotFound: asr("targets --kind region"),
  ProfileUnknown: () => "asr config profiles",
  TagUnknown: (id) => `az tag list --resource-id ${quoted(id)}`,
  TagsContradict: (id) => `az tag list --resource-id ${quoted(id)}`,
  QuotaTooSmall: () => "az quota list --help",
};
delete MENDS.QuotaTooSmall;
delete MENDS.ProfileUnknown;

export const mend = (code, vmId) => (Object.hasOwn(MENDS, code) ? MENDS[code](vmId) : null);
