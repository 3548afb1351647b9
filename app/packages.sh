# SPDX-FileCopyrightText: The Crossfade authors
# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by app/run and tests/run: what each needs, and the installing of what is missing.

build_packages="g++ cmake ninja-build lld ccache pkg-config
libboost1.81-dev libexpected-dev nlohmann-json3-dev libxxhash-dev libhowardhinnant-date-dev libutf8proc-dev libsimdjson-dev
libpq-dev libmariadb-dev libsqlite3-dev libcurl4-openssl-dev libssl-dev libcli11-dev libspdlog-dev libfmt-dev prometheus-cpp-dev
qt6-base-dev qt6-charts-dev libqt6opengl6-dev qtkeychain-qt6-dev
qt6-tools-dev qt6-tools-dev-tools qt6-l10n-tools qt6-translations-l10n libgl-dev tzdata
fonts-noto-core fonts-noto-cjk fonts-noto-mono"
# A display for machines without one, and the key store that a bare session lacks.
tour_packages="xvfb xauth dbus"
test_packages="libgtest-dev libgmock-dev librapidcheck-dev libyaml-cpp-dev libvalijson-dev
postgresql mariadb-server-core mariadb-client-core prometheus sqlite3 xxhash gnome-keyring $tour_packages"
# What only the benchmarks in full are held against.
bench_packages="postgresql-comparator"

say() { printf '%s\n' "$*" >&2; }

# missing_of "list": those of the list that dpkg does not know as installed.
missing_of() {
    for package in $1; do
        state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)
        [ "$state" = installed ] || printf '%s ' "$package"
    done
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1; then
        sudo "$@"
    else
        say "This needs root: run it as root, install sudo, or install by hand: $*"
        return 1
    fi
}

# The distribution's servers start with their installation and with every boot; the tests start their
# own. Only of what is missing: a server that somebody already runs here is left alone.
keep_servers_off() {
    case " $1 " in *" postgresql "*)
        if [ ! -d /etc/postgresql-common ]; then
            as_root mkdir -p /etc/postgresql-common
            printf 'create_main_cluster = false\n' | as_root tee /etc/postgresql-common/createcluster.conf >/dev/null
        fi ;;
    esac
    case " $1 " in *" prometheus "*)
        # Masked, the unit can be neither enabled nor started; `systemctl unmask prometheus` undoes it.
        if [ ! -e /etc/systemd/system/prometheus.service ] && [ ! -L /etc/systemd/system/prometheus.service ]; then
            as_root mkdir -p /etc/systemd/system
            as_root ln -s /dev/null /etc/systemd/system/prometheus.service
        fi ;;
    esac
}

# Where systemd does not run, a package's own script would start its server: refused while it installs.
install_quietly() {
    policy=/usr/sbin/policy-rc.d
    ours=no
    if [ ! -d /run/systemd/system ] && [ ! -e "$policy" ]; then
        ours=yes
        trap 'as_root rm -f "$policy"' EXIT
        trap 'exit 1' HUP INT TERM
        printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null && as_root chmod 755 "$policy"
    fi
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" >&2
    installed=$?
    if [ "$ours" = yes ]; then
        as_root rm -f "$policy"
        trap - EXIT HUP INT TERM
    fi
    return $installed
}

# ensure_packages "list" ask|go_on: installs what is missing; does nothing, and needs no network, when
# all is there. `ask`: names packages that would be removed (libboost1.74-dev gives way to 1.81) first.
ensure_packages() {
    if ! command -v dpkg-query >/dev/null 2>&1; then
        say "This is not Debian: nothing is installed for you. Needed are, by their Debian 12 names:"
        say "$1"
        return 0
    fi
    missing=$(missing_of "$1")
    [ -n "$missing" ] || return 0
    say "Installing: $missing"
    keep_servers_off "$missing"
    as_root apt-get update -q >/dev/null || say "apt-get update failed; trying with the lists at hand"
    removed=$(apt-get install -s --no-install-recommends $missing 2>/dev/null | sed -n 's/^Remv \([^ ]*\).*/\1/p')
    if [ -n "$removed" ] && [ "$2" = ask ] && [ -t 0 ]; then
        say "This removes: $removed"
        printf 'Go on? [y/N] ' >&2
        read -r answer
        case $answer in y | Y | yes) ;; *) return 1 ;; esac
    elif [ -n "$removed" ]; then
        say "This removes: $removed"
    fi
    install_quietly $missing || {
        say "Installing failed. By hand: apt-get install --no-install-recommends $missing"
        return 1
    }
}

# build_preset NAME [TARGET…]: configures and builds; the compiler's output only when it fails.
build_preset() {
    preset=$1
    shift
    cmake --preset "$preset" >"build/$preset-configure.log" 2>&1 || {
        cat "build/$preset-configure.log" >&2
        return 1
    }
    targets=
    [ $# = 0 ] || targets="--target $*"
    cmake --build --preset "$preset" $targets
}
