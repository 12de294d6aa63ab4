# Sourced by experiments: stages that are done once.
#
#   stage NAME OUTPUT COMMAND...   runs COMMAND, which writes OUTPUT, unless that was done before
#
# What was done is in OUTPUT.key: a hash of the command and of every input it names. An input that
# is a stage's output counts by its own key, any other file by its content. OUTPUT is written by the
# tools under another name and renamed when whole, so what has its name is whole; its key is written
# after it. A stage that is interrupted is run again.

started=$(date +%s)

key_of() {
  for argument; do
    printf '%s\n' "$argument"
    if [ "$argument" = "$output" ]; then
      continue
    elif [ -f "$argument.key" ]; then
      cat "$argument.key"
    elif [ -f "$argument" ]; then
      sha256sum <"$argument"
    elif [ -d "$argument" ]; then
      parent=$argument
      while [ "$parent" != / ] && [ "$parent" != . ] && [ ! -f "$parent.key" ]; do parent=$(dirname "$parent"); done
      if [ -f "$parent.key" ]; then
        cat "$parent.key"
      else
        find "$argument" -type f -exec sha256sum {} + | LC_ALL=C sort
      fi
    fi
  done | sha256sum | cut -d ' ' -f 1
}

stage() {
  name=$1
  output=$2
  shift 2
  key=$(key_of "$@")
  elapsed=$(($(date +%s) - started))
  if [ -e "$output" ] && [ -f "$output.key" ] && [ "$(cat "$output.key")" = "$key" ]; then
    printf '%4d s  %s: done before\n' "$elapsed" "$name" >&2
    return
  fi
  printf '%4d s  %s\n' "$elapsed" "$name" >&2
  rm -rf "$output" "$output.key"
  mkdir -p "$(dirname "$output")"
  "$@"
  [ -e "$output" ] || { printf 'stage: %s did not write %s\n' "$name" "$output" >&2; exit 74; }
  printf '%s\n' "$key" >"$output.key.part"
  mv "$output.key.part" "$output.key"
}
