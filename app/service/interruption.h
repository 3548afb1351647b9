// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>

struct pg_conn;

namespace crossfade {

// Puts the wish to end a statement of libpq and the statements themselves into one order. The server is told
// on a connection of its own, which takes a while: so nothing may be sent while a cancel is under way (it would
// end what nobody wants ended), and one that came before the statement did (the server drops it) is sent again.
class Interruption {
public:
    // As long as one lives a wish ends what runs; within another it belongs to that one.
    class Scope {
    public:
        explicit Scope(Interruption &interruption);
        ~Scope();
        Scope(const Scope &) = delete;
        Scope &operator=(const Scope &) = delete;

    private:
        Interruption &m_interruption;
    };

    void connected(pg_conn *connection);
    void forget(); // the connection is gone; a cancel that is still under way is nobody's

    void interrupt();        // any thread; without a scope there is nothing to end
    bool isWanted() const;   // for what runs now
    void again();            // tells the server once more, if it is wanted
    // Waits until no cancel is under way; false: not in time.
    bool settle(std::chrono::milliseconds patience);
    // Whether a cancel of ours may still arrive (something between here and the server keeps them), so that
    // what it ended may be begun anew. Asked once for each one that was sent, and for a while only.
    bool takeLate();

private:
    struct Way; // to the server of one connection
    void ask(const std::shared_ptr<Way> &way);

    mutable std::mutex m_mutex;
    std::condition_variable m_through;
    std::shared_ptr<Way> m_way;
    int m_scopes = 0;
    bool m_wanted = false;
};

} // namespace crossfade
