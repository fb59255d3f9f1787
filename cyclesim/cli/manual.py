"""The manual page and the completion files, made from the parsers: `python -m cyclesim.cli.manual FOLDER`.

FOLDER gets cyclesim.1, cyclesim.bash, _cyclesim (zsh) and cyclesim.fish.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Iterator, Sequence

from cyclesim import __version__
from cyclesim.cli import VERBS, overview_parser, verb_parser
from cyclesim.record import NamedTuple

FILES = ("cyclesim.1", "cyclesim.bash", "_cyclesim", "cyclesim.fish")
_CORE_OPTIONS = ("--uarch", "--mcpu", "-mcpu")


class Option(NamedTuple):
    """One option: its spellings, the name of its value (empty: it has none), the values it can have, its help."""

    words: tuple[str, ...]
    value: str
    choices: tuple[str, ...]
    help: str


class Command(NamedTuple):
    """A verb, or an action of a verb (`uarch list`), with its options and the values of its plain arguments."""

    words: tuple[str, ...]
    summary: str
    options: tuple[Option, ...]
    arguments: tuple[str, ...]
    actions: tuple[tuple[str, str], ...]


def commands() -> list[Command]:
    """All commands in the order of the overview."""
    return [command for verb in VERBS for command in _of_parser(verb_parser(verb), (verb,), VERBS[verb])]


def _of_parser(parser: argparse.ArgumentParser, words: tuple[str, ...], summary: str) -> Iterator[Command]:
    nested = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    plain = [action for action in parser._actions if not action.option_strings and action not in nested]
    options = tuple(_option(action) for action in parser._actions if action.option_strings)
    arguments = tuple(_value_of(action) for action in plain)
    named = [(str(choice.dest), choice.help or "") for one in nested for choice in one._choices_actions]
    yield Command(words, summary, options, arguments, tuple(named))
    for one in nested:
        helps = dict(named)
        for name, sub in one.choices.items():
            yield from _of_parser(sub, (*words, name), helps.get(name, ""))


def _option(action: argparse.Action) -> Option:
    choices = tuple(map(str, action.choices)) if action.choices is not None else ()
    return Option(
        tuple(action.option_strings), _value_of(action) if action.nargs != 0 else "", choices, action.help or ""
    )


def _value_of(action: argparse.Action) -> str:
    if action.metavar:
        return str(action.metavar if isinstance(action.metavar, str) else action.metavar[0])
    return "|".join(map(str, action.choices)) if action.choices is not None else action.dest.upper()


def manual_page() -> str:
    """cyclesim.1, in the language of man."""
    lines = [
        f'.TH CYCLESIM 1 "" "cyclesim {__version__}" "User Commands"',
        ".SH NAME",
        "cyclesim \\- cycle estimation for Arm NEON code, instruction by instruction, with reasons",
        ".SH SYNOPSIS",
        ".B cyclesim",
        ".I VERB",
        ".RI [ options ]",
        ".SH DESCRIPTION",
        _plain(f"{overview_parser().description} Data goes to standard output, diagnostics to standard error."),
        ".SH COMMANDS",
    ]
    for command in commands():
        lines += _command_lines(command)
    return "\n".join([*lines, *_ENDING, ""])


_ENDING = (
    ".SH EXIT STATUS",
    ".TP",
    ".B 0",
    "done",
    ".TP",
    ".B 1",
    "the input can't be estimated",
    ".TP",
    ".B 2",
    "wrong options, an unknown core",
    ".TP",
    ".B 3",
    "a check failed",
    ".SH ENVIRONMENT",
    ".TP",
    ".B XDG_CACHE_HOME",
    "compiled tables are kept in its folder cyclesim (default: ~/.cache)",
    ".TP",
    ".B NO_COLOR",
    "when set and not empty: no colour unless \\-\\-color always asks for it",
)


def _command_lines(command: Command) -> Iterator[str]:
    actions = "|".join(name for name, _ in command.actions)
    words = " ".join([*command.words, *command.arguments, *([actions] if actions else [])])
    yield f".SS {_plain('cyclesim ' + words)}"
    yield _plain(command.summary[:1].upper() + command.summary[1:] + ".")
    for option in command.options:
        value = f" \\fI{_plain(option.value)}\\fR" if option.value else ""
        yield ".TP"
        yield ", ".join(f"\\fB{_plain(word)}\\fR{value}" for word in option.words)
        yield _plain(option.help)


def _plain(text: str) -> str:
    """Text that man shows as it is: no requests, no line breaks at hyphens."""
    text = text.replace("…", "...")
    escaped = " ".join(text.replace("\\", "\\e").replace("-", "\\-").split()).replace("%%", "%")
    return f"\\&{escaped}" if escaped[:1] in (".", "'") else escaped


def core_names() -> list[str]:
    """The names and aliases of the shipped cores."""
    from cyclesim.machine.load import core_files, load_document

    documents = [load_document(path) for path in core_files()]
    return [name for one in documents for name in (one["name"], *one.get("aliases", ()))]


def _values(option: Option, cores: Sequence[str]) -> Sequence[str]:
    return cores if any(word in _CORE_OPTIONS for word in option.words) else option.choices


def bash_completion() -> str:
    """A function for bash; files where nothing else is known."""
    cores = core_names()
    cases, values = [], dict[str, str]()
    for command in commands():
        words = [word for option in command.options for word in option.words] + [name for name, _ in command.actions]
        cases.append(f'    "{" ".join(command.words)}") words="{" ".join(words)}" ;;')
        for option in command.options:
            if found := _values(option, cores):
                # Formats differ between verbs.
                for word in option.words:
                    values[f"{' '.join(command.words)} {word}"] = " ".join(found)
    value_cases = [f'    "{key}") values="{words}" ;;' for key, words in values.items()]
    actions = " ".join(sorted({command.words[0] for command in commands() if command.actions}))
    return "\n".join(
        [
            "# bash completion for cyclesim",
            "_cyclesim() {",
            '  local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}"',
            '  local command="${COMP_WORDS[1]}" words="" values=""',
            f'  case " {actions} " in',
            '    *" $command "*) ((COMP_CWORD > 2)) && command="$command ${COMP_WORDS[2]}" ;;',
            "  esac",
            "  if ((COMP_CWORD == 1)); then",
            f'    COMPREPLY=($(compgen -W "{" ".join(VERBS)} --help --version" -- "$current"))',
            "    return",
            "  fi",
            '  case "$command $previous" in',
            *value_cases,
            "  esac",
            '  if [[ -n "$values" ]]; then',
            '    COMPREPLY=($(compgen -W "$values" -- "$current"))',
            "    return",
            "  fi",
            '  case "$command" in',
            *cases,
            "  esac",
            '  COMPREPLY=($(compgen -W "$words" -- "$current"))',
            '  [[ "$current" == -* ]] || COMPREPLY+=($(compgen -f -- "$current"))',
            "}",
            "complete -o filenames -F _cyclesim cyclesim",
            "",
        ]
    )


def zsh_completion() -> str:
    """A function for zsh."""
    cores = core_names()
    lines = ["#compdef cyclesim", "", "_cyclesim() {", "  local -a verbs", "  verbs=("]
    lines += [f"    {_quoted(f'{verb}:{summary}')}" for verb, summary in VERBS.items()]
    lines += ["  )", "  if ((CURRENT == 2)); then", "    _describe verb verbs", "    return", "  fi"]
    lines += ['  local command="${words[2]}"', "  shift words", "  ((CURRENT--))"]
    lines += ['  case "$command" in']
    for command in commands():
        if len(command.words) > 1:
            continue
        lines.append(f"    {command.words[0]})")
        nested = [one for one in commands() if one.words[0] == command.words[0]]
        options = {option.words: option for one in nested for option in one.options}
        specs = [_quoted(spec) for option in options.values() for spec in _zsh_specs(option, cores)]
        if command.actions:
            names = " ".join(name for name, _ in command.actions)
            specs.append(_quoted(f"1:action:({names})"))
        lines += [
            "      _arguments \\",
            *[f"        {spec} \\" for spec in specs],
            "        '*:file:_files'",
            "      ;;",
        ]
    return "\n".join([*lines, "  esac", "}", "", '_cyclesim "$@"', ""])


def _zsh_specs(option: Option, cores: Sequence[str]) -> Iterator[str]:
    help = re.sub(r"[\[\]:]", " ", option.help.replace("%%", "%"))
    found = _values(option, cores)
    value = f":{_name(option.value)}:_files" if option.value else ""
    value = f":{_name(option.value)}:({' '.join(found)})" if found else value
    for word in option.words:
        yield f"*{word}[{help}]{value}"


def _name(value: str) -> str:
    return re.sub(r"\W+", " ", value).strip().lower() or "value"


def fish_completion() -> str:
    """Completions for fish."""
    cores = core_names()
    lines = ["# fish completion for cyclesim", "complete -c cyclesim -n __fish_use_subcommand -f -l help -l version"]
    verb = "complete -c cyclesim -n __fish_use_subcommand -f -a"
    lines += [f"{verb} {name} -d {_quoted(text)}" for name, text in VERBS.items()]
    for command in commands():
        condition = "; and ".join(f"__fish_seen_subcommand_from {word}" for word in command.words)
        head = f"complete -c cyclesim -n {_quoted(condition)}"
        lines += [f"{head} -f -a {name} -d {_quoted(text)}" for name, text in command.actions]
        for option in command.options:
            names = [_fish_word(word) for word in option.words]
            found = _values(option, cores)
            value = f" -x -a {_quoted(' '.join(found))}" if found else " -r" if option.value else ""
            lines.append(f"{head} {' '.join(names)}{value} -d {_quoted(option.help.replace('%%', '%'))}")
    return "\n".join([*lines, ""])


def _fish_word(word: str) -> str:
    if word.startswith("--"):
        return f"-l {word[2:]}"
    return f"-s {word[1:]}" if len(word) == 2 else f"-o {word[1:]}"


def _quoted(text: str) -> str:
    """A word for a shell."""
    return "'" + text.replace("'", "'\\''") + "'"


def texts() -> dict[str, str]:
    """The files by name."""
    made = (manual_page(), bash_completion(), zsh_completion(), fish_completion())
    return dict(zip(FILES, made, strict=True))


def main(folder: str) -> int:
    """Write the files into a folder."""
    os.makedirs(folder, exist_ok=True)
    for name, text in texts().items():
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
