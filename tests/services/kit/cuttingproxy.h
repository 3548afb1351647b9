// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <thread>

namespace crossfade {

// A way to a PostgreSQL server that breaks where a test wants it: all connections at once, at a COMMIT
// before the server hears of it, or after it did and before its answer comes back.
class CuttingProxy {
public:
    explicit CuttingProxy(int port); // of the server on 127.0.0.1
    ~CuttingProxy();
    CuttingProxy(const CuttingProxy &) = delete;
    CuttingProxy &operator=(const CuttingProxy &) = delete;

    // The URL with this proxy's port for the server's.
    std::string through(std::string url) const;

    enum class Cut { None, BeforeCommit, AfterCommit };
    void cutNext(Cut cut) { m_cut = cut; } // once, at the next COMMIT of whatever connection
    bool hasCut() const { return m_cut == Cut::None; }
    void refuse(bool refuse) { m_refuse = refuse; } // new connections end at once
    void silence(bool silent) { m_silent = silent; } // nothing gets through, nothing is closed
    void cutAll();
    // What went through so far, both ways, of all connections.
    std::int64_t bytes() const { return m_bytes; }
    int connections() const { return m_connections; } // there have been

    // What becomes of the wishes to cancel a statement, which come on connections of their own: passed on,
    // kept while who sent them waits, taken from who sent them and kept, or lost.
    enum class Cancels { Pass, Keep, Take, Lose };
    void cancels(Cancels way) { m_cancels = way; } // Pass lets those go on that are kept
    int cancelsSeen() const { return m_cancelsSeen; }
    int cancelsPassed() const { return m_cancelsPassed; } // and through: the server has closed them

private:
    struct Link {
        int client = -1;
        int server = -1;
        std::atomic<bool> ended = false;
        std::thread thread;
    };
    void accept();
    void serve(Link &link);
    bool pass(Link &link, int from, int to, bool toServer);
    bool isCancel(const Link &link) const;
    void serveCancel(Link &link);

    int m_serverPort;
    int m_listener = -1;
    int m_port = 0;
    std::atomic<Cut> m_cut = Cut::None;
    std::atomic<Cancels> m_cancels = Cancels::Pass;
    std::atomic<std::int64_t> m_bytes = 0;
    std::atomic<int> m_connections = 0;
    std::atomic<int> m_cancelsSeen = 0;
    std::atomic<int> m_cancelsPassed = 0;
    std::atomic<bool> m_refuse = false;
    std::atomic<bool> m_silent = false;
    std::atomic<bool> m_stopping = false;
    std::mutex m_mutex;
    std::list<Link> m_links;
    std::thread m_thread;
};

} // namespace crossfade
