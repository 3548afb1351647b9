// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/commands.h"
#include "app/sandbox/platform.h"
#include "app/sandbox/supervisor.h"

#include <CLI/CLI.hpp>

namespace {

using namespace crossfade;

// What the command line asks for; the subcommand that was named decides which of it counts.
struct CommandLine {
    UpOptions up;
    PlatformOptions platform;
    std::string platformName;
    std::string dir;
    double errorRate = 0;
    std::int64_t latencyMs = 0;
    bool outage = false;
    double rate = -1;
    std::int64_t users = -1;
    std::int64_t count = 100;
    std::vector<std::string> kinds;
    std::int64_t seed = 1;
};

CLI::App *addUp(CLI::App &app, UpOptions &options)
{
    CLI::App *up = app.add_subcommand("up", "Start both platforms, router, comparator and load");
    up->add_option("--dir", options.dir, "Folder of all its data; used again if it exists")
        ->required();
    up->add_option("--users", options.users, "Practice users of a new folder")
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str();
    up->add_option("--rate", options.rate, "Requests a second")
        ->check(CLI::Range(0.0, 2'000.0))
        ->capture_default_str();
    up->add_option("--postgres", options.postgres, "URL of NEW's database (else SQLite)");
    up->add_option("--ready-file", options.readyFile, "Gets the JSON object, too");
    up->add_option("--seed", options.seed, "Of users and load")->capture_default_str();
    return up;
}

CLI::App *addPlatform(CLI::App &app, PlatformOptions &options, std::string &name)
{
    CLI::App *platform = app.add_subcommand("platform", "Serve one platform (started by up)");
    platform->add_option("--name", name, "LEGACY or NEW")
        ->required()
        ->check(CLI::IsMember({"LEGACY", "NEW"}));
    platform->add_option("--database", options.database, "SQLite file or postgresql URL")
        ->required()
        ->envname("CROSSFADE_SANDBOX_DATABASE");
    platform->add_option("--listen", options.listen, "HOST:PORT; port 0 picks one")
        ->capture_default_str();
    platform->add_option("--ready-file", options.readyFile, "Gets {url, pid}");
    platform->add_option("--access-log", options.accessLog, "A line for each request");
    platform->add_option("--control", options.control, "Token for setting faults")
        ->envname("CROSSFADE_SANDBOX_CONTROL");
    return platform;
}

void addDir(CLI::App *command, CommandLine &line)
{
    command->add_option("--dir", line.dir, "Folder of the running sandbox")->required();
}

CLI::App *addFault(CLI::App &app, CommandLine &line)
{
    CLI::App *fault =
        app.add_subcommand("fault", "Set what goes wrong at a platform (nothing: healthy)");
    addDir(fault, line);
    fault->add_option("--platform", line.platformName, "LEGACY or NEW")
        ->required()
        ->check(CLI::IsMember({"LEGACY", "NEW"}));
    fault->add_option("--error-rate", line.errorRate, "Percent of requests that fail")
        ->check(CLI::Range(0, 100));
    fault->add_option("--latency-ms", line.latencyMs, "Added to each answer")
        ->check(CLI::Range(0, 60'000));
    fault->add_flag("--outage", line.outage, "Everything is answered 503");
    return fault;
}

CLI::App *addLoad(CLI::App &app, CommandLine &line)
{
    CLI::App *load = app.add_subcommand("load", "Show or set the load");
    addDir(load, line);
    load->add_option("--rate", line.rate, "Requests a second")->check(CLI::Range(0, 2'000));
    load->add_option("--users", line.users, "Drawn from the first so many")
        ->check(CLI::Range(1, 1'000'000));
    return load;
}

CLI::App *addPlant(CLI::App &app, CommandLine &line)
{
    CLI::App *plant = app.add_subcommand("plant", "Put differences into NEW's data and list them");
    addDir(plant, line);
    plant->add_option("--count", line.count, "How many")
        ->check(CLI::Range(1, 20'000))
        ->capture_default_str();
    plant
        ->add_option("--kinds", line.kinds,
                     "MISSING EXTRA VALUE NULL_EMPTY TRAILING_SPACE UNICODE_FORM "
                     "CASE SCALE TIME_ZONE; default all")
        ->delimiter(',');
    plant->add_option("--seed", line.seed, "Of the choice")->capture_default_str();
    return plant;
}

int setLoad(const CommandLine &line)
{
    Json body = Json::object();
    if (line.rate >= 0) body["rate"] = line.rate;
    if (line.users >= 0) body["users"] = line.users;
    return body.empty() ? askSandbox(line.dir, "GET", "load", {})
                        : askSandbox(line.dir, "PUT", "load", body);
}

} // namespace

int main(int argc, char **argv)
{
    CLI::App app("A LEGACY and a NEW platform to practise on, with users, load and faults",
                 "crossfade-sandbox");
    CommandLine line;
    app.set_version_flag("--version", CROSSFADE_VERSION);
    app.require_subcommand(1);
    const CLI::App *up = addUp(app, line.up);
    const CLI::App *platform = addPlatform(app, line.platform, line.platformName);
    const CLI::App *fault = addFault(app, line);
    const CLI::App *load = addLoad(app, line);
    const CLI::App *plant = addPlant(app, line);
    CLI::App *status = app.add_subcommand("status", "Show load, faults and processes");
    addDir(status, line);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError &error) {
        return app.exit(error) == 0 ? 0 : 2;
    }

    if (up->parsed()) return runSandbox(line.up);
    if (platform->parsed()) {
        line.platform.name = platformFromWord(line.platformName).value_or(Platform::Legacy);
        return runPlatform(line.platform);
    }
    if (load->parsed()) return setLoad(line);
    if (fault->parsed())
        return askSandbox(line.dir, "PUT", "faults/" + line.platformName,
                          {{"error_rate", line.errorRate},
                           {"latency_ms", line.latencyMs},
                           {"outage", line.outage}});
    if (plant->parsed())
        return askSandbox(line.dir, "POST", "plant",
                          {{"count", line.count}, {"kinds", line.kinds}, {"seed", line.seed}});
    return askSandbox(line.dir, "GET", "status", {});
}
