// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/pool.h"
#include "app/service/servicestore.h"
#include "app/service/tokens.h"

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace crossfade {

using EventText = std::shared_ptr<const std::string>;

// One subscriber. Belongs to the network loop; its connection takes from `queue` and calls
// EventHub::drained() when that is empty.
struct EventClient {
    std::string tokenId;
    std::vector<std::string> topics; // empty = all; "shift" also means "shift.changed"
    std::int64_t lastId = 0;
    bool replaying = false;
    bool reading = false; // a page of the log is being read for it
    bool closed = false;
    std::deque<EventText> queue;
    std::size_t bytes = 0;
    std::function<void()> wake; // set by the connection

    bool wants(std::string_view type) const;
};

// The live event stream: one immutable text per event for all clients, a byte cap per client,
// replay from the stored log with a hand-over to live that loses and repeats nothing. Where events of
// another process stand between two published ones, the log is read again. Everything but publish()
// and broadcast() belongs to the loop.
class EventHub {
public:
    struct Limits {
        std::size_t clientBytes = 1 << 20;
        std::size_t clients = 1'000;
    };
    using Post = std::function<void(std::function<void()>)>;
    EventHub(ServiceStore &store, const TokenBook &tokens, Pool &readers, Post post, Limits limits);

    Result<void> start();
    // `from`: the client's last event id, "" = from now on.
    Result<std::shared_ptr<EventClient>> open(const std::string &tokenId,
                                              std::vector<std::string> topics,
                                              const std::string &from);
    void drained(const std::shared_ptr<EventClient> &client);
    void gone(const std::shared_ptr<EventClient> &client);
    void heartbeat();
    void dropInvalid(); // closes the streams of revoked and expired tokens
    void closeAll();
    std::int64_t lastPublished() const { return m_lastPublished; }
    std::size_t clients() const { return m_count; } // any thread

    void publish(std::vector<StoredEvent> events);                // any thread
    void broadcast(std::string_view type, const std::string &data); // any thread

private:
    struct Page {
        Result<void> state;
        std::vector<StoredEvent> events;
        std::int64_t oldest = 0; // first id still stored, 0 = none
        std::int64_t newest = 0;
    };
    void deliver(const std::vector<StoredEvent> &events);
    void readOn(std::int64_t newest);
    bool fits(const EventClient &client, const std::string &text) const;
    void queue(EventClient &client, const EventText &text);
    void push(EventClient &client, const EventText &text); // and wakes it
    void close(EventClient &client);
    void readPage(const std::shared_ptr<EventClient> &client);
    void takePage(const std::shared_ptr<EventClient> &client, Page page);
    Page loadPage(std::int64_t after);
    void reset(EventClient &client);
    EventText text(const StoredEvent &event) const;

    ServiceStore &m_store;
    const TokenBook &m_tokens;
    Pool &m_readers;
    Post m_post;
    Limits m_limits;
    std::atomic<std::int64_t> m_lastPublished = 0; // written on the loop only
    std::set<std::shared_ptr<EventClient>> m_clients;
    std::atomic<std::size_t> m_count = 0;
};

} // namespace crossfade
