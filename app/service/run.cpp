// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/backup.h"
#include "app/service/log.h"
#include "app/service/serviceimpl.h"

#include <condition_variable>
#include <csignal>
#include <iostream>
#include <mutex>
#include <thread>

#include <unistd.h>

namespace crossfade {

namespace {

constexpr std::chrono::milliseconds MostStopTime{1'900};

int report(const Error &error)
{
    logError(error.message);
    return error.kind == ErrorKind::Invalid ? ExitUsage : ExitFailed;
}

// A stop that hangs ends anyway: what was acknowledged is on disk already.
class StopLimit {
public:
    StopLimit() : m_thread([this] { watch(); }) {}
    ~StopLimit()
    {
        {
            const std::lock_guard lock(m_mutex);
            m_done = true;
            m_wake.notify_one();
        }
        m_thread.join();
    }

private:
    void watch()
    {
        std::unique_lock lock(m_mutex);
        if (m_wake.wait_for(lock, MostStopTime, [this] { return m_done; })) return;
        logWarning("the stop took too long and was cut short");
        ::_exit(ExitDone);
    }

    std::mutex m_mutex;
    std::condition_variable m_wake;
    bool m_done = false;
    std::thread m_thread;
};

sigset_t stopSignals()
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    return signals;
}

int serve(int argc, char **argv, const Service::Identity &identity,
          const std::function<void(CLI::App &)> &addOptions, const Service::MakePart &makePart)
{
    CLI::App app("Serves the " + identity.name, identity.program + " serve");
    ServeOptions options;
    addServeOptions(app, options, identity);
    if (addOptions) addOptions(app);
    if (const auto code = parseArguments(app, argc, argv)) return *code;
    if (auto complete = completeServeOptions(options); !complete) return report(complete.error());
    setLogLevel(options.logLevel);
    // Blocked before any thread starts, so that only sigwait() below receives them.
    const sigset_t signals = stopSignals();
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    ServiceImpl service(identity, std::move(options));
    if (auto started = service.start(makePart); !started) return report(started.error());
    int received = 0;
    sigwait(&signals, &received);
    logInfo("stopping");
    const StopLimit limit;
    service.stop();
    return ExitDone;
}

int usage(const Service::Identity &identity, bool asked)
{
    (asked ? std::cout : std::cerr)
        << "Usage: " << identity.program << " COMMAND [OPTIONS]\n\nCommands:\n"
        << "  serve                      runs the " << identity.name << " until SIGTERM\n"
        << "  token add | list | revoke  who may use it\n"
        << "  backup                     copies the store of a running or stopped service\n"
        << "  restore                    puts such a copy back\n\n"
        << "Each command has --help. --version shows the version.\n";
    return asked ? ExitDone : ExitUsage;
}

} // namespace

int Service::run(int argc, char **argv, Identity identity,
                 std::function<void(CLI::App &serve)> addOptions, MakePart makePart)
{
    const std::string command = argc > 1 ? argv[1] : "";
    if (command == "--version") {
        std::cout << identity.version << "\n";
        return ExitDone;
    }
    if (command == "--help" || command == "-h") return usage(identity, true);
    if (command == "serve") return serve(argc - 1, argv + 1, identity, addOptions, makePart);
    const std::string_view act = argc > 2 ? argv[2] : "";
    if (command == "token" && (act == "--help" || act == "-h")) return usage(identity, true);
    if (command == "token" && argc > 2) return runTokenCommand(argc - 2, argv + 2, identity);
    if (command == "backup" || command == "restore")
        return runBackupCommand(argc - 1, argv + 1, identity);
    return usage(identity, false);
}

} // namespace crossfade
