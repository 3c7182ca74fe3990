"""The text of docs/cli.md: the reference of `asr`, made from the command itself."""

from collections.abc import Iterator
from typing import Any

import typer

from asr_cli.exits import MEANINGS
from asr_cli.main import app
from asr_cli.session import COMMON

_HEAD = """# The command line

`asr` does at a terminal what the [HTTP API](api.md) does; [the tutorial](tutorial.md) shows it at work.
`make setup` puts it into `.venv/bin`; anywhere else `uv tool install ./cli` or `pipx install ./cli` does, with
`'./cli[azure]'` for the sign-in at Azure. `asr --install-completion` makes the shell complete verbs and options.

<!-- Written by `make docs`; change `cli/asr_cli/` or `docs/cli_document.py` instead. -->

## Signing in

In this order:

1. `--url` or `ASR_URL` says which app, `--key` or `ASR_KEY` the function key. `--key @FILE` reads it from a file and
   `--key -` from standard input; a key on the command line can be seen in lists of processes.
2. A profile of `$XDG_CONFIG_HOME/asr-autoprotect/config.toml` (`~/.config` by default), chosen by `--profile`,
   `ASR_PROFILE` or `default`. `key_command` is run for the key, which is stored nowhere.
3. A profile with `resource_id` and no key: who is signed in at Azure (`az login`, a managed identity ...) and may
   `Microsoft.Web/sites/host/listkeys/action` lists the app's key; it stays in memory.

```toml
default = "prod"

[profiles.prod]
url = "https://contoso-asr.azurewebsites.net"
key_command = "pass show asr/prod"

[profiles.test]
resource_id = "/subscriptions/.../resourceGroups/asr/providers/Microsoft.Web/sites/contoso-asr-test"
```

Where the platform wants a sign-in beside the key ([deploy](deploy.md#sign-in)), `ASR_AUDIENCE` or the profile's
`audience` says whom a token is for: `api://<client id>` of the app registration. The token is that of whoever is signed
in at Azure; it takes the package `azure-identity` (`'./cli[azure]'`), and goes with the key.

The key is sent to that address alone, by TLS unless it is this machine, and to no place that an answer leads to.
`asr config` shows the address and where the key is from, and never the key.

## What is printed

Answers go to standard output, everything else to standard error. `-o table` is folded to the terminal's width and never
cut: what has no room goes on in a line below (ids of runs are left to wider terminals); elsewhere each row is one line.
`-o json` is the API's own answer, a list with pages being one list; `-o yaml` is the same; `-o tsv` has the table's
columns without a heading. Lists are read page by page while they are printed. `NO_COLOR` switches colours off.

Machines are named by name or id; `-g` says the group where several have the name. `--group`, `--region`, `--tag` and
`--all` mean all that have something in common: their number is shown and asked for before a write, unless `--yes` is
given.

`asr why` ends with a command that mends, where one does. One of `az` is shown as its `curl` where `ARM`, as `make up`
exports it, is a local Azure without TLS; the Azure CLI speaks to [one with TLS](emulator.md#point-your-az-at-it).

`--watch` draws the table again in place; where no terminal is, each change is one line. `--wait` follows runs to their
ends. `--timeout` ends both.

## Exit codes

| code | meaning |
| --- | --- |
"""


def document() -> str:
    """The text of docs/cli.md."""
    codes = "".join(f"| {code.value} | {words} |\n" for code, words in MEANINGS.items())
    return _HEAD + codes + "\n" + "\n".join(_verbs()) + "\n"


def _verbs() -> Iterator[str]:
    group: Any = typer.main.get_command(app)
    yield "## Every verb takes\n"
    first = next(iter(group.commands.values()))
    yield from _options([one for one in first.params if one.name in COMMON])
    for name, command in group.commands.items():
        yield f"\n## asr {name}\n"
        yield f"{command.help}\n"
        arguments = "".join(f" {one.metavar}" for one in command.params if one.param_type_name == "argument")
        yield f"```text\nasr {name}{arguments} [OPTIONS]\n```"
        own = [one for one in command.params if one.param_type_name == "option" and one.name not in COMMON]
        own = [one for one in own if one.name != "help"]
        if own:
            yield ""
            yield from _options(own)


def _options(options: list[Any]) -> Iterator[str]:
    yield "| option | what |\n| --- | --- |"
    for one in options:
        named = ", ".join(f"`{name}`" for name in one.opts)
        yield f"| {named} | {str(one.help).replace('|', chr(92) + '|')} |"
