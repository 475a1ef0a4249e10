"""The command line: one file per command, each found by its name; same functions as the site."""

from __future__ import annotations

import ast
import errno
import importlib
import pkgutil

import click

from rebond.cli._bytecode import keep_bytecode
from rebond.cli._french import show_every_letter, speak_french
from rebond.cli._show import show_faults
from rebond.data.unreadable import KNOWN_REFUSALS, system_reason
from rebond.errors import DataError, Fault

speak_french()


class _Commands(click.Group):
    """Finds ``rebond <name>`` in ``rebond/cli/<name>.py``; loads only what is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every module of this package that is not private."""
        del ctx
        return sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name."""
        if cmd_name not in self.list_commands(ctx):
            return None
        keep_bytecode()
        command = getattr(importlib.import_module(f"{__name__}.{cmd_name}"), cmd_name)
        return command if isinstance(command, click.Command) else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What each command does, read from its file without loading it: all of them load every library of Rebond."""
        told = {name: click.Command(name, help=_documented(name)) for name in self.list_commands(ctx)}
        limit = formatter.width - 6 - max(map(len, told))
        rows = [(name, command.get_short_help_str(limit)) for name, command in told.items()]
        with formatter.section("Commandes"):
            formatter.write_dl(rows)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; a file or folder that the machine refuses is said in one line."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise
        except DataError as error:
            show_faults(error.faults)
        except MemoryError:
            mend = "vérifier que c'est le bon fichier, ou le partager en plusieurs"
            show_faults([Fault(where="mémoire", problem="le fichier demande plus de mémoire que permis", mend=mend)])
        except OSError as error:
            if error.errno not in KNOWN_REFUSALS:
                raise
            show_faults([_refused(error)])


def _documented(name: str) -> str:
    """The words of the command's function, as ``rebond <name> --help`` shows them."""
    source = pkgutil.get_data(__name__, f"{name}.py") or b""
    functions = (node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef))
    return next((ast.get_docstring(function) or "" for function in functions if function.name == name), "")


def _refused(error: OSError) -> Fault:
    where = f"« {error.filename} »" if error.filename else "écriture"
    if error.errno in _FULL:
        return Fault(where=where, problem=system_reason(error), mend="libérer de la place, puis relancer")
    mend = "choisir un autre emplacement, ou vérifier les droits du dossier"
    return Fault(where=where, problem=system_reason(error), mend=mend)


_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@click.command(cls=_Commands)
@click.version_option(package_name="rebond")
def main() -> None:
    """Rebond : la mission de rebond industriel, du premier entretien au communiqué."""
    show_every_letter()
