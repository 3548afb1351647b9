// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sandbox/childprocess.h"
#include "app/sandbox/mainloop.h"
#include "models/core/json.h"

#include <chrono>
#include <map>
#include <mutex>
#include <string>

namespace crossfade {

// One process of the sandbox: a platform or a service that writes {"url", "pid"} to its ready file.
struct Member {
    ChildCommand command; // without --listen, --ready-file
    std::string readyFile;
    std::string url; // "" until it answered once; kept from then on
    ChildProcess process;
    std::string killPoint; // CROSSFADE_KILL_POINT of its next start only
};

// The processes of the sandbox by name: LEGACY, NEW, router, comparator. Changed only on the main
// thread; snapshot() from any.
class Members {
public:
    explicit Members(MainLoop &loop)
        : m_loop(loop)
    {
    }

    // Starts it and waits until it answers. With a `url` of an earlier run it listens there again.
    Result<void> start(const std::string &name, Member member);
    // Ends it, if it still runs, and starts it again at its old address.
    Result<void> restart(const std::string &name, const std::string &killPoint);
    // Of its next start.
    void replaceArgument(const std::string &name, const std::string &from, const std::string &to);
    void stopAll(); // SIGTERM to all at once, SIGKILL to what is left after 2 s

    std::string url(const std::string &name) const;
    Json snapshot(); // {name: {url, pid, running, exit_code}}

private:
    Result<void> launch(const std::string &name, Member &member);
    void stop(Member &member);

    MainLoop &m_loop;
    mutable std::mutex m_mutex; // over the map's contents
    std::map<std::string, Member> m_members;
};

} // namespace crossfade
