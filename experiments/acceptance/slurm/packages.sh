#!/usr/bin/env bash
# Installs Slurm, of which only the programs are used: no daemon of the system is started.
set -euo pipefail

packages=(slurmctld slurmd slurm-client munge)
present() { PATH=$PATH:/usr/sbin; command -v slurmctld slurmd sbatch munged >/dev/null; }
present && exit 0

manual() {
  echo "error: $1" >&2
  echo "Install these Debian packages, or what your system calls them: ${packages[*]}" >&2
  exit 1
}

command -v apt-get >/dev/null || manual "Slurm is missing and there is no apt-get"
[ "$(id -u)" = 0 ] || manual "Slurm is missing and only root can install it"
# Nothing is started while this says no.
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  printf '#!/bin/sh\nexit 101\n' >$policy
  chmod +x $policy
  trap 'rm -f $policy' EXIT
fi
export DEBIAN_FRONTEND=noninteractive
install() { apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null; }
install 2>/dev/null || { apt-get update -qq && install; } || manual "apt-get could not install Slurm"
present || manual "the packages are installed but their programs are not in PATH"
