# bash completion for cyclesim
_cyclesim() {
  local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}"
  local command="${COMP_WORDS[1]}" words="" values=""
  case " isa uarch " in
    *" $command "*) ((COMP_CWORD > 2)) && command="$command ${COMP_WORDS[2]}" ;;
  esac
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W "estimate explain timeline graph report serve run measure validate reproduce compare sensitivity sweep network check uarch isa --help --version" -- "$current"))
    return
  fi
  case "$command $previous" in
    "estimate --isa") values="armv7 aarch64" ;;
    "estimate --via") values="native cc" ;;
    "estimate --uarch") values="cortex-a53 a53 cortex-a55 a55 cortex-a7 a7 cortex-a8 a8 cortex-a9 a9 mali-g31 g31 mali-g52 g52 a311d mali-g72 g72 mali-g76 g76" ;;
    "estimate -mcpu") values="cortex-a53 a53 cortex-a55 a55 cortex-a7 a7 cortex-a8 a8 cortex-a9 a9 mali-g31 g31 mali-g52 g52 a311d mali-g72 g72 mali-g76 g76" ;;
    "estimate --mcpu") values="cortex-a53 a53 cortex-a55 a55 cortex-a7 a7 cortex-a8 a8 cortex-a9 a9 mali-g31 g31 mali-g52 g52 a311d mali-g72 g72 mali-g76 g76" ;;
    "estimate --format") values="text json jsonl csv markdown" ;;
    "estimate --color") values="auto always never" ;;
    "explain --isa") values="armv7 aarch64" ;;
    "explain --via") values="native cc" ;;
    "explain --uarch") values="cortex-a53 a53 cortex-a55 a55 cortex-a7 a7 cortex-a8 a8 cortex-a9 a9 mali-g31 g31 mali-g52 g52 a311d mali-g72 g72 mali-g76 g76" ;;
    "explain -mcpu") values="cortex-a53 a53 cortex-a55 a55 cortex-a7 a7 cortex-a8 a8 cortex-a9 a9 mali-g31 g31 mali-g52 g52 a311d mali-g72 g72 mali-g76 g76" ;;
    "explain --mcpu") values="cortex-a53 a53 cortex-a55 a55 cortex-a7 a7 cortex-a8 a8 cortex-a9 a9 mali-g31 g31 mali-g52 g52 a311d mali-g72 g72 mali-g76 g76" ;;
    "explain --format") values="text json csv markdown" ;;
    "explain --color") values="auto always never" ;;
    "timeline --isa") values="armv7 aarch64" ;;
    "timeline --via") values="native cc" ;;
    "timeline --uarch") values="cortex-a53 a53 cortex-a55 a55 cortex-a7 a7 cortex-a8 a8 cortex-a9 a9 mali-g31 g31 mali-g52 g52 a311d mali-g72 g72 mali-g76 g76" ;;
    "timeline -mcpu") values="cortex-a53 a53 cortex-a55 a55 cortex-a7 a7 cortex-a8 a8 cortex-a9 a9 mali-g31 g31 mali-g52 g52 a311d mali-g72 g72 mali-g76 g76" ;;
    "timeline --mcpu") values="cortex-a53 a53 cortex-a55 a55 cortex-a7 a7 cortex-a8 a8 cortex-a9 a9 mali-g31 g31 mali-g52 g52 a311d mali-g72 g72 mali-g76 g76" ;;
    "timeline --format") values="text svg html konata perfetto json" ;;
    "timeline --color") values="auto always never" ;;
    "graph --isa") values="armv7 aarch64" ;;
    "graph --via") values="native cc" ;;
    "graph --uarch") values="cortex-a53 a53 cortex-a55 a55 cortex-a7 a7 cortex-a8 a8 cortex-a9 a9 mali-g31 g31 mali-g52 g52 a311d mali-g72 g72 mali-g76 g76" ;;
    "graph -mcpu") values="cortex-a53 a53 cortex-a55 a55 cortex-a7 a7 cortex-a8 a8 cortex-a9 a9 mali-g31 g31 mali-g52 g52 a311d mali-g72 g72 mali-g76 g76" ;;
    "graph --mcpu") values="cortex-a53 a53 cortex-a55 a55 cortex-a7 a7 cortex-a8 a8 cortex-a9 a9 mali-g31 g31 mali-g52 g52 a311d mali-g72 g72 mali-g76 g76" ;;
    "graph --format") values="text dot json graphml" ;;
    "graph --color") values="auto always never" ;;
    "report --isa") values="armv7 aarch64" ;;
    "report --via") values="native cc" ;;
    "report --uarch") values="cortex-a53 a53 cortex-a55 a55 cortex-a7 a7 cortex-a8 a8 cortex-a9 a9 mali-g31 g31 mali-g52 g52 a311d mali-g72 g72 mali-g76 g76" ;;
    "report -mcpu") values="cortex-a53 a53 cortex-a55 a55 cortex-a7 a7 cortex-a8 a8 cortex-a9 a9 mali-g31 g31 mali-g52 g52 a311d mali-g72 g72 mali-g76 g76" ;;
    "report --mcpu") values="cortex-a53 a53 cortex-a55 a55 cortex-a7 a7 cortex-a8 a8 cortex-a9 a9 mali-g31 g31 mali-g52 g52 a311d mali-g72 g72 mali-g76 g76" ;;
    "run --isa") values="armv7 aarch64" ;;
    "run --state") values="arm thumb a64" ;;
    "run --via") values="native cc" ;;
    "run --uarch") values="cortex-a53 a53 cortex-a55 a55 cortex-a7 a7 cortex-a8 a8 cortex-a9 a9 mali-g31 g31 mali-g52 g52 a311d mali-g72 g72 mali-g76 g76" ;;
    "run -mcpu") values="cortex-a53 a53 cortex-a55 a55 cortex-a7 a7 cortex-a8 a8 cortex-a9 a9 mali-g31 g31 mali-g52 g52 a311d mali-g72 g72 mali-g76 g76" ;;
    "run --mcpu") values="cortex-a53 a53 cortex-a55 a55 cortex-a7 a7 cortex-a8 a8 cortex-a9 a9 mali-g31 g31 mali-g52 g52 a311d mali-g72 g72 mali-g76 g76" ;;
    "run --format") values="text json csv markdown" ;;
    "run --color") values="auto always never" ;;
    "measure --isa") values="armv7 aarch64" ;;
    "validate --uarch") values="cortex-a53 a53 cortex-a55 a55 cortex-a7 a7 cortex-a8 a8 cortex-a9 a9 mali-g31 g31 mali-g52 g52 a311d mali-g72 g72 mali-g76 g76" ;;
    "validate --format") values="text json csv markdown" ;;
    "validate --color") values="auto always never" ;;
    "reproduce --format") values="text json csv markdown" ;;
    "reproduce --color") values="auto always never" ;;
    "compare --isa") values="armv7 aarch64" ;;
    "compare --uarch") values="cortex-a53 a53 cortex-a55 a55 cortex-a7 a7 cortex-a8 a8 cortex-a9 a9 mali-g31 g31 mali-g52 g52 a311d mali-g72 g72 mali-g76 g76" ;;
    "compare -mcpu") values="cortex-a53 a53 cortex-a55 a55 cortex-a7 a7 cortex-a8 a8 cortex-a9 a9 mali-g31 g31 mali-g52 g52 a311d mali-g72 g72 mali-g76 g76" ;;
    "compare --mcpu") values="cortex-a53 a53 cortex-a55 a55 cortex-a7 a7 cortex-a8 a8 cortex-a9 a9 mali-g31 g31 mali-g52 g52 a311d mali-g72 g72 mali-g76 g76" ;;
    "compare --format") values="text json csv markdown" ;;
    "compare --color") values="auto always never" ;;
    "sensitivity --isa") values="armv7 aarch64" ;;
    "sensitivity --via") values="native cc" ;;
    "sensitivity --uarch") values="cortex-a53 a53 cortex-a55 a55 cortex-a7 a7 cortex-a8 a8 cortex-a9 a9 mali-g31 g31 mali-g52 g52 a311d mali-g72 g72 mali-g76 g76" ;;
    "sensitivity -mcpu") values="cortex-a53 a53 cortex-a55 a55 cortex-a7 a7 cortex-a8 a8 cortex-a9 a9 mali-g31 g31 mali-g52 g52 a311d mali-g72 g72 mali-g76 g76" ;;
    "sensitivity --mcpu") values="cortex-a53 a53 cortex-a55 a55 cortex-a7 a7 cortex-a8 a8 cortex-a9 a9 mali-g31 g31 mali-g52 g52 a311d mali-g72 g72 mali-g76 g76" ;;
    "sensitivity --format") values="text json csv markdown" ;;
    "sensitivity --color") values="auto always never" ;;
    "sweep --format") values="text csv json parquet" ;;
    "network --uarch") values="cortex-a53 a53 cortex-a55 a55 cortex-a7 a7 cortex-a8 a8 cortex-a9 a9 mali-g31 g31 mali-g52 g52 a311d mali-g72 g72 mali-g76 g76" ;;
    "network -mcpu") values="cortex-a53 a53 cortex-a55 a55 cortex-a7 a7 cortex-a8 a8 cortex-a9 a9 mali-g31 g31 mali-g52 g52 a311d mali-g72 g72 mali-g76 g76" ;;
    "network --mcpu") values="cortex-a53 a53 cortex-a55 a55 cortex-a7 a7 cortex-a8 a8 cortex-a9 a9 mali-g31 g31 mali-g52 g52 a311d mali-g72 g72 mali-g76 g76" ;;
    "network --type") values="f32 f16 i8" ;;
    "network --format") values="text json csv markdown" ;;
    "network --color") values="auto always never" ;;
    "check --uarch") values="cortex-a53 a53 cortex-a55 a55 cortex-a7 a7 cortex-a8 a8 cortex-a9 a9 mali-g31 g31 mali-g52 g52 a311d mali-g72 g72 mali-g76 g76" ;;
    "check -mcpu") values="cortex-a53 a53 cortex-a55 a55 cortex-a7 a7 cortex-a8 a8 cortex-a9 a9 mali-g31 g31 mali-g52 g52 a311d mali-g72 g72 mali-g76 g76" ;;
    "check --mcpu") values="cortex-a53 a53 cortex-a55 a55 cortex-a7 a7 cortex-a8 a8 cortex-a9 a9 mali-g31 g31 mali-g52 g52 a311d mali-g72 g72 mali-g76 g76" ;;
    "check --isa") values="armv7 aarch64" ;;
    "check --via") values="native cc" ;;
    "check --format") values="text json junit github" ;;
    "check --color") values="auto always never" ;;
    "uarch list --format") values="text json csv markdown" ;;
    "uarch list --color") values="auto always never" ;;
    "uarch show --format") values="text json csv markdown" ;;
    "uarch show --color") values="auto always never" ;;
    "uarch check --format") values="text json csv markdown" ;;
    "uarch check --color") values="auto always never" ;;
    "isa list --isa") values="armv7 aarch64 bifrost" ;;
    "isa list --format") values="text json csv markdown" ;;
    "isa list --color") values="auto always never" ;;
    "isa show --isa") values="armv7 aarch64 bifrost" ;;
    "isa show --format") values="text json csv markdown" ;;
    "isa show --color") values="auto always never" ;;
    "isa check --isa") values="armv7 aarch64 bifrost" ;;
    "isa check --format") values="text json csv markdown" ;;
    "isa check --color") values="auto always never" ;;
    "isa coverage --via") values="native cc" ;;
    "isa coverage --isa") values="armv7 aarch64" ;;
    "isa coverage --format") values="text json csv markdown" ;;
    "isa coverage --color") values="auto always never" ;;
  esac
  if [[ -n "$values" ]]; then
    COMPREPLY=($(compgen -W "$values" -- "$current"))
    return
  fi
  case "$command" in
    "estimate") words="-h --help --isa -mtriple --mtriple --symbol --member --address --region -D -U -I --via --cc --cflags --lines --whatif --assume --ignore-unknown --uarch -mcpu --mcpu --list-symbols --trip --threads --group --memory-bytes --format -o --output --color" ;;
    "explain") words="-h --help --isa -mtriple --mtriple --symbol --member --address --region -D -U -I --via --cc --cflags --lines --whatif --assume --ignore-unknown --uarch -mcpu --mcpu --trip --threads --group --memory-bytes --format -o --output --color" ;;
    "timeline") words="-h --help --isa -mtriple --mtriple --symbol --member --address --region -D -U -I --via --cc --cflags --lines --whatif --assume --ignore-unknown --uarch -mcpu --mcpu --iterations --from --to --trip --threads --group --memory-bytes --format -o --output --color" ;;
    "graph") words="-h --help --isa -mtriple --mtriple --symbol --member --address --region -D -U -I --via --cc --cflags --lines --whatif --assume --ignore-unknown --uarch -mcpu --mcpu --anti --format -o --output --color" ;;
    "report") words="-h --help --isa -mtriple --mtriple --symbol --member --address --region -D -U -I --via --cc --cflags --lines --whatif --assume --ignore-unknown --uarch -mcpu --mcpu -o --output" ;;
    "serve") words="-h --help --port --whatif --workers --seconds --open" ;;
    "run") words="-h --help --isa -mtriple --mtriple --symbol --member --address --state --call --id --arg --limit --dump --trace --timeline --explain --caches --whatif -D -U -I --via --cc --cflags --uarch -mcpu --mcpu --format -o --output --color" ;;
    "measure") words="-h --help --isa -mtriple --mtriple --symbol --call --id --arg --runs --read --into --core --source -o --output" ;;
    "validate") words="-h --help --root --uarch --id --jobs --plot --all --format -o --output --color" ;;
    "reproduce") words="-h --help --format -o --output --color" ;;
    "compare") words="-h --help --isa --region --uarch -mcpu --mcpu --whatif --format -o --output --color" ;;
    "sensitivity") words="-h --help --isa -mtriple --mtriple --symbol --member --address --region -D -U -I --via --cc --cflags --lines --whatif --assume --ignore-unknown --uarch -mcpu --mcpu --top --format -o --output --color" ;;
    "sweep") words="-h --help --format -o --output --journal --fresh --jobs --dask --plot" ;;
    "network") words="-h --help --uarch -mcpu --mcpu --cores --type --format -o --output --color" ;;
    "check") words="-h --help --baseline --update --uarch -mcpu --mcpu --isa -mtriple --mtriple -D -U -I --via --cc --cflags --whatif --jobs --format -o --output --color" ;;
    "uarch") words="-h --help list show check" ;;
    "uarch list") words="-h --help --format -o --output --color" ;;
    "uarch show") words="-h --help --class --format -o --output --color" ;;
    "uarch check") words="-h --help --format -o --output --color" ;;
    "isa") words="-h --help list show check coverage" ;;
    "isa list") words="-h --help --class --isa --format -o --output --color" ;;
    "isa show") words="-h --help --isa --format -o --output --color" ;;
    "isa check") words="-h --help --meanings --isa --format -o --output --color" ;;
    "isa coverage") words="-h --help --jobs -D -U -I --via --cc --cflags --missing --isa --format -o --output --color" ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  [[ "$current" == -* ]] || COMPREPLY+=($(compgen -f -- "$current"))
}
complete -o filenames -F _cyclesim cyclesim
