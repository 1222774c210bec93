"""The `diplowatch` command: words in, functions of the rooms, text or JSON out. Touches the terminal."""

from __future__ import annotations

import importlib
import os
import sys

import click

import monitor
from monitor.errors import ConfigError, DiplowatchError, QueryError

COMMANDS = {
    "init": "configuration:init",
    "check": "configuration:check",
    "schema": "configuration:schema",
    "run": "daemon:run",
    "reload": "daemon:reload",
    "crawl": "daemon:crawl",
    "demo": "demo:demo",
    "clean": "cleaning:clean",
    "match": "matching:match",
    "names": "matching:names",
    "stories": "stories:stories",
    "story": "story:story",
    "why": "archive:why",
    "search": "archive:search",
    "export": "archive:export",
    "backup": "archive:backup",
    "verdict": "archive:verdict",
    "backtest": "backtest:backtest",
    "proposals": "proposals:proposals",
    "digest": "deliveries:digest",
    "deliveries": "deliveries:deliveries",
    "silence": "deliveries:silence",
    "outlets": "outlets:outlets",
    "outlet": "outlets:outlet",
    "import-opml": "opml:import_opml",
    "export-opml": "opml:export_opml",
    "doctor": "doctor:doctor",
    "password": "access:password",
    "token": "access:token",
    "worker": "workers:worker",
    "reprocess": "workers:reprocess",
    "migrate": "moving:migrate",
    "copy": "moving:copy",
    "forget": "moving:forget",
}


class LazyGroup(click.Group):
    """Imports a command's module only when that command is called: a fast start."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 (the signature is click's)
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        module, name = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(importlib.import_module(f"monitor.cli.{module}"), name)
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(monitor.__version__, prog_name="diplowatch")
def diplowatch() -> None:
    """A monitor of diplomatic news: outlets → clean articles → hits → stories → alerts and digests.

    \b
    Begin with:
      diplowatch init my-config
      diplowatch check --config my-config
      diplowatch run --config my-config
    """


def main() -> None:
    """Runs the command; problems are single lines on stderr. Exit codes: 0 done, 1 something failed, 2 refused."""
    try:
        code = diplowatch.main(standalone_mode=False)
        sys.exit(code if isinstance(code, int) else 0)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except (ConfigError, QueryError) as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    except DiplowatchError as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    except BrokenPipeError:  # the reader of our output went away, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


__all__ = ["diplowatch", "main"]
