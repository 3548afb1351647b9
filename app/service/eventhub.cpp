// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/eventhub.h"

#include <algorithm>
#include <charconv>

namespace crossfade {

namespace {

constexpr std::int64_t PageEvents = 500;
constexpr std::size_t PageBytes = 256 << 10;

EventText shared(std::string text)
{
    return std::make_shared<const std::string>(std::move(text));
}

// Through a copy: the connection may end, and with it take its wake away, within the call.
void wake(const EventClient &client)
{
    const std::function<void()> act = client.wake;
    if (act) act();
}

} // namespace

bool EventClient::wants(std::string_view type) const
{
    return topics.empty() || std::ranges::any_of(topics, [&](const std::string &topic) {
               return type.starts_with(topic) &&
                      (type.size() == topic.size() || type[topic.size()] == '.');
           });
}

EventHub::EventHub(ServiceStore &store, const TokenBook &tokens, Pool &readers, Post post,
                   Limits limits)
    : m_store(store)
    , m_tokens(tokens)
    , m_readers(readers)
    , m_post(std::move(post))
    , m_limits(limits)
{
}

Result<void> EventHub::start()
{
    return m_store.read([this](Database &reader) -> Result<void> {
        const auto rows = reader.query("SELECT event_id FROM clock");
        if (!rows) return fail(rows.error());
        m_lastPublished = rows->front().integer(0);
        return {};
    });
}

EventText EventHub::text(const StoredEvent &event) const
{
    return shared("id: " + m_store.eventPrefix() + std::to_string(event.id) + "\nevent: " +
                  event.type + "\ndata: " + event.data + "\n\n");
}

Result<std::shared_ptr<EventClient>> EventHub::open(const std::string &tokenId,
                                                    std::vector<std::string> topics,
                                                    const std::string &from)
{
    if (m_clients.size() >= m_limits.clients)
        return fail(ErrorKind::Unavailable, "too many event streams are open");
    auto client = std::make_shared<EventClient>();
    client->tokenId = tokenId;
    client->topics = std::move(topics);
    client->lastId = m_lastPublished;
    m_clients.insert(client);
    m_count = m_clients.size();
    push(*client, shared(": connected\n\n"));
    if (from.empty()) return client;
    const std::string &prefix = m_store.eventPrefix();
    std::int64_t id = -1;
    if (from.starts_with(prefix)) {
        const char *end = from.data() + from.size();
        const auto parsed = std::from_chars(from.data() + prefix.size(), end, id);
        if (parsed.ec != std::errc() || parsed.ptr != end) id = -1;
    }
    if (id < 0) {
        reset(*client);
    } else {
        client->lastId = id;
        client->replaying = true;
    }
    return client;
}

// The client must read everything anew; it goes on live from here.
void EventHub::reset(EventClient &client)
{
    client.replaying = false;
    client.lastId = m_lastPublished;
    const std::string id = m_store.eventPrefix() + std::to_string(m_lastPublished);
    push(client, shared("id: " + id + "\nevent: reset\ndata: {\"last_event_id\":\"" + id + "\"}\n\n"));
}

void EventHub::drained(const std::shared_ptr<EventClient> &client)
{
    if (client->replaying && !client->reading && !client->closed) readPage(client);
}

void EventHub::readPage(const std::shared_ptr<EventClient> &client)
{
    client->reading = true;
    const bool queued = m_readers.submit([this, client, after = client->lastId] {
        m_post([this, client, page = std::make_shared<Page>(loadPage(after))] {
            takePage(client, std::move(*page));
        });
    });
    if (!queued) close(*client); // it comes back, by its last id
}

EventHub::Page EventHub::loadPage(std::int64_t after)
{
    Page page;
    page.state = m_store.read([&](Database &reader) -> Result<void> {
        const auto bounds = reader.query(
            "SELECT coalesce((SELECT min(id) FROM events), 0), (SELECT event_id FROM clock)");
        if (!bounds) return fail(bounds.error());
        page.oldest = bounds->front().integer(0);
        page.newest = bounds->front().integer(1);
        std::size_t bytes = 0;
        return reader.each("SELECT id, type, data FROM events WHERE id > ? ORDER BY id LIMIT ?",
                           {after, PageEvents}, [&](const SqlRow &row) {
                               page.events.push_back({row.integer(0), row.text(1), row.text(2)});
                               bytes += page.events.back().data.size();
                               return bytes < PageBytes;
                           });
    });
    return page;
}

void EventHub::takePage(const std::shared_ptr<EventClient> &client, Page page)
{
    client->reading = false;
    if (client->closed) return;
    if (!page.state) return close(*client);
    const bool gap = client->lastId < page.newest &&
                     (page.oldest == 0 || client->lastId < page.oldest - 1);
    if (gap || client->lastId > page.newest) {
        reset(*client);
    } else {
        for (const StoredEvent &event : page.events) {
            const EventText wire = text(event);
            if (!fits(*client, *wire)) break; // read again once the client has what is before
            client->lastId = event.id;
            if (client->wants(event.type)) queue(*client, wire);
        }
        // What was published while the page was read stands in the log: read on until even.
        client->replaying = client->lastId < m_lastPublished;
    }
    if (client->queue.empty())
        drained(client);
    else
        wake(*client);
}

// What alone is over the cap goes to a client that has read all before: closed for it, the client would
// come back, be closed by the same event of the log, and never get past it.
bool EventHub::fits(const EventClient &client, const std::string &text) const
{
    return client.bytes == 0 || client.bytes + text.size() <= m_limits.clientBytes;
}

void EventHub::queue(EventClient &client, const EventText &text)
{
    if (client.closed) return;
    if (!fits(client, *text)) return close(client);
    client.bytes += text->size();
    client.queue.push_back(text);
}

void EventHub::push(EventClient &client, const EventText &text)
{
    queue(client, text);
    if (!client.closed) wake(client);
}

void EventHub::close(EventClient &client)
{
    client.closed = true;
    wake(client);
}

void EventHub::gone(const std::shared_ptr<EventClient> &client)
{
    client->closed = true;
    client->wake = nullptr;
    m_clients.erase(client);
    m_count = m_clients.size();
}

void EventHub::deliver(const std::vector<StoredEvent> &events)
{
    if (events.empty() || events.back().id <= m_lastPublished) return;
    if (events.front().id > m_lastPublished + 1) return readOn(events.back().id);
    const auto clients = m_clients; // wake() may end a client
    for (const StoredEvent &event : events) {
        if (event.id <= m_lastPublished) continue; // read from the log meanwhile
        const EventText wire = text(event);
        m_lastPublished = event.id;
        for (const auto &client : clients) {
            if (client->replaying || event.id <= client->lastId) continue;
            client->lastId = event.id;
            if (!client->wants(event.type)) continue;
            if (!fits(*client, *wire)) wake(*client); // makes room, if it reads
            queue(*client, wire);
        }
    }
    // What was committed together goes out together.
    for (const auto &client : clients) {
        if (!client->queue.empty()) wake(*client);
    }
}

// Another process wrote events in between: everybody reads on from the log, which has them all.
void EventHub::readOn(std::int64_t newest)
{
    m_lastPublished = newest;
    const auto clients = m_clients;
    for (const auto &client : clients) {
        if (client->replaying || client->closed) continue;
        client->replaying = true;
        if (client->queue.empty()) drained(client);
    }
}

void EventHub::publish(std::vector<StoredEvent> events)
{
    m_post([this, events = std::move(events)] { deliver(events); });
}

void EventHub::broadcast(std::string_view type, const std::string &data)
{
    const std::string name(type);
    m_post([this, name, wire = shared("event: " + name + "\ndata: " + data + "\n\n")] {
        const auto clients = m_clients;
        for (const auto &client : clients) {
            if (client->wants(name)) push(*client, wire);
        }
    });
}

void EventHub::heartbeat()
{
    static const EventText beat = shared(":\n\n");
    const auto clients = m_clients;
    for (const auto &client : clients) {
        if (client->bytes == 0) push(*client, beat); // who has still to read hears enough
    }
}

void EventHub::dropInvalid()
{
    const auto clients = m_clients;
    for (const auto &client : clients) {
        if (!m_tokens.isValid(client->tokenId)) close(*client);
    }
}

void EventHub::closeAll()
{
    const auto clients = m_clients;
    for (const auto &client : clients)
        close(*client);
}

} // namespace crossfade
