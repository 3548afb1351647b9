// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/transaction.h"

namespace crossfade {

StoreTransaction::StoreTransaction(StoreConnection &database, const Environment &environment,
                                   Actor actor)
    : m_database(database)
    , m_environment(environment)
    , m_actor(std::move(actor))
    , m_now(environment.now())
{
}

Result<void> StoreTransaction::begin()
{
    const auto rows = m_database.query("UPDATE clock SET epoch = epoch + 1 "
                                       "RETURNING epoch, event_id, audit_seq, audit_hash");
    if (!rows) return fail(rows.error());
    if (rows->size() != 1) return fail(ErrorKind::Internal, "the store has no clock row");
    const SqlRow &row = rows->front();
    m_epoch = row.integer(0);
    m_eventId = row.integer(1);
    m_head = {row.integer(2), row.text(3)};
    m_headBefore = m_head;
    return {};
}

Result<void> StoreTransaction::finish()
{
    if (!m_state || !m_clockMoved) return m_state;
    auto done = m_database.execute("UPDATE clock SET event_id = ?, audit_seq = ?, audit_hash = ?",
                                   {m_eventId, m_head.sequence, m_head.hash});
    if (!done) return fail(done.error());
    return {};
}

bool StoreTransaction::isWaitedFor()
{
    m_gaveWay = m_gaveWay || (m_waiting && m_waiting());
    return m_gaveWay;
}

void StoreTransaction::emit(std::string_view type, Json data)
{
    if (!data.is_object()) data = Json{{"value", std::move(data)}};
    data["at"] = formatInstant(m_now);
    data["epoch"] = m_epoch;
    data["actor"] = m_actor.subject;
    StoredEvent event{++m_eventId, std::string(type), dumpJson(data)};
    m_clockMoved = true;
    auto done = m_database.execute("INSERT INTO events (id, at, type, data) VALUES (?, ?, ?, ?)",
                                   {event.id, toMs(m_now), event.type, event.data});
    if (!done && m_state) m_state = fail(done.error());
    m_events.push_back(std::move(event));
}

void StoreTransaction::audit(AuditEntry entry)
{
    // Hashed in the very form a reader gets back, texts made valid UTF-8 first.
    const Json chained = Json::parse(
        dumpJson({{"seq", m_head.sequence + 1},
                  {"id", m_environment.newId()},
                  {"at", formatInstant(m_now)},
                  {"epoch", m_epoch},
                  {"subject", m_actor.subject},
                  {"action", entry.action},
                  {"object_type", entry.objectType},
                  {"object_id", entry.objectId},
                  {"before", entry.before},
                  {"after", entry.after},
                  {"reason", entry.reason},
                  {"request_id", m_actor.requestId}}),
        nullptr, false);
    m_head = {m_head.sequence + 1, chainHash(m_head.hash, chained)};
    m_clockMoved = true;
    const auto text = [&](const char *field) { return chained.at(field).get<std::string>(); };
    auto done = m_database.execute(
        std::string("INSERT INTO audit (") + AuditColumns +
            ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        {m_head.sequence, text("id"), toMs(m_now), m_epoch, text("subject"), text("action"),
         text("object_type"), text("object_id"), dumpJson(chained.at("before")),
         dumpJson(chained.at("after")), text("reason"), text("request_id"), m_head.hash});
    if (!done && m_state) m_state = fail(done.error());
}

} // namespace crossfade
